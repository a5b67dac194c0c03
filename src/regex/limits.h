/*
 * Go's limits on a regular expression: the height of its syntax tree, the size of its program and
 * the number of copies that repetitions make (regexp/syntax: checkLimits, repeatIsValid).
 *
 * Instead of the tree there is the parser's stack with a summary of each subtree, pushed and
 * reduced as Go's parser does it, allocation counts included, since Go's checks depend on them. Go
 * also factors common prefixes out of alternations, which is not done here: a pattern within a few
 * nodes of a limit may be judged differently.
 */
#ifndef PQ_REGEX_LIMITS_H
#define PQ_REGEX_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PQ_REGEX_SIZE_MAX = (128 << 20) / 40, /* instructions; Go's maxSize */
	PQ_REGEX_COPIES_MAX = 1000,           /* what nested repetitions multiply to */
};

enum pq_regex_node_kind {
	PQ_REGEX_LITERAL,
	PQ_REGEX_CLASS, /* matches one character of several */
	PQ_REGEX_LEAF,  /* an assertion, or the empty expression */
	PQ_REGEX_UNARY, /* a repetition or a capturing group */
	PQ_REGEX_CONCAT,
	PQ_REGEX_ALTERNATE,
	PQ_REGEX_LEFT_PAREN, /* not an expression, and so is what follows */
	PQ_REGEX_VERTICAL_BAR,
};

struct pq_regex_node {
	enum pq_regex_node_kind kind;
	bool fold_case;  /* of a literal */
	bool captures;   /* of a left parenthesis */
	bool saved_fold; /* of a left parenthesis: the flag to restore */
	uint32_t runes;  /* of a literal */
	uint32_t height;
	uint32_t copies; /* product of the repetitions on the worst path */
	uint32_t times;  /* of a repetition with numbers: how often, at least 1; else 0 */
	int64_t size;
	size_t written; /* where its form in RE2's syntax starts */
};

enum pq_regex_limit {
	PQ_REGEX_WITHIN_LIMITS,
	PQ_REGEX_TOO_DEEP,
	PQ_REGEX_TOO_LARGE,
	PQ_REGEX_NO_MEMORY,
};

struct pq_regex_stack {
	struct pq_regex_node *nodes;
	size_t count;
	size_t capacity;
	size_t allocated; /* nodes that Go has allocated so far */
	size_t spare;     /* of those, given back */
	int64_t repeats;  /* product of all repetitions seen */
	bool tracks_size;
	bool tracks_height;
	size_t written;               /* where that of the next node starts; the parser sets it */
	enum pq_regex_limit exceeded; /* sticky */
};

void pq_regex_stack_init(struct pq_regex_stack *stack);
void pq_regex_stack_done(struct pq_regex_stack *stack);

void pq_regex_push_literal(struct pq_regex_stack *stack, bool fold_case);
void pq_regex_push_class(struct pq_regex_stack *stack, bool single_rune);
void pq_regex_push_leaf(struct pq_regex_stack *stack);
void pq_regex_push_paren(struct pq_regex_stack *stack, bool captures, bool fold_case);
void pq_regex_push_bar(struct pq_regex_stack *stack);

/* Whether the top is an expression that a repetition may apply to. */
bool pq_regex_can_repeat(const struct pq_regex_stack *stack);

/* "*", "+" and "?" add to the top's size; extra is 2 for the first, else 1. */
void pq_regex_apply_operator(struct pq_regex_stack *stack, int extra);

/* {min,max}, max being -1 for none. False when it makes too many copies. */
bool pq_regex_apply_repeat(struct pq_regex_stack *stack, int min, int max);

/* Reduces everything above the last "(" to one expression. */
void pq_regex_reduce(struct pq_regex_stack *stack);

/* Does what ")" does; false when there is no "(". *fold_case is set to the flag before the "(". */
bool pq_regex_close_paren(struct pq_regex_stack *stack, bool *fold_case);

#endif
