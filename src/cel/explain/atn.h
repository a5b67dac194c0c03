/*
 * The grammar as an augmented transition network, which ANTLR's parsers look ahead in.
 *
 * States and transitions are those that ANTLR 4 makes of the grammar, but for states that only link
 * two others.
 */
#ifndef PQ_CEL_EXPLAIN_ATN_H
#define PQ_CEL_EXPLAIN_ATN_H

#include "base/arena.h"
#include "cel/explain/grammar.h"

/* Stands in sets of tokens for the end of a rule. */
#define PQ_CEL_EPSILON (UINT64_C(1) << 63)

enum pq_cel_state_kind {
	PQ_CEL_STATE_PLAIN,
	PQ_CEL_STATE_RULE_START,
	PQ_CEL_STATE_RULE_STOP,
	PQ_CEL_STATE_BLOCK_START, /* of a choice, an optional part or a loop's body */
	PQ_CEL_STATE_BLOCK_END,
	PQ_CEL_STATE_STAR_ENTRY,
	PQ_CEL_STATE_STAR_BACK,
	PQ_CEL_STATE_PLUS_BACK,
	PQ_CEL_STATE_LOOP_END,
};

enum pq_cel_transition_kind {
	PQ_CEL_TRANSITION_EPSILON,
	PQ_CEL_TRANSITION_TOKENS,
	PQ_CEL_TRANSITION_RULE,
	PQ_CEL_TRANSITION_PRECEDENCE, /* taken when it is not lower than what is asked for */
};

struct pq_cel_transition {
	struct pq_cel_transition *next;
	uint8_t kind; /* enum pq_cel_transition_kind */
	uint8_t precedence;
	/* From a rule's end: it leads out of a call of this left-recursive rule at the lowest
	 * precedence; else PQ_CEL_RULE_COUNT. */
	uint8_t returns_from;
	uint16_t target;
	uint16_t follow; /* of a rule: the state after it */
	uint64_t tokens;
};

struct pq_cel_state {
	uint8_t kind; /* enum pq_cel_state_kind */
	uint8_t rule;
	bool is_precedence_loop; /* the loop of a left-recursive rule */
	uint16_t block_end;      /* of a block's start */
	struct pq_cel_transition *transitions;
	/* Tokens that can come next within the rule, with PQ_CEL_EPSILON when it can end. */
	uint64_t next;
};

/* The item of a rule with the states in which the parser is before it, and after a loop's round. */
struct pq_cel_item_states {
	const struct pq_cel_item *item;
	uint16_t state;
	uint16_t back;
	const struct pq_cel_item_states *body; /* of a block; as many as the item's */
};

/* The states of a rule and of its items; those of the alternatives are in their order. */
struct pq_cel_rule_states {
	uint16_t start;
	uint16_t stop;
	uint16_t choice; /* the block of its alternatives */
	uint16_t loop;   /* of a left-recursive rule */
	uint16_t back;
	const struct pq_cel_item_states *first;
	const struct pq_cel_item_states *alternatives[PQ_CEL_ALTERNATIVES_MAX];
};

enum { PQ_CEL_STATES_MAX = 320 };

struct pq_cel_atn {
	struct pq_arena *arena;
	uint16_t count;
	struct pq_cel_state states[PQ_CEL_STATES_MAX];
	struct pq_cel_rule_states rules[PQ_CEL_RULE_COUNT];
};

/* NULL when the arena is exhausted. */
const struct pq_cel_atn *pq_cel_atn_new(struct pq_arena *arena);

#endif
