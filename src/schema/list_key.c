#include "schema/list_key.h"

static const struct pq_value *find_key(const struct pq_value *item, const struct pq_node_name *name)
{
	const struct pq_member *member = pq_object_find(item->object, name->text, name->hash);
	return member != NULL && pq_value_is_plain(&member->value) ? &member->value : NULL;
}

/* False when the item has no keys to go by. */
static bool hash_keys(const struct pq_node *node, const struct pq_value *item, uint32_t *hash)
{
	const struct pq_node_extras *extras = node->extras;
	if (item->kind != PQ_OBJECT || extras == NULL || extras->list_map_key_count == 0)
		return false;
	uint32_t combined = 0;
	for (size_t i = 0; i < extras->list_map_key_count; i++) {
		const struct pq_value *key = find_key(item, &extras->list_map_keys[i]);
		if (key == NULL)
			return false;
		combined = combined * 31 + pq_value_hash_scalar(key);
	}
	*hash = combined;
	return true;
}

/* Both are known to have keys. */
static bool has_same_keys(const struct pq_node *node, const struct pq_value *a,
			  const struct pq_value *b)
{
	const struct pq_node_extras *extras = node->extras;
	for (size_t i = 0; i < extras->list_map_key_count; i++) {
		const struct pq_node_name *name = &extras->list_map_keys[i];
		if (!pq_value_equal(find_key(a, name), find_key(b, name)))
			return false;
	}
	return true;
}

/* The slot of the item with these keys, or the free one where it would stand. */
static uint32_t find_slot(const struct pq_list_index *index, const struct pq_value *item,
			  uint32_t hash)
{
	uint32_t slot = hash & index->slot_mask;
	while (index->slots[slot] != 0 &&
	       !has_same_keys(index->node, &index->list->items[index->slots[slot] - 1], item))
		slot = (slot + 1) & index->slot_mask;
	return slot;
}

bool pq_list_index_build(struct pq_list_index *index, struct pq_arena *arena,
			 const struct pq_node *node, const struct pq_value *list)
{
	uint32_t slot_count = 4;
	while (slot_count / 2 < list->length)
		slot_count *= 2;
	uint32_t *slots = pq_arena_alloc_array(arena, slot_count, sizeof *slots);
	if (slots == NULL)
		return false;
	*index = (struct pq_list_index){
		.node = node,
		.list = list,
		.slots = slots,
		.slot_mask = slot_count - 1,
	};
	for (uint32_t i = 0; i < list->length; i++) {
		uint32_t hash;
		if (!hash_keys(node, &list->items[i], &hash))
			continue;
		uint32_t slot = find_slot(index, &list->items[i], hash);
		if (slots[slot] == 0)
			slots[slot] = i + 1;
	}
	return true;
}

const struct pq_value *pq_list_index_find(const struct pq_list_index *index,
					  const struct pq_value *item)
{
	uint32_t hash;
	if (!hash_keys(index->node, item, &hash))
		return NULL;
	uint32_t found = index->slots[find_slot(index, item, hash)];
	return found == 0 ? NULL : &index->list->items[found - 1];
}
