/*
 * Running rules: what the walk through an object (validate_rules.c), the rules of one place in it
 * (run_rule.c) and what they find (rule_findings.c) share.
 */
#ifndef PQ_SCHEMA_RULE_WALK_H
#define PQ_SCHEMA_RULE_WALK_H

#include "schema/rule_programs.h"
#include "schema/validation.h"

#define PQ_RULES_OUT_OF_BUDGET                                                                     \
	"failed due to running out of cost budget, no further validation rules will be run"

struct pq_rule_walk {
	struct pq_findings *findings;
	struct pq_findings *warnings; /* or NULL */
	int64_t *budget;              /* negative: it is over */
	bool any_field;
	bool stops_at_budget;
	/* Of all rules: the arena, the interrupt, the steps that they took. */
	struct pq_cel_evaluation evaluation;
};

/* A value, and where it stood before an update. */
struct pq_rule_place {
	const struct pq_node *node;
	const struct pq_value *value;
	const struct pq_value *old; /* NULL: no older value is known */
	const struct pq_path *path;
	/* Whether old is what the value is compared with, so that what did not change is forgiven;
	 * if not, the nearest place above that has something to compare with counts, or NULL. */
	bool is_correlated;
	struct pq_rule_place *nearest;
	bool is_compared;
	bool is_unchanged; /* once compared */
};

static inline bool pq_rule_walk_is_over(const struct pq_rule_walk *walk)
{
	return *walk->budget < 0 || pq_arena_is_exhausted(walk->evaluation.arena);
}

/* Runs the rules of a place's node. */
void pq_rule_place_run(struct pq_rule_walk *walk, struct pq_rule_place *place);

/* A finding whose value is the name of the node's type: starts its message. */
void pq_rule_start_message(const struct pq_rule_walk *walk, const struct pq_rule_place *place,
			   struct pq_buffer *message);

/* A finding that is no rule's own fault or failure; message as started. */
void pq_rule_add_problem(const struct pq_rule_walk *walk, const struct pq_rule_place *place,
			 struct pq_buffer *message);

/* A rule that failed: of the field it names. Forgiven when the rule is not about a change and
 * nothing changed. */
void pq_rule_add_failure(const struct pq_rule_walk *walk, struct pq_rule_place *place,
			 const struct pq_node_rule *rule, enum pq_finding_type type,
			 struct pq_buffer *message);

#endif
