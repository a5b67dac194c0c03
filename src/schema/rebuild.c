#include "schema/rebuild.h"

void pq_rebuild_start(struct pq_rebuild *rebuild, struct pq_arena *arena,
		      const struct pq_value *value)
{
	*rebuild = (struct pq_rebuild){ .arena = arena, .value = value };
}

/* Copies the children before index; from here on each child is stored. */
static bool begin_change(struct pq_rebuild *rebuild, uint32_t index)
{
	if (rebuild->changed)
		return true;
	const struct pq_value *value = rebuild->value;
	if (value->kind == PQ_OBJECT) {
		rebuild->members = pq_arena_alloc_array(rebuild->arena, value->object->count,
							sizeof *rebuild->members);
		if (rebuild->members == NULL)
			return false;
		memcpy(rebuild->members, value->object->members, index * sizeof *rebuild->members);
	} else {
		rebuild->items =
			pq_arena_alloc_array(rebuild->arena, value->length, sizeof *rebuild->items);
		if (rebuild->items == NULL)
			return false;
		memcpy(rebuild->items, value->items, index * sizeof *rebuild->items);
	}
	rebuild->count = index;
	rebuild->changed = true;
	return true;
}

bool pq_rebuild_replace(struct pq_rebuild *rebuild, uint32_t index, const struct pq_value *child)
{
	const struct pq_value *value = rebuild->value;
	if (!begin_change(rebuild, index))
		return false;
	if (value->kind == PQ_OBJECT) {
		rebuild->members[rebuild->count] = value->object->members[index];
		rebuild->members[rebuild->count++].value = *child;
	} else {
		rebuild->items[rebuild->count++] = *child;
	}
	return true;
}

bool pq_rebuild_drop(struct pq_rebuild *rebuild, uint32_t index)
{
	return begin_change(rebuild, index);
}

bool pq_rebuild_finish(struct pq_rebuild *rebuild, struct pq_value *result)
{
	if (!rebuild->changed) {
		*result = *rebuild->value;
		return true;
	}
	struct pq_value made;
	if (rebuild->value->kind == PQ_ARRAY)
		made = pq_value_from_items(rebuild->items, rebuild->count);
	else if (!pq_value_from_members(rebuild->arena, rebuild->members, rebuild->count, &made))
		return false;
	made.offset = rebuild->value->offset;
	*result = made;
	return true;
}
