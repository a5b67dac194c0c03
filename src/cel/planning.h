/* The parts of the planner: plan.c, plan_attribute.c, plan_call.c. */
#ifndef PQ_CEL_PLANNING_H
#define PQ_CEL_PLANNING_H

#include "cel/evaluate_attribute.h"

/* A comprehension's names, innermost first. */
struct pq_cel_planner_scope {
	const struct pq_cel_planner_scope *outer;
	uint32_t frame;
	struct pq_string accumulator;
	struct pq_string first; /* data NULL where its variables are not to be seen */
	struct pq_string second;
};

struct pq_cel_planner {
	struct pq_arena *arena;
	const struct pq_cel_variable *variables;
	size_t variable_count;
	uint8_t version;
	const struct pq_cel_planner_scope *scope;
	uint32_t frame_count;
	struct pq_cel_held *held;
	struct pq_string problem; /* data NULL: none */
	struct pq_cel_run run;    /* for what is constant */
};

/* NULL when there is a problem or the arena is exhausted; so for all that return a node. */
struct pq_cel_node *pq_cel_plan_expression(struct pq_cel_planner *planner,
					   const struct pq_cel_expression *expression);
struct pq_cel_node *pq_cel_plan_call(struct pq_cel_planner *planner,
				     const struct pq_cel_expression *call);

/* Attributes. */
struct pq_cel_node *pq_cel_plan_name(struct pq_cel_planner *planner, struct pq_string name);
struct pq_cel_node *pq_cel_plan_select(struct pq_cel_planner *planner,
				       const struct pq_cel_expression *select);
struct pq_cel_node *pq_cel_plan_conditional(struct pq_cel_planner *planner,
					    struct pq_cel_node *const nodes[3]);
struct pq_cel_node *pq_cel_plan_index(struct pq_cel_planner *planner,
				      const struct pq_cel_expression *call,
				      struct pq_cel_node *const nodes[2], bool is_optional);

struct pq_cel_node *pq_cel_plan_node(struct pq_cel_planner *planner,
				     enum pq_cel_operation operation);
struct pq_cel_node *pq_cel_plan_constant(struct pq_cel_planner *planner, struct pq_cel_value value);

/* Notes an error of what is constant; returns NULL. */
struct pq_cel_node *pq_cel_plan_fail(struct pq_cel_planner *planner, struct pq_string message);

#endif
