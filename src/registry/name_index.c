#include "registry/name_index.h"

#include <stdlib.h>

static struct pq_string name_of(const struct pq_value *item, const char *key)
{
	if (key != NULL)
		return pq_value_find_string(item, pq_string_from(key));
	return item->kind == PQ_STRING ? pq_value_string(item) : (struct pq_string){ 0 };
}

static int compare_items(const void *left, const void *right, void *key)
{
	const struct pq_value *a = *(const struct pq_value *const *)left;
	const struct pq_value *b = *(const struct pq_value *const *)right;
	int order = pq_string_compare(name_of(a, key), name_of(b, key));
	return order != 0 ? order : (a > b) - (a < b);
}

void name_index_build(struct name_index *index, struct pq_arena *arena, const struct pq_value *list,
		      const char *key)
{
	size_t count = list == NULL ? 0 : list->length;
	*index = (struct name_index){ .key = key };
	index->items = pq_arena_alloc_array(arena, count, sizeof *index->items);
	if (index->items == NULL)
		return;
	for (size_t i = 0; i < count; i++)
		index->items[i] = &list->items[i];
	index->count = count;
	qsort_r(index->items, count, sizeof *index->items, compare_items, (void *)(uintptr_t)key);
}

struct pq_string name_index_name(const struct name_index *index, size_t at)
{
	return name_of(index->items[at], index->key);
}

const struct pq_value *name_index_find(const struct name_index *index, struct pq_string name)
{
	size_t low = 0, high = index->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (pq_string_compare(name_index_name(index, middle), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < index->count && pq_string_equal(name_index_name(index, low), name)
		       ? index->items[low]
		       : NULL;
}

bool name_index_has_repeated(const struct name_index *index)
{
	for (size_t i = 1; i < index->count; i++) {
		if (pq_string_equal(name_index_name(index, i - 1), name_index_name(index, i)))
			return true;
	}
	return false;
}
