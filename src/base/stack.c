#include "base/stack.h"

#include <stdlib.h>

enum { CAPACITY_MIN = 64 };

void pq_stack_init(struct pq_stack *stack, size_t item_size)
{
	*stack = (struct pq_stack){ .item_size = item_size };
}

void pq_stack_done(struct pq_stack *stack)
{
	free(stack->items);
	pq_stack_init(stack, stack->item_size);
}

static bool grow(struct pq_stack *stack, size_t wanted)
{
	size_t capacity = stack->capacity == 0 ? CAPACITY_MIN : stack->capacity * 2;
	if (capacity < wanted)
		capacity = wanted;
	size_t bytes;
	if (__builtin_mul_overflow(capacity, stack->item_size, &bytes))
		return false;
	char *items = realloc(stack->items, bytes);
	if (items == NULL)
		return false;
	stack->items = items;
	stack->capacity = capacity;
	return true;
}

void *pq_stack_push_many(struct pq_stack *stack, size_t count)
{
	bool has_room = stack->items != NULL && stack->capacity - stack->count >= count;
	if (!has_room && !grow(stack, stack->count + count))
		return NULL;
	void *first = pq_stack_at(stack, stack->count);
	stack->count += count;
	return first;
}
