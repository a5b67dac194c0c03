#include "cel/item_index.h"

#include "cel/container.h"
#include "cel/data.h"

enum { KEYS_OF_GO_ARRAY_MAX = 3 }; /* more keys than that become text, which is always a key */

struct pq_cel_item_slot {
	struct pq_value item;
	uint32_t hash;
	uint32_t position; /* + 1; 0: free */
};

bool pq_cel_item_index_init(struct pq_cel_item_index *index, struct pq_arena *arena,
			    const struct pq_cel_declaration *declaration, uint32_t capacity)
{
	size_t slots = 4;
	while (slots < (size_t)capacity * 2)
		slots *= 2;
	*index = (struct pq_cel_item_index){ .arena = arena, .declaration = declaration };
	index->slots = pq_arena_alloc_array(arena, slots, sizeof *index->slots);
	index->slot_mask = (uint32_t)(slots - 1);
	return index->slots != NULL;
}

static bool is_map(const struct pq_cel_item_index *index)
{
	return index->declaration->list_semantics == PQ_CEL_LIST_AS_MAP;
}

static const struct pq_value *key_of(const struct pq_cel_item_index *index,
				     const struct pq_value *item, size_t key)
{
	return pq_value_find(item, index->declaration->list_map_keys[key]);
}

static bool hash_part(struct pq_cel_item_index *index, const struct pq_value *part, uint32_t *hash)
{
	if (part == NULL) {
		*hash = *hash * 31 + 1;
		return true;
	}
	if (pq_value_is_container(part)) {
		if (is_map(index) && index->declaration->list_map_key_count > KEYS_OF_GO_ARRAY_MAX)
			return true;
		index->problem = pq_cel_from_fatal(
			part->kind == PQ_ARRAY
				? "internal error: runtime error: hash of unhashable type "
				  "[]interface {}"
				: "internal error: runtime error: hash of unhashable type "
				  "map[string]interface {}");
		return false;
	}
	*hash = *hash * 31 + pq_value_hash_scalar(part);
	return true;
}

static bool hash_item(struct pq_cel_item_index *index, const struct pq_value *item, uint32_t *hash)
{
	*hash = 0;
	if (!is_map(index))
		return hash_part(index, item, hash);
	for (size_t i = 0; i < index->declaration->list_map_key_count; i++) {
		if (!hash_part(index, key_of(index, item, i), hash))
			return false;
	}
	return true;
}

static bool is_same(const struct pq_cel_item_index *index, const struct pq_value *a,
		    const struct pq_value *b)
{
	if (!is_map(index))
		return pq_value_equal(a, b);
	/* What is no map has a key that is nobody else's. */
	if (a->kind != PQ_OBJECT || b->kind != PQ_OBJECT)
		return false;
	for (size_t i = 0; i < index->declaration->list_map_key_count; i++) {
		const struct pq_value *key_a = key_of(index, a, i), *key_b = key_of(index, b, i);
		if (key_a == NULL || key_b == NULL ? key_a != key_b : !pq_value_equal(key_a, key_b))
			return false;
	}
	return true;
}

/* The slot of an item, or a free one. */
static struct pq_cel_item_slot *find_slot(const struct pq_cel_item_index *index,
					  const struct pq_value *item, uint32_t hash)
{
	for (uint32_t i = hash & index->slot_mask;; i = (i + 1) & index->slot_mask) {
		struct pq_cel_item_slot *slot = &index->slots[i];
		if (slot->position == 0 ||
		    (slot->hash == hash && is_same(index, &slot->item, item)))
			return slot;
	}
}

bool pq_cel_item_index_add(struct pq_cel_item_index *index, const struct pq_value *item,
			   uint32_t position)
{
	uint32_t hash;
	if (!hash_item(index, item, &hash))
		return false;
	*find_slot(index, item, hash) = (struct pq_cel_item_slot){ *item, hash, position + 1 };
	return true;
}

bool pq_cel_item_index_add_all(struct pq_cel_item_index *index, const struct pq_cel_value *list)
{
	for (uint32_t i = 0; i < pq_cel_list_size(list); i++) {
		struct pq_value item;
		if (list->form == PQ_CEL_OF_DATA)
			item = list->data->items[i];
		else if (!pq_cel_to_data(&list->items[i], &item))
			continue;
		if (!pq_cel_item_index_add(index, &item, i))
			return false;
	}
	return true;
}

uint32_t pq_cel_item_index_find(struct pq_cel_item_index *index, const struct pq_cel_value *item)
{
	struct pq_value data;
	uint32_t hash;
	if (!pq_cel_to_data(item, &data) || !hash_item(index, &data, &hash))
		return UINT32_MAX;
	return find_slot(index, &data, hash)->position - 1;
}
