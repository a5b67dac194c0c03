#include "cel/patch_type.h"

const struct pq_cel_type pq_cel_patch_object = {
	.kind = PQ_CEL_TYPE_OBJECT,
	.name = PQ_LITERAL("Object"),
};

static const struct pq_cel_type operation_type = {
	.kind = PQ_CEL_TYPE_OBJECT,
	.name = PQ_LITERAL("JSONPatch"),
};

const struct pq_cel_type pq_cel_list_of_patch_operation = {
	.kind = PQ_CEL_TYPE_LIST,
	.parameter_count = 1,
	.name = PQ_LITERAL("list"),
	.parameters = { &operation_type },
};

bool pq_cel_patch_type_has(struct pq_string name)
{
	return pq_string_is(name, "JSONPatch") || pq_string_is(name, "Object") ||
	       pq_string_starts_with(name, PQ_S("Object."));
}

const struct pq_cel_type *pq_cel_patch_type_find(struct pq_arena *arena, struct pq_string name)
{
	if (!pq_cel_patch_type_has(name))
		return NULL;
	if (pq_string_equal(name, operation_type.name))
		return &operation_type;
	if (pq_string_equal(name, pq_cel_patch_object.name))
		return &pq_cel_patch_object;
	struct pq_cel_type *type = pq_arena_alloc(arena, sizeof *type);
	if (type == NULL)
		return NULL;
	*type = pq_cel_patch_object;
	type->name = pq_arena_copy(arena, name);
	return type;
}

const struct pq_cel_type *pq_cel_patch_type_find_field(const struct pq_cel_type *type,
						       struct pq_string field)
{
	if (!pq_string_equal(type->name, operation_type.name))
		return &pq_cel_dyn;
	if (pq_string_is(field, "op") || pq_string_is(field, "path") || pq_string_is(field, "from"))
		return &pq_cel_string;
	return pq_string_is(field, "value") ? &pq_cel_dyn : &pq_cel_nothing;
}
