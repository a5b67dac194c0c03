/* What an update of a CRD need not mend: an API server that asks for more than one before it did
 * still takes what is stored (validationOptions in apis/apiextensions/validation/validation.go). */
#include "registry/crd_check.h"

#include "schema/source.h"

/* A schema that cannot be read, which is told elsewhere, has nothing. */
static bool any_version_has(const struct crd_check *check, const struct pq_value *spec,
			    pq_source_test *test)
{
	const struct pq_value *versions = pq_value_find(spec, PQ_S("versions"));
	for (size_t i = 0; versions != NULL && i < versions->length; i++) {
		const struct pq_value *schema =
			pq_value_find_path(&versions->items[i], 2, "schema", "openAPIV3Schema");
		struct pq_source *source;
		struct pq_error error;
		if (schema != NULL && pq_source_read(check->arena, schema, NULL, &source, &error) &&
		    pq_source_any(source, test, NULL))
			return true;
	}
	return false;
}

static bool has_default(const struct pq_source *schema, void *context)
{
	(void)context;
	return schema->default_value != NULL;
}

bool crd_has_default(const struct crd_check *check, const struct pq_value *spec)
{
	return any_version_has(check, spec, has_default);
}

/* Keywords of Kubernetes (schemaHasKubernetesExtensions). */
static bool has_extension(const struct pq_source *schema, void *context)
{
	(void)context;
	return (schema->given & (PQ_GIVEN_PRESERVE_UNKNOWN | PQ_GIVEN_LIST_TYPE)) != 0 ||
	       schema->embedded_resource || schema->int_or_string ||
	       schema->list_map_keys.count > 0 ||
	       (schema->rules != NULL && schema->rules->length > 0);
}

/* Pruning, defaults and Kubernetes' own keywords work by structural schemas alone. */
static bool needs_structure(const struct crd_check *check, const struct pq_value *spec)
{
	return !pq_value_is_true(pq_value_find(spec, PQ_S("preserveUnknownFields"))) ||
	       crd_has_default(check, spec) || any_version_has(check, spec, has_extension);
}

bool crd_find_ratchet(const struct crd_check *check, const struct pq_value *spec,
		      struct crd_ratchet *ratchet)
{
	const struct pq_value *versions = pq_value_find_path(check->old, 2, "spec", "versions");
	*ratchet = (struct crd_ratchet){ 0 };
	for (size_t i = 0; versions != NULL && i < versions->length; i++) {
		const struct pq_value *schema =
			pq_value_find_path(&versions->items[i], 2, "schema", "openAPIV3Schema");
		unsigned flaws = 0;
		if (schema == NULL)
			ratchet->schemas_may_lack = true;
		else if (!pq_schema_find_flaws(schema, check->arena, crd_coerce_resource, &flaws))
			return false;
		ratchet->forgiven |= flaws;
	}
	if (needs_structure(check, spec))
		ratchet->forgiven &= ~(unsigned)PQ_SCHEMA_NOT_STRUCTURAL;
	return true;
}
