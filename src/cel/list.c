#include "cel/container.h"

#include "cel/data.h"
#include "cel/item_index.h"

enum { CAPACITY_FIRST = 8 };

bool pq_cel_list_is_plain(const struct pq_cel_value *list)
{
	if (list->form == PQ_CEL_OF_DATA)
		return list->declaration->kind == PQ_CEL_DECLARED_ANY;
	return list->form == PQ_CEL_GROWING || list->declaration == NULL;
}

uint32_t pq_cel_list_size(const struct pq_cel_value *list)
{
	return list->form == PQ_CEL_GROWING ? list->growing->count : list->length;
}

/* The items of a list that is not of data. */
static const struct pq_cel_value *items_of(const struct pq_cel_value *list)
{
	return list->form == PQ_CEL_GROWING ? list->growing->items : list->items;
}

void pq_cel_list_get(struct pq_arena *arena, const struct pq_cel_value *list, uint32_t index,
		     struct pq_cel_value *item)
{
	if (list->form == PQ_CEL_OF_DATA)
		pq_cel_adapt(arena, &list->data->items[index], pq_cel_element_of(list->declaration),
			     item);
	else
		*item = items_of(list)[index];
}

struct pq_cel_value pq_cel_list_grow(struct pq_arena *arena)
{
	struct pq_cel_list *list = pq_arena_alloc(arena, sizeof *list);
	if (list == NULL)
		return pq_cel_out_of_memory();
	return (struct pq_cel_value){ .kind = PQ_CEL_LIST_VALUE,
				      .form = PQ_CEL_GROWING,
				      .growing = list };
}

static bool reserve(struct pq_arena *arena, struct pq_cel_list *list, size_t more)
{
	size_t needed = list->count + more;
	if (needed <= list->capacity)
		return true;
	if (needed > UINT32_MAX / 2)
		return false;
	size_t capacity = list->capacity == 0 ? CAPACITY_FIRST : list->capacity * 2;
	if (capacity < needed)
		capacity = needed;
	void *items = pq_arena_grow(arena, list->items, list->capacity * sizeof *list->items,
				    capacity * sizeof *list->items);
	if (items == NULL)
		return false;
	list->items = items;
	list->capacity = (uint32_t)capacity;
	return true;
}

bool pq_cel_list_append(struct pq_arena *arena, struct pq_cel_list *list,
			const struct pq_cel_value *item)
{
	if (!reserve(arena, list, 1))
		return false;
	list->items[list->count++] = *item;
	return true;
}

/* Appends all of a list to another, which may be the same. */
static bool append_all(struct pq_arena *arena, struct pq_cel_list *list,
		       const struct pq_cel_value *more)
{
	uint32_t count = pq_cel_list_size(more);
	if (!reserve(arena, list, count))
		return false;
	for (uint32_t i = 0; i < count; i++)
		pq_cel_list_get(arena, more, i, &list->items[list->count + i]);
	list->count += count;
	return true;
}

struct pq_cel_value pq_cel_settle(const struct pq_cel_value *value)
{
	struct pq_cel_value settled = *value;
	if (value->form != PQ_CEL_GROWING)
		return settled;
	if (value->kind == PQ_CEL_LIST_VALUE)
		return pq_cel_from_items(value->growing->items, value->growing->count);
	if (value->kind == PQ_CEL_MAP_VALUE)
		settled.form = PQ_CEL_BUILT;
	return settled;
}

static struct pq_cel_value concatenate_plain(struct pq_arena *arena, const struct pq_cel_value *a,
					     const struct pq_cel_value *b)
{
	struct pq_cel_list list = { 0 };
	if (pq_cel_list_size(a) == 0)
		return *b;
	if (pq_cel_list_size(b) == 0)
		return *a;
	if (!append_all(arena, &list, a) || !append_all(arena, &list, b))
		return pq_cel_out_of_memory();
	return pq_cel_from_items(list.items, list.count);
}

/* What becomes of an item of b in a list of declared data: Go takes its native value, which is the
 * data's only for what JSON has. */
static void readapt(struct pq_arena *arena, const struct pq_cel_value *value,
		    const struct pq_cel_declaration *declaration, struct pq_cel_value *item)
{
	struct pq_value data;
	*item = *value;
	if (pq_cel_is_error(value))
		return;
	if (!pq_cel_to_data(value, &data)) {
		*item = pq_cel_misfit(arena, declaration, pq_cel_native_go_type(value));
		return;
	}
	struct pq_value *copy = pq_arena_alloc_raw(arena, sizeof *copy);
	if (copy == NULL) {
		*item = pq_cel_out_of_memory();
		return;
	}
	*copy = data;
	pq_cel_adapt(arena, copy, declaration, item);
}

/* Puts an item of b where it belongs: a set takes what it does not have, a map puts it in the place
 * of the item with equal keys. False when the evaluation must end. */
static bool place_item(struct pq_cel_item_index *index, struct pq_cel_list *list,
		       const struct pq_cel_value *item)
{
	const struct pq_cel_declaration *declaration = index->declaration;
	uint32_t place = UINT32_MAX;
	if (declaration->list_semantics != PQ_CEL_LIST_PLAIN)
		place = pq_cel_item_index_find(index, item);
	if (pq_cel_is_error(&index->problem))
		return false;
	if (place != UINT32_MAX && declaration->list_semantics == PQ_CEL_LIST_AS_SET)
		return true;
	struct pq_value data;
	if (place == UINT32_MAX) {
		place = list->count++;
		if (declaration->list_semantics == PQ_CEL_LIST_AS_SET &&
		    pq_cel_to_data(item, &data) && !pq_cel_item_index_add(index, &data, place))
			return false;
	}
	readapt(index->arena, item, declaration->element, &list->items[place]);
	return true;
}

/* A list of declared data keeps its way. */
static struct pq_cel_value concatenate_declared(struct pq_arena *arena,
						const struct pq_cel_value *a,
						const struct pq_cel_value *b)
{
	struct pq_cel_list list = { 0 };
	struct pq_cel_item_index index;
	size_t most = (size_t)pq_cel_list_size(a) + pq_cel_list_size(b);
	bool is_plain = a->declaration->list_semantics == PQ_CEL_LIST_PLAIN;
	if (!reserve(arena, &list, most) || !append_all(arena, &list, a) ||
	    !pq_cel_item_index_init(&index, arena, a->declaration, is_plain ? 0 : (uint32_t)most))
		return pq_cel_out_of_memory();
	if (!is_plain && !pq_cel_item_index_add_all(&index, a))
		return index.problem;
	for (uint32_t i = 0; i < pq_cel_list_size(b); i++) {
		struct pq_cel_value item;
		pq_cel_list_get(arena, b, i, &item);
		if (!place_item(&index, &list, &item))
			return index.problem;
	}
	struct pq_cel_value result = pq_cel_from_items(list.items, list.count);
	result.declaration = a->declaration;
	return result;
}

struct pq_cel_value pq_cel_list_concatenate(struct pq_arena *arena, const struct pq_cel_value *a,
					    const struct pq_cel_value *b)
{
	if (a->form == PQ_CEL_GROWING)
		return append_all(arena, a->growing, b) ? *a : pq_cel_out_of_memory();
	return pq_cel_list_is_plain(a) ? concatenate_plain(arena, a, b)
				       : concatenate_declared(arena, a, b);
}
