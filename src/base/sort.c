/* Heapsort. */
#include "base/sort.h"

#include <stdbool.h>

struct sorting {
	char *items;
	size_t size;
	int (*compare)(const void *a, const void *b);
};

static char *item_at(const struct sorting *sorting, size_t index)
{
	return sorting->items + index * sorting->size;
}

static void swap(const struct sorting *sorting, size_t left, size_t right)
{
	char *a = item_at(sorting, left), *b = item_at(sorting, right);
	for (size_t i = 0; i < sorting->size; i++) {
		char byte = a[i];
		a[i] = b[i];
		b[i] = byte;
	}
}

static bool is_less(const struct sorting *sorting, size_t left, size_t right)
{
	return sorting->compare(item_at(sorting, left), item_at(sorting, right)) < 0;
}

/* Lets an item sink below those that are greater, in a heap of count of which it is the only one
 * that is out of place. */
static void sink(const struct sorting *sorting, size_t index, size_t count)
{
	for (size_t child; (child = 2 * index + 1) < count; index = child) {
		if (child + 1 < count && is_less(sorting, child, child + 1))
			child++;
		if (!is_less(sorting, index, child))
			return;
		swap(sorting, index, child);
	}
}

void pq_sort_in_place(void *items, size_t count, size_t size,
		      int (*compare)(const void *a, const void *b))
{
	const struct sorting sorting = { .items = items, .size = size, .compare = compare };
	for (size_t i = count / 2; i-- > 0;)
		sink(&sorting, i, count);
	for (size_t end = count; end-- > 1;) {
		swap(&sorting, 0, end);
		sink(&sorting, 0, end);
	}
}
