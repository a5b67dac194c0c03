#include "base/heap.h"

#include <stdlib.h>

void pq_heap_init(struct pq_heap *heap)
{
	*heap = (struct pq_heap){ 0 };
}

void pq_heap_done(struct pq_heap *heap)
{
	for (size_t i = 0; i < heap->count; i++)
		heap->nodes[i]->place = 0;
	free(heap->nodes);
	*heap = (struct pq_heap){ 0 };
}

static void put(struct pq_heap *heap, size_t index, struct pq_heap_node *node)
{
	heap->nodes[index] = node;
	node->place = index + 1;
}

static void sift_up(struct pq_heap *heap, size_t index, struct pq_heap_node *node)
{
	while (index > 0) {
		size_t parent = (index - 1) / 2;
		if (heap->nodes[parent]->key <= node->key)
			break;
		put(heap, index, heap->nodes[parent]);
		index = parent;
	}
	put(heap, index, node);
}

static void sift_down(struct pq_heap *heap, size_t index, struct pq_heap_node *node)
{
	for (;;) {
		size_t child = 2 * index + 1;
		if (child >= heap->count)
			break;
		if (child + 1 < heap->count &&
		    heap->nodes[child + 1]->key < heap->nodes[child]->key)
			child++;
		if (node->key <= heap->nodes[child]->key)
			break;
		put(heap, index, heap->nodes[child]);
		index = child;
	}
	put(heap, index, node);
}

bool pq_heap_add(struct pq_heap *heap, struct pq_heap_node *node, int64_t key)
{
	if (heap->count == heap->capacity) {
		size_t capacity = heap->capacity == 0 ? 16 : heap->capacity * 2;
		struct pq_heap_node **nodes = realloc(heap->nodes, capacity * sizeof(*nodes));
		if (nodes == NULL)
			return false;
		heap->nodes = nodes;
		heap->capacity = capacity;
	}
	node->key = key;
	sift_up(heap, heap->count++, node);
	return true;
}

void pq_heap_remove(struct pq_heap *heap, struct pq_heap_node *node)
{
	size_t index = node->place - 1;
	struct pq_heap_node *last = heap->nodes[--heap->count];
	node->place = 0;
	if (last == node)
		return;
	if (index > 0 && last->key < heap->nodes[(index - 1) / 2]->key)
		sift_up(heap, index, last);
	else
		sift_down(heap, index, last);
}

struct pq_heap_node *pq_heap_first(const struct pq_heap *heap)
{
	return heap->count == 0 ? NULL : heap->nodes[0];
}
