#include "cel/size_path.h"

struct pq_cel_size_path pq_cel_size_path_append(struct pq_arena *arena,
						struct pq_cel_size_path path, struct pq_string part)
{
	if (path.count == path.capacity) {
		uint32_t capacity = path.capacity == 0 ? 1 : path.capacity * 2;
		struct pq_string *grown =
			pq_arena_alloc_array(arena, capacity, sizeof(struct pq_string));
		if (grown == NULL)
			return path;
		if (path.count > 0)
			memcpy(grown, path.parts, path.count * sizeof(struct pq_string));
		path.parts = grown;
		path.capacity = capacity;
	}
	path.parts[path.count++] = part;
	return path;
}

static const struct pq_cel_declaration *step(const struct pq_cel_declaration *place,
					     struct pq_string part)
{
	if (pq_string_is(part, "@items") || pq_string_is(part, "@values"))
		return place->element;
	if (pq_string_is(part, "@keys")) {
		static const struct pq_cel_declaration key = { .kind = PQ_CEL_DECLARED_STRING };
		return place->kind == PQ_CEL_DECLARED_MAP ? &key : NULL;
	}
	const struct pq_cel_field *field = pq_cel_declaration_find(place, part);
	return field == NULL ? NULL : field->declaration;
}

bool pq_cel_size_path_estimate(struct pq_cel_size_path path, const struct pq_cel_declaration *root,
			       struct pq_cel_estimate *size)
{
	if (path.count == 0 || root == NULL)
		return false;
	for (uint32_t i = 1; i < path.count; i++) {
		root = step(root, path.parts[i]);
		if (root == NULL)
			return false;
	}
	*size = (struct pq_cel_estimate){ .min = 0, .max = (uint64_t)root->max_elements };
	return true;
}
