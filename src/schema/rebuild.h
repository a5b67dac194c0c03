/*
 * Rebuilding a value of which a part changes: a walk hands over what each child becomes, and
 * nothing is copied before the first child differs.
 */
#ifndef PQ_SCHEMA_REBUILD_H
#define PQ_SCHEMA_REBUILD_H

#include "json/value.h"

struct pq_rebuild {
	struct pq_arena *arena;
	const struct pq_value *value; /* an object or an array */
	struct pq_member *members;    /* of the new object, once something differs */
	struct pq_value *items;       /* of the new array, once something differs */
	uint32_t count;               /* children kept so far */
	bool changed;
};

void pq_rebuild_start(struct pq_rebuild *rebuild, struct pq_arena *arena,
		      const struct pq_value *value);

/* Whether child, made of value, is still the same. */
static inline bool pq_rebuild_is_same(const struct pq_value *value, const struct pq_value *child)
{
	if (value->kind != child->kind)
		return false;
	if (value->kind == PQ_OBJECT)
		return value->object == child->object;
	return value->kind != PQ_ARRAY || value->items == child->items;
}

/* The child at index becomes something else, goes (objects only), or is kept, that is either stays
 * as it is or becomes something else. Children are handed over in order, each once. False when the
 * arena is exhausted. */
PQ_CHECKED bool pq_rebuild_replace(struct pq_rebuild *rebuild, uint32_t index,
				   const struct pq_value *child);
PQ_CHECKED static inline bool pq_rebuild_keep(struct pq_rebuild *rebuild, uint32_t index,
					      const struct pq_value *child)
{
	const struct pq_value *value = rebuild->value;
	const struct pq_value *before = value->kind == PQ_OBJECT
						? &value->object->members[index].value
						: &value->items[index];
	return (!rebuild->changed && pq_rebuild_is_same(before, child)) ||
	       pq_rebuild_replace(rebuild, index, child);
}
PQ_CHECKED bool pq_rebuild_drop(struct pq_rebuild *rebuild, uint32_t index);

/* The value rebuilt, or the very value when nothing differs. False when the arena is exhausted. */
PQ_CHECKED bool pq_rebuild_finish(struct pq_rebuild *rebuild, struct pq_value *result);

#endif
