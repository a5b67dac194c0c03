/* What has no home in a version does not go out in it, for server-side apply takes an object with a
 * field that the schema does not declare for broken. */
#include "conversion/trim.h"

#include "schema/rebuild.h"

struct trimming {
	struct pq_arena *arena;
	const struct pq_value *pruned; /* by the target's schema */
	const struct pq_value *known;  /* without what the source's schema does not know */
};

/* Recursion is bounded by the schema's depth: what is not its own is not gone into. */
static bool trim(const struct trimming *at, const struct pq_value *object, struct pq_value *result);

static bool trim_members(const struct trimming *at, const struct pq_value *object,
			 struct pq_value *result)
{
	struct pq_rebuild rebuild;
	pq_rebuild_start(&rebuild, at->arena, object);
	for (uint32_t i = 0; i < object->object->count; i++) {
		const struct pq_member *member = &object->object->members[i];
		struct pq_value kept = member->value;
		const struct trimming below = {
			.arena = at->arena,
			.pruned = pq_value_find(at->pruned, member->key),
			.known = pq_value_find(at->known, member->key),
		};
		bool goes = below.pruned == NULL && below.known != NULL;
		bool fine = goes ? pq_rebuild_drop(&rebuild, i)
				 : (below.pruned == NULL || trim(&below, &member->value, &kept)) &&
					    pq_rebuild_keep(&rebuild, i, &kept);
		if (!fine)
			return false;
	}
	return pq_rebuild_finish(&rebuild, result);
}

static bool trim_items(const struct trimming *at, const struct pq_value *object,
		       struct pq_value *result)
{
	bool is_known = at->known != NULL && at->known->kind == PQ_ARRAY &&
			at->known->length == object->length;
	struct pq_rebuild rebuild;
	pq_rebuild_start(&rebuild, at->arena, object);
	for (uint32_t i = 0; i < object->length; i++) {
		struct pq_value kept;
		const struct trimming below = {
			.arena = at->arena,
			.pruned = &at->pruned->items[i],
			.known = is_known ? &at->known->items[i] : NULL,
		};
		if (!trim(&below, &object->items[i], &kept) || !pq_rebuild_keep(&rebuild, i, &kept))
			return false;
	}
	return pq_rebuild_finish(&rebuild, result);
}

static bool trim(const struct trimming *at, const struct pq_value *object, struct pq_value *result)
{
	*result = *object;
	if (!pq_value_is_container(object) || pq_rebuild_is_same(object, at->pruned))
		return true;
	return object->kind == PQ_OBJECT ? trim_members(at, object, result)
					 : trim_items(at, object, result);
}

bool object_trim(struct pq_arena *arena, const struct pq_value *object,
		 const struct pq_value *pruned, const struct pq_value *known,
		 struct pq_value *result)
{
	const struct trimming at = { .arena = arena, .pruned = pruned, .known = known };
	return trim(&at, object, result);
}
