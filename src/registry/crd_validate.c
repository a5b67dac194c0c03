/* Acceptance of a CRD (pkg/apis/apiextensions/validation/validation.go). */
#include "registry/crd.h"

static void check_version(const struct pq_value *version, const struct pq_path *path,
			  struct pq_findings *findings)
{
	struct pq_path schema_path = pq_path_property(path, PQ_S("schema"));
	struct pq_path openapi_path = pq_path_property(&schema_path, PQ_S("openAPIV3Schema"));
	const struct pq_value *schema = pq_value_find_path(version, 2, "schema", "openAPIV3Schema");
	const struct pq_value *status = pq_value_find_path(version, 2, "subresources", "status");
	if (schema == NULL || schema->kind == PQ_NULL) {
		pq_findings_add_format(findings, PQ_FINDING_REQUIRED, &openapi_path,
				       version->offset, "Required value: schemas are required");
		return;
	}
	const struct pq_schema_check_options options = {
		.kind = PQ_SCHEMA_RESOURCE,
		.has_status = status != NULL && status->kind != PQ_NULL,
	};
	pq_schema_check(schema, &openapi_path, &options, findings);
}

bool pq_crd_validate(struct pq_arena *arena, const struct pq_value *document,
		     const struct pq_value *old, struct pq_findings *findings)
{
	(void)old;
	struct pq_path spec = pq_path_property(NULL, PQ_S("spec"));
	struct pq_path versions_path = pq_path_property(&spec, PQ_S("versions"));
	const struct pq_value *versions = pq_value_find_path(document, 2, "spec", "versions");
	if (versions == NULL || versions->kind != PQ_ARRAY) {
		pq_findings_add_format(findings, PQ_FINDING_REQUIRED, &versions_path,
				       document->offset, "Required value");
		return true;
	}
	for (size_t i = 0; i < versions->length; i++) {
		struct pq_path path = pq_path_index(&versions_path, i);
		check_version(&versions->items[i], &path, findings);
	}
	return !pq_arena_is_exhausted(arena);
}
