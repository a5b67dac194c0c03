/* Embedded resources in the defaults of a CRD are passed through their Go type when it is accepted,
 * and stored like that (schemaobjectmeta.Coerce in schema/defaulting/validation.go). */
#include "registry/crd_check.h"

#include "registry/resource.h"
#include "json/patch.h"
#include "json/pointer.h"

static bool coerce_one(const struct pq_value *resource, const struct pq_path *path, void *context)
{
	struct pq_patch *patch = context;
	struct pq_path step = pq_path_property(path, PQ_S("metadata"));
	struct pq_patch_operation operation = { .verb = PQ_PATCH_REPLACE };
	struct pq_findings refused;
	pq_findings_init(&refused, patch->arena, 1);
	if (!resource_read_embedded(resource, path, NULL, &operation.value, &refused))
		return false;
	if (operation.value.kind == PQ_NULL)
		return true;
	operation.path = pq_json_pointer_from_path(patch->arena, &step);
	pq_patch_append(patch, operation);
	return true;
}

/* Whether there may be such defaults at all, which is rare: only then the schema is read. */
static bool may_hold_resources(const struct pq_value *schema, bool *may, struct pq_error *error)
{
	*may = pq_value_find(schema, PQ_S("default")) != NULL;
	return *may || crd_find_keyword(schema, "x-kubernetes-embedded-resource", may, error);
}

bool crd_coerce_defaults(struct pq_arena *arena, const struct pq_value *crd,
			 struct pq_value *result)
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
		    (may &&
		     !pq_schema_each_default_resource(schema, &path, arena, coerce_one, &patch)))
			return false;
	}
	*result = *crd;
	return !patch.failed &&
	       (patch.count == 0 || pq_patch_apply(arena, crd, &patch, result, &error));
}
