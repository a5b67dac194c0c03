#include "registry/old_object.h"

#include "formats/names.h"
#include "registry/object_meta.h"

bool pq_old_object_match_namespace(struct pq_arena *arena,
				   const struct pq_resource_request *request,
				   struct pq_value *object)
{
	const struct pq_value namespace = pq_value_from_string(request->namespace);
	const struct pq_value *stored = pq_value_find(object, PQ_S("metadata"));
	bool is_namespaced = request->crd->namespaced;
	struct pq_value metadata;
	if (stored == NULL ||
	    (pq_value_find_string(stored, PQ_S("namespace")).length > 0) == is_namespaced)
		return true;
	return pq_value_with_member(arena, stored, PQ_S("namespace"),
				    is_namespaced ? &namespace : NULL, &metadata) &&
	       pq_value_with_member(arena, object, PQ_S("metadata"), &metadata, object);
}

bool pq_old_object_check(struct pq_arena *arena, const struct pq_resource_request *request,
			 struct pq_error *error)
{
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	const struct pq_value none = pq_value_null();
	const struct pq_value *metadata = pq_value_find(request->old, path.name);
	const struct pq_crd *crd = request->crd;
	struct pq_string api_version = pq_value_find_string(request->old, PQ_S("apiVersion"));
	struct pq_string kind = pq_value_find_string(request->old, PQ_S("kind"));
	struct pq_value coerced;
	struct pq_typed_refusal refusal;
	if (!pq_string_equal(kind, crd->kind) ||
	    !pq_string_equal(pq_names_group_of(api_version), crd->group))
		return pq_error_set(error, PQ_ERROR_INVALID, "it is no %.*s of %.*s",
				    PQ_STRING_ARGUMENT(crd->kind), PQ_STRING_ARGUMENT(crd->group));
	if (pq_crd_find_version(crd, pq_names_version_of(api_version)) == NULL)
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "%.*s has no version of apiVersion %.*s",
				    PQ_STRING_ARGUMENT(crd->name), PQ_STRING_ARGUMENT(api_version));
	return pq_object_meta_coerce(arena, metadata == NULL ? &none : metadata, &path, NULL,
				     &coerced, &refusal) ||
	       pq_error_set(error,
			    pq_arena_is_exhausted(arena) ? PQ_ERROR_TOO_LARGE : PQ_ERROR_INVALID,
			    "metadata: %.*s", PQ_STRING_ARGUMENT(refusal.reason));
}

bool pq_old_object_complete(struct pq_arena *arena, const struct pq_resource_request *request,
			    struct pq_value *result)
{
	struct pq_value object = *request->old;
	struct pq_patch defaults;
	struct pq_error error;
	pq_patch_init(&defaults, arena);
	if (!pq_old_object_match_namespace(arena, request, &object) ||
	    !pq_schema_default(request->version->schema, &object, &defaults) || defaults.failed ||
	    !pq_patch_apply(arena, &object, &defaults, &object, &error))
		return false;
	*result = object;
	return true;
}

static const struct pq_value *storage_version(const struct pq_value *crd)
{
	const struct pq_value *versions = pq_value_find_path(crd, 2, "spec", "versions");
	for (size_t i = 0; versions != NULL && versions->kind == PQ_ARRAY && i < versions->length;
	     i++) {
		const struct pq_value *storage =
			pq_value_find(&versions->items[i], PQ_S("storage"));
		if (pq_value_is_true(storage))
			return pq_value_find(&versions->items[i], PQ_S("name"));
	}
	return NULL;
}

bool pq_old_crd_complete(struct pq_arena *arena, const struct pq_value *crd,
			 struct pq_value *result)
{
	static const struct pq_string established = PQ_LITERAL("Established");
	const struct pq_member condition[] = {
		{ .key = PQ_S("type"), .value = pq_value_from_string(established) },
		{ .key = PQ_S("status"), .value = pq_value_from_string(PQ_S("True")) },
	};
	const struct pq_value *stored = storage_version(crd);
	struct pq_value *conditions = pq_arena_alloc(arena, sizeof *conditions), status;
	*result = *crd;
	if (pq_value_find(crd, PQ_S("status")) != NULL)
		return true;
	if (conditions == NULL || !pq_value_from_members(arena, condition, 2, conditions))
		return false;
	const struct pq_member members[] = {
		{ .key = PQ_S("conditions"), .value = pq_value_from_items(conditions, 1) },
		{ .key = PQ_S("storedVersions"),
		  .value = pq_value_from_items(stored, stored == NULL ? 0 : 1) },
	};
	return pq_value_from_members(arena, members, 2, &status) &&
	       pq_value_with_member(arena, crd, PQ_S("status"), &status, result);
}
