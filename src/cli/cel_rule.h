/* What an API server would say of an expression as a rule. Private to this folder. */
#ifndef PQ_CLI_CEL_RULE_H
#define PQ_CLI_CEL_RULE_H

#include "cel/type.h"
#include "schema/source.h"

struct cel_rule {
	struct pq_string expression;    /* that compiles */
	const struct pq_cel_type *type; /* a string: it is a messageExpression, and no rule */
	bool has_optional_old_self;
	struct pq_source *place; /* that the rule stands at, in the schema */
};

/* Why a schema with the rule, and what rules it has, would be refused for it: the API server's
 * words, in the arena. Data NULL: it would not be, or the expression is neither of bool nor of
 * string, and so a part of a rule at most; or the schema has other flaws, for which rules are not
 * looked at. The schema is as before afterwards. False only when the arena is exhausted. */
PQ_CHECKED bool cel_rule_find_refusal(struct pq_arena *arena, struct pq_source *schema,
				      enum pq_schema_kind kind, const struct cel_rule *rule,
				      struct pq_string *refusal);

#endif
