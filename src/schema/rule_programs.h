/*
 * The rules of a node (x-kubernetes-validations), compiled.
 *
 * Follows NewValidator and Compile in k8s.io/apiextensions-apiserver v0.36
 * pkg/apiserver/schema/cel.
 */
#ifndef PQ_SCHEMA_RULE_PROGRAMS_H
#define PQ_SCHEMA_RULE_PROGRAMS_H

#include "base/findings.h"
#include "cel/cel.h"
#include "schema/node.h"
#include "schema/source.h"

/* What a rule's program is asked about. */
enum { PQ_RULE_SELF, PQ_RULE_OLD_SELF, PQ_RULE_VARIABLES };

struct pq_node_rule {
	const struct pq_cel_program *program; /* NULL: the rule is empty, or does not compile */
	const struct pq_cel_program *message; /* of messageExpression, or NULL */
	struct pq_string error;               /* why it does not compile; data NULL when it does */
	struct pq_string name;                /* what texts call it by: its message, or its rule */
	struct pq_string detail;              /* what is said when it fails */
	struct pq_string message_expression;  /* as written */
	struct pq_source_field field;         /* below the node, or empty */
	enum pq_finding_type failure;
	bool uses_old;
	bool old_is_optional;
};

struct pq_node_rules {
	const struct pq_cel_declaration *declaration; /* NULL: CEL cannot see the node's values */
	struct pq_string type;                        /* of the schema, as written */
	bool shows_value;                             /* findings tell the value that is wrong */
	bool uses_old;                                /* one of them does */
	size_t count;
	const struct pq_node_rule *items;
	const struct pq_node_rules *next; /* in the program, for giving back what they hold */
};

struct pq_rules_attachment {
	bool is_resource;  /* the schema is that of a whole resource */
	bool for_defaults; /* only rules that are run for a default: others are left out */
};

/* Compiles the rules of a source and of all below it into the nodes that were compiled from them.
 * Rules that do not compile fail when they are run. False when there is no memory for it. */
PQ_CHECKED bool pq_rules_attach(struct pq_schema *schema, const struct pq_source *source,
				const struct pq_rules_attachment *attachment);
void pq_rules_done(const struct pq_node_rules *first);

/* Cost of CEL that rules may take for one object, and that one call of them may
 * (RuntimeCELCostBudget and PerCallLimit). */
enum { PQ_RULES_BUDGET = 10 * 1000 * 1000, PQ_RULE_CALL_COST_MAX = 1000 * 1000 };

struct pq_rules_run {
	const struct pq_node *node; /* of the value */
	const struct pq_value *value;
	const struct pq_value *old; /* for oldSelf, or NULL */
	const struct pq_path *path;
	bool ratchets;                  /* failures are forgiven where nothing changed */
	struct pq_findings *warnings;   /* receives those; or NULL */
	bool stops_at_budget;           /* also within an expression, where an API server goes on */
	struct pq_interrupt *interrupt; /* once it has come, the budget is over; or NULL */
};

/* *budget is what rules may cost, less what they did; once it is negative, which has been told, no
 * more of them run. False only when the arena is exhausted. */
PQ_CHECKED bool pq_rules_run(const struct pq_schema *schema, struct pq_arena *arena,
			     const struct pq_rules_run *run, int64_t *budget,
			     struct pq_findings *findings);

/* Why a compiled expression is none that gives the wanted type, after "compilation failed" and the
 * like; data NULL when it is fine. */
struct pq_string pq_rule_problem(struct pq_arena *arena,
				 const struct pq_cel_compilation *compilation);
struct pq_string pq_message_expression_problem(struct pq_arena *arena,
					       const struct pq_cel_compilation *compilation);

#endif
