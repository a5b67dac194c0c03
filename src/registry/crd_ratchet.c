/* What an update of a CRD need not mend: an API server that asks for more than one before it did
 * still takes what is stored (validationOptions in apis/apiextensions/validation/validation.go). */
#include "registry/crd_check.h"

/* Says whether a schema by itself, without those in it, is one that is looked for. */
typedef bool schema_test(const struct pq_value *schema);

static bool has_schema(const struct pq_value *schema, schema_test *test);

/* A schema, or a list or a map of them. */
static bool has_schema_among(const struct pq_value *schemas, schema_test *test)
{
	if (schemas == NULL)
		return false;
	if (schemas->kind == PQ_ARRAY) {
		for (size_t i = 0; i < schemas->length; i++) {
			if (has_schema(&schemas->items[i], test))
				return true;
		}
	} else if (schemas->kind == PQ_OBJECT) {
		for (size_t i = 0; i < schemas->object->count; i++) {
			if (has_schema(&schemas->object->members[i].value, test))
				return true;
		}
	}
	return false;
}

/* Whether a schema or one in it is one that is looked for (SchemaHas). Typed reading has capped the
 * nesting. */
static bool has_schema(const struct pq_value *schema, schema_test *test)
{
	static const struct pq_string one[] = { PQ_LITERAL("items"), PQ_LITERAL("not"),
						PQ_LITERAL("additionalProperties"),
						PQ_LITERAL("additionalItems") };
	static const struct pq_string many[] = {
		PQ_LITERAL("properties"),  PQ_LITERAL("patternProperties"),
		PQ_LITERAL("definitions"), PQ_LITERAL("dependencies"),
		PQ_LITERAL("allOf"),       PQ_LITERAL("anyOf"),
		PQ_LITERAL("oneOf"),
	};
	if (test(schema))
		return true;
	for (size_t i = 0; i < sizeof one / sizeof one[0]; i++) {
		const struct pq_value *below = pq_value_find(schema, one[i]);
		if (below != NULL && (below->kind == PQ_ARRAY ? has_schema_among(below, test)
							      : has_schema(below, test)))
			return true;
	}
	for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
		if (has_schema_among(pq_value_find(schema, many[i]), test))
			return true;
	}
	return false;
}

static bool any_version_has(const struct pq_value *spec, schema_test *test)
{
	const struct pq_value *versions = pq_value_find(spec, PQ_S("versions"));
	for (size_t i = 0; versions != NULL && i < versions->length; i++) {
		const struct pq_value *schema =
			pq_value_find_path(&versions->items[i], 2, "schema", "openAPIV3Schema");
		if (schema != NULL && has_schema(schema, test))
			return true;
	}
	return false;
}

static bool has_default(const struct pq_value *schema)
{
	const struct pq_value *value = pq_value_find(schema, PQ_S("default"));
	return value != NULL && value->kind != PQ_NULL;
}

bool crd_has_default(const struct pq_value *spec)
{
	return any_version_has(spec, has_default);
}

/* Keywords of Kubernetes (schemaHasKubernetesExtensions). */
static bool has_extension(const struct pq_value *schema)
{
	const struct pq_value *preserves =
		pq_value_find(schema, PQ_S("x-kubernetes-preserve-unknown-fields"));
	const struct pq_value *list_type = pq_value_find(schema, PQ_S("x-kubernetes-list-type"));
	const struct pq_value *keys = pq_value_find(schema, PQ_S("x-kubernetes-list-map-keys"));
	const struct pq_value *rules = pq_value_find(schema, PQ_S("x-kubernetes-validations"));
	return (preserves != NULL && preserves->kind != PQ_NULL) ||
	       (list_type != NULL && list_type->kind != PQ_NULL) ||
	       (keys != NULL && keys->length > 0) || (rules != NULL && rules->length > 0) ||
	       pq_value_is_true(pq_value_find(schema, PQ_S("x-kubernetes-embedded-resource"))) ||
	       pq_value_is_true(pq_value_find(schema, PQ_S("x-kubernetes-int-or-string")));
}

/* Pruning, defaults and Kubernetes' own keywords work by structural schemas alone. */
static bool needs_structure(const struct pq_value *spec)
{
	return !pq_value_is_true(pq_value_find(spec, PQ_S("preserveUnknownFields"))) ||
	       crd_has_default(spec) || any_version_has(spec, has_extension);
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
	if (needs_structure(spec))
		ratchet->forgiven &= ~(unsigned)PQ_SCHEMA_NOT_STRUCTURAL;
	return true;
}
