#include "registry/old_object.h"

#include "registry/object_meta.h"

static bool add_namespace(struct pq_arena *arena, const struct pq_resource_request *request,
			  struct pq_value *object)
{
	const struct pq_value namespace = pq_value_from_string(request->namespace);
	const struct pq_value *stored = pq_value_find(object, PQ_S("metadata"));
	struct pq_value metadata;
	if (stored == NULL || !request->crd->namespaced ||
	    pq_value_find_string(stored, PQ_S("namespace")).length > 0)
		return true;
	return pq_value_with_member(arena, stored, PQ_S("namespace"), &namespace, &metadata) &&
	       pq_value_with_member(arena, object, PQ_S("metadata"), &metadata, object);
}

bool pq_old_object_complete(struct pq_arena *arena, const struct pq_resource_request *request,
			    struct pq_value *result)
{
	struct pq_value object = *request->old;
	struct pq_patch defaults;
	struct pq_error error;
	pq_patch_init(&defaults, arena);
	if (!add_namespace(arena, request, &object) ||
	    !pq_schema_default(request->version->schema, arena, &object, &defaults) ||
	    defaults.failed || !pq_patch_apply(arena, &object, &defaults, &object, &error))
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
		if (storage != NULL && storage->kind == PQ_BOOLEAN && storage->boolean)
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

static bool is_given(const struct pq_value *value)
{
	return value != NULL && value->kind != PQ_NULL &&
	       !(value->kind == PQ_STRING && value->length == 0);
}

/* What one of the two does not say it takes from the other. */
static bool lend(struct pq_arena *arena, struct pq_value *to, const struct pq_value *from,
		 struct pq_string key)
{
	const struct pq_value *value = pq_value_find(from, key);
	return is_given(pq_value_find(to, key)) || !is_given(value) ||
	       pq_value_with_member(arena, to, key, value, to);
}

bool pq_old_object_check_metadata(struct pq_arena *arena, const struct pq_value *object,
				  const struct pq_value *old, struct pq_findings *findings)
{
	static const struct pq_string lent[] = {
		PQ_LITERAL("namespace"),
		PQ_LITERAL("uid"),
		PQ_LITERAL("creationTimestamp"),
		PQ_LITERAL("deletionTimestamp"),
		PQ_LITERAL("deletionGracePeriodSeconds"),
	};
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	const struct pq_value none = pq_value_null();
	const struct pq_value *sent = pq_value_find(object, PQ_S("metadata"));
	const struct pq_value *stored = pq_value_find(old, PQ_S("metadata"));
	struct pq_value now = sent == NULL ? none : *sent;
	struct pq_value before = stored == NULL ? none : *stored;
	for (size_t i = 0; i < sizeof lent / sizeof lent[0]; i++) {
		if (!lend(arena, &now, &before, lent[i]))
			return false;
	}
	if (!lend(arena, &before, &now, PQ_S("namespace")))
		return false;
	pq_object_meta_validate_update(arena, &now, &before, &path, findings);
	return true;
}
