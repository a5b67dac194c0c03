/*
 * Stack of equal-sized items on the heap, for walks that must not recurse.
 *
 * An item's address holds until the next push. Not thread-safe.
 */
#ifndef PQ_BASE_STACK_H
#define PQ_BASE_STACK_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>

struct pq_stack {
	char *items;
	size_t item_size;
	size_t count;
	size_t capacity; /* items */
};

/* Nothing is allocated before the first push. */
void pq_stack_init(struct pq_stack *stack, size_t item_size);
void pq_stack_done(struct pq_stack *stack);

/* Makes room for count items, not zeroed, on top: the address of the first, or NULL when out of
 * memory, the stack being as it was. */
void *pq_stack_push_many(struct pq_stack *stack, size_t count);

/* The same for one item. */
static inline void *pq_stack_push(struct pq_stack *stack)
{
	if (stack->count == stack->capacity)
		return pq_stack_push_many(stack, 1);
	return stack->items + stack->count++ * stack->item_size;
}

/* Drops what is above count items. */
static inline void pq_stack_cut(struct pq_stack *stack, size_t count)
{
	stack->count = count;
}

/* The item at index, counted from the bottom. */
static inline void *pq_stack_at(const struct pq_stack *stack, size_t index)
{
	return stack->items + index * stack->item_size;
}

/* The item on top; the stack must not be empty. */
static inline void *pq_stack_top(const struct pq_stack *stack)
{
	return pq_stack_at(stack, stack->count - 1);
}

#define pq_cleanup_stack PQ_CLEANUP(pq_stack_done)

#endif
