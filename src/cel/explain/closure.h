/*
 * Sets of configurations: where in the grammar a prediction may be, for which alternative and
 * called by whom; and their closure over transitions that take no token (closure in
 * parser_atn_simulator.go of antlr4-go v4.13.0).
 */
#ifndef PQ_CEL_EXPLAIN_CLOSURE_H
#define PQ_CEL_EXPLAIN_CLOSURE_H

#include "cel/explain/atn.h"
#include "cel/explain/context.h"

struct pq_cel_configuration {
	const struct pq_cel_context *context;
	uint16_t state;
	uint8_t alternative;
	bool leaves_rule;   /* the rule of the decision has ended on the way here */
	bool is_unfiltered; /* not to be dropped by the filter of a precedence decision */
};

struct pq_cel_configurations {
	struct pq_cel_configuration *items;
	uint32_t count;
	uint32_t capacity;
	bool leaves_rule; /* one of them does */
};

/* Which configurations are in the set that is being made, by state and alternative. */
struct pq_cel_lookup {
	uint32_t round; /* what is of another round does not count */
	uint32_t rounds[PQ_CEL_STATES_MAX][PQ_CEL_ALTERNATIVES_MAX + 1];
	uint32_t at[PQ_CEL_STATES_MAX][PQ_CEL_ALTERNATIVES_MAX + 1];
	uint32_t busy_round;
	uint32_t busy[PQ_CEL_STATES_MAX][PQ_CEL_ALTERNATIVES_MAX + 1][2];
};

/* How a closure is made, and where to. */
struct pq_cel_closure {
	const struct pq_cel_atn *atn;
	struct pq_cel_contexts *contexts;
	struct pq_cel_lookup *lookup;
	struct pq_arena *arena; /* of the set */
	struct pq_cel_configurations *set;
	uint16_t decision;
	uint8_t precedence;     /* what the innermost left-recursive rule was asked for */
	bool is_full;           /* callers are known up to the start rule */
	bool checks_precedence; /* at the start of a prediction */
	bool passes_end;        /* the end of the text takes nothing */
	uint64_t steps;         /* left; 0 when there were too many, or an arena is exhausted */
};

/* Begins a new set. */
void pq_cel_closure_begin(struct pq_cel_closure *closure, struct pq_cel_configurations *set);

/* Forgets which ways out of rules have been gone. */
void pq_cel_closure_forget(struct pq_cel_closure *closure);

/* Adds a configuration alone, merging its context with that of one which is there. */
void pq_cel_closure_add(struct pq_cel_closure *closure, struct pq_cel_configuration configuration);

/* Adds all that can be reached from a configuration, with itself. */
void pq_cel_closure_follow(struct pq_cel_closure *closure,
			   struct pq_cel_configuration configuration);

#endif
