/* The list of kinds behind explain/explain.h. */
#ifndef PQ_EXPLAIN_KINDS_H
#define PQ_EXPLAIN_KINDS_H

#include "explain/explain.h"
#include "registry/openapi.h"

struct pq_explain {
	struct pq_arena arena;
	struct pq_openapi *openapi; /* whose strings are used, or NULL */
	struct pq_value components;
	struct pq_explain_kind *kinds;
	size_t count;
	size_t capacity;
};

/* Adds a copy. False when there is no memory. */
PQ_CHECKED bool pq_explain_add_kind(struct pq_explain *explain, const struct pq_explain_kind *kind);

#endif
