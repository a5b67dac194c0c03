/* Embedded resources in the defaults of a CRD are passed through their Go type when it is accepted,
 * and stored like that (schemaobjectmeta.Coerce in schema/defaulting/validation.go); and once more
 * when it is served, then without what does not fit (schema/defaulting/prune.go). */
#include "registry/crd_check.h"

#include "registry/object_meta.h"
#include "registry/resource.h"
#include "schema/resource.h"
#include "json/patch.h"
#include "json/pointer.h"

static void append(struct pq_patch *patch, enum pq_patch_verb verb, const struct pq_path *path,
		   struct pq_value value)
{
	pq_patch_append(patch, (struct pq_patch_operation){
				       .verb = verb,
				       .path = pq_json_pointer_from_path(patch->arena, path),
				       .value = value,
			       });
}

static bool coerce_one(const struct pq_value *resource, const struct pq_path *path, void *context)
{
	struct pq_patch *patch = context;
	struct pq_path step = pq_path_property(path, PQ_S("metadata"));
	struct pq_value metadata;
	struct pq_findings refused;
	pq_findings_init(&refused, patch->arena, 1);
	if (!resource_read_embedded(resource, path, NULL, &metadata, &refused))
		return false;
	if (metadata.kind != PQ_NULL)
		append(patch, PQ_PATCH_REPLACE, &step, metadata);
	return true;
}

/* Metadata with those of its fields that can be read each by itself. */
static bool coerce_fields(struct pq_arena *arena, const struct pq_value *metadata,
			  struct pq_value *result)
{
	if (metadata->kind != PQ_OBJECT)
		return pq_value_from_members(arena, NULL, 0, result);
	const struct pq_object *sent = metadata->object;
	struct pq_object *fitting = pq_object_new(arena, sent->count);
	struct pq_value whole, unused;
	struct pq_typed_refusal refusal;
	if (fitting == NULL)
		return false;
	for (size_t i = 0; i < sent->count; i++) {
		if (!pq_value_from_members(arena, &sent->members[i], 1, &whole))
			return false;
		if (pq_object_meta_coerce(arena, &whole, NULL, NULL, &unused, &refusal))
			pq_object_put(fitting, &sent->members[i]);
	}
	whole = pq_value_from_object(fitting);
	return pq_object_meta_coerce(arena, &whole, NULL, NULL, result, &refusal);
}

/* The same, what does not fit being dropped. */
static bool serve_one(const struct pq_value *resource, const struct pq_path *path, void *context)
{
	struct pq_patch *patch = context;
	for (size_t i = 0; i < resource->object->count; i++) {
		const struct pq_member *member = &resource->object->members[i];
		struct pq_path step = pq_path_property(path, member->key);
		struct pq_value metadata;
		if (pq_is_type_meta(member->key) && member->value.kind != PQ_STRING)
			append(patch, PQ_PATCH_REMOVE, &step, pq_value_null());
		if (!pq_string_is(member->key, "metadata"))
			continue;
		if (!coerce_fields(patch->arena, &member->value, &metadata))
			return false;
		append(patch, PQ_PATCH_REPLACE, &step, metadata);
	}
	return true;
}

/* Whether there may be such defaults at all, which is rare: only then the schema is read. */
static bool may_hold_resources(const struct pq_value *schema, bool *may, struct pq_error *error)
{
	*may = pq_value_find(schema, PQ_S("default")) != NULL;
	return *may || crd_find_keyword(schema, "x-kubernetes-embedded-resource", may, error);
}

static bool coerce(struct pq_arena *arena, const struct pq_value *crd,
		   enum pq_schema_defaults which, struct pq_value *result)
{
	struct pq_patch patch;
	struct pq_error error;
	const struct pq_path spec = pq_path_property(NULL, PQ_S("spec"));
	const struct pq_path list = pq_path_property(&spec, PQ_S("versions"));
	const struct pq_value *versions = pq_value_find_path(crd, 2, "spec", "versions");
	pq_patch_init(&patch, arena);
	for (size_t i = 0; versions != NULL && versions->kind == PQ_ARRAY && i < versions->length;
	     i++) {
		const struct pq_value *schema =
			pq_value_find_path(&versions->items[i], 2, "schema", "openAPIV3Schema");
		struct pq_path version = pq_path_index(&list, i);
		struct pq_path above = pq_path_property(&version, PQ_S("schema"));
		struct pq_path path = pq_path_property(&above, PQ_S("openAPIV3Schema"));
		bool may = false;
		if (schema == NULL)
			continue;
		if (!may_hold_resources(schema, &may, &error) ||
		    (may && !pq_schema_each_default_resource(
				    schema, which, &path, arena,
				    which == PQ_DEFAULTS_ALL ? serve_one : coerce_one, &patch)))
			return false;
	}
	*result = *crd;
	return !patch.failed &&
	       (patch.count == 0 || pq_patch_apply(arena, crd, &patch, result, &error));
}

bool crd_coerce_defaults(struct pq_arena *arena, const struct pq_value *crd,
			 struct pq_value *result)
{
	return coerce(arena, crd, PQ_DEFAULTS_CHECKED, result);
}

bool crd_serve_defaults(struct pq_arena *arena, const struct pq_value *crd, struct pq_value *result)
{
	return coerce(arena, crd, PQ_DEFAULTS_ALL, result);
}

bool crd_coerce_resource(const struct pq_schema *schema, struct pq_arena *arena,
			 const struct pq_value *resource, struct pq_value *result)
{
	struct pq_patch patch;
	struct pq_error error;
	pq_patch_init(&patch, arena);
	*result = *resource;
	return pq_schema_each_resource(schema, resource, serve_one, &patch) && !patch.failed &&
	       (patch.count == 0 || pq_patch_apply(arena, resource, &patch, result, &error));
}
