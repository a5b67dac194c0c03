#include "operators/build.h"

#include "base/hash.h"

struct pq_object *pq_build_object(struct pq_build *build, size_t capacity)
{
	struct pq_object *object = build->failed ? NULL : pq_object_new(build->arena, capacity);
	build->failed = object == NULL;
	return object;
}

void pq_build_put(struct pq_build *build, struct pq_object *object, const char *key,
		  struct pq_value value)
{
	if (build->failed)
		return;
	struct pq_string name = pq_string_from(key);
	struct pq_member member = {
		.key = name,
		.hash = pq_hash(name),
		.offset = PQ_OFFSET_NONE,
		.value = value,
	};
	pq_object_put(object, &member);
}

void pq_build_put_text(struct pq_build *build, struct pq_object *object, const char *key,
		       struct pq_string text)
{
	pq_build_put(build, object, key, pq_value_from_string(text));
}

void pq_build_put_object(struct pq_build *build, struct pq_object *object, const char *key,
			 const struct pq_object *member)
{
	if (!build->failed)
		pq_build_put(build, object, key, pq_value_from_object(member));
}

struct pq_value *pq_build_items(struct pq_build *build, size_t count)
{
	struct pq_value *items =
		build->failed ? NULL : pq_arena_alloc_array(build->arena, count, sizeof *items);
	build->failed = items == NULL;
	return items;
}

struct pq_value pq_build_value(const struct pq_build *build, const struct pq_object *object)
{
	return build->failed ? pq_value_null() : pq_value_from_object(object);
}
