/*
 * Contexts of predictions: who called the rules that a prediction is in, as a graph of return
 * states in which stacks share what they have in common (prediction_context.go of antlr4-go
 * v4.13.0).
 *
 * Equal contexts are one: they can be compared by their address.
 */
#ifndef PQ_CEL_EXPLAIN_CONTEXT_H
#define PQ_CEL_EXPLAIN_CONTEXT_H

#include "base/arena.h"

struct pq_cel_return {
	const struct pq_cel_context *parent;
	uint16_t state;
};

struct pq_cel_context {
	struct pq_cel_context *next; /* in its bucket */
	uint32_t hash;
	uint32_t count; /* of ways to return, sorted by state; 0: nothing is known of the caller */
	struct pq_cel_return returns[];
};

enum { PQ_CEL_CONTEXT_BUCKETS = 1024 };

struct pq_cel_contexts {
	struct pq_arena *arena;
	struct pq_cel_context *buckets[PQ_CEL_CONTEXT_BUCKETS];
};

extern const struct pq_cel_context pq_cel_context_empty;

/* parent with one more return on top; NULL when the arena is exhausted. */
const struct pq_cel_context *pq_cel_context_push(struct pq_cel_contexts *contexts,
						 const struct pq_cel_context *parent,
						 uint16_t state);

/* The stacks of both. is_wildcard: the empty context stands for all. NULL when the arena is
 * exhausted. */
const struct pq_cel_context *pq_cel_context_merge(struct pq_cel_contexts *contexts,
						  const struct pq_cel_context *a,
						  const struct pq_cel_context *b, bool is_wildcard);

#endif
