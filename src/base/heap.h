/*
 * Binary min-heap of embedded nodes ordered by a 64-bit key, mostly a time.
 *
 * A node belongs to at most one heap and knows its place, so removal is logarithmic. The heap
 * owns only its table of pointers. Not thread-safe.
 */
#ifndef PQ_BASE_HEAP_H
#define PQ_BASE_HEAP_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pq_heap_node {
	int64_t key;
	size_t place; /* index + 1, or 0 when in no heap */
};

struct pq_heap {
	struct pq_heap_node **nodes;
	size_t count;
	size_t capacity;
};

void pq_heap_init(struct pq_heap *heap);
void pq_heap_done(struct pq_heap *heap);

/* False when out of memory. The node must be in no heap. */
PQ_CHECKED bool pq_heap_add(struct pq_heap *heap, struct pq_heap_node *node, int64_t key);
void pq_heap_remove(struct pq_heap *heap, struct pq_heap_node *node);

/* The node with the least key, or NULL. */
struct pq_heap_node *pq_heap_first(const struct pq_heap *heap);

#endif
