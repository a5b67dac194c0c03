/* Taking kinds from documents. */
#include "explain/kinds.h"

#include "explain/expand.h"
#include "explain/names.h"
#include "formats/resource_names.h"
#include "json/read.h"

#include <stdlib.h>

enum { KIND_NAME_MAX = 256 }; /* a kind has at most 63 bytes */

struct pq_explain *pq_explain_new(void)
{
	struct pq_explain *explain = calloc(1, sizeof *explain);
	if (explain == NULL)
		return NULL;
	pq_arena_init(&explain->arena, 0);
	explain->components = pq_value_null();
	return explain;
}

void pq_explain_free(struct pq_explain *explain)
{
	if (explain == NULL)
		return;
	pq_openapi_free(explain->openapi);
	pq_arena_done(&explain->arena);
	free(explain);
}

static bool fail_memory(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the schemas of kinds");
}

bool pq_explain_add_kind(struct pq_explain *explain, const struct pq_explain_kind *kind)
{
	if (explain->count == explain->capacity) {
		size_t capacity = explain->capacity == 0 ? 128 : explain->capacity * 2;
		struct pq_explain_kind *grown =
			pq_arena_grow(&explain->arena, explain->kinds,
				      explain->capacity * sizeof *grown, capacity * sizeof *grown);
		if (grown == NULL)
			return false;
		explain->kinds = grown;
		explain->capacity = capacity;
	}
	explain->kinds[explain->count++] = *kind;
	return true;
}

static bool add_builtin(struct pq_explain *explain, struct pq_explain_kind *kind,
			struct pq_error *error)
{
	char guess[KIND_NAME_MAX];
	kind->is_served = true;
	kind->singular = pq_arena_copy_lower(&explain->arena, kind->kind);
	kind->plural = pq_arena_copy(&explain->arena,
				     pq_resource_guess_plural(kind->kind, guess, sizeof guess));
	kind->short_name_count =
		pq_explain_short_names(kind->group, kind->kind, &kind->short_names);
	return (kind->singular.data != NULL && kind->plural.data != NULL &&
		pq_explain_add_kind(explain, kind)) ||
	       fail_memory(error);
}

/* A component that is the schema of one kind says of which; what belongs to many is none. */
static bool add_component(struct pq_explain *explain, const struct pq_member *component,
			  struct pq_error *error)
{
	const struct pq_value *names =
		pq_value_find(&component->value, PQ_S("x-kubernetes-group-version-kind"));
	if (names == NULL || names->kind != PQ_ARRAY || names->length != 1)
		return true;
	struct pq_explain_kind kind = {
		.group = pq_value_find_string(&names->items[0], PQ_S("group")),
		.version = pq_value_find_string(&names->items[0], PQ_S("version")),
		.kind = pq_value_find_string(&names->items[0], PQ_S("kind")),
		.is_custom = !pq_string_starts_with(component->key, PQ_S("io.k8s.")),
		.schema = component->value,
	};
	return kind.kind.length == 0 || add_builtin(explain, &kind, error);
}

static bool add_components(struct pq_explain *explain, const struct pq_value *components,
			   struct pq_error *error)
{
	if (components == NULL || components->kind != PQ_OBJECT)
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "not an OpenAPI document: \"components\" has no \"schemas\"");
	explain->components = *components;
	for (size_t i = 0; i < components->object->count; i++) {
		if (!add_component(explain, &components->object->members[i], error))
			return false;
	}
	return true;
}

/* "apps/v1/Deployment": "namespaced apps.v1.Deployment" */
static bool add_compact_kind(struct pq_explain *explain, const struct pq_member *entry,
			     struct pq_error *error)
{
	struct pq_string name = entry->key, type = pq_value_string(&entry->value), scope;
	struct pq_explain_kind kind = { .is_custom = false };
	if (!pq_string_split(&name, '/', &kind.group) ||
	    !pq_string_split(&name, '/', &kind.version) || !pq_string_split(&type, ' ', &scope))
		return true;
	const struct pq_value *schema = pq_value_find(&explain->components, type);
	if (schema == NULL)
		return true;
	kind.kind = name;
	kind.schema = *schema;
	return add_builtin(explain, &kind, error);
}

static bool add_compact(struct pq_explain *explain, struct pq_error *error)
{
	if (explain->openapi == NULL)
		return false;
	if (!pq_explain_expand(&explain->arena, explain->openapi, &explain->components))
		return fail_memory(error);
	const struct pq_object *kinds = pq_openapi_kinds(explain->openapi)->object;
	for (size_t i = 0; i < kinds->count; i++) {
		if (!add_compact_kind(explain, &kinds->members[i], error))
			return false;
	}
	return true;
}

bool pq_explain_add_openapi(struct pq_explain *explain, struct pq_string text,
			    struct pq_error *error)
{
	struct pq_value document;
	if (!pq_json_read_copy(&explain->arena, text, NULL, &document, error))
		return false;
	const struct pq_value *components = pq_value_find(&document, PQ_S("components"));
	if (components != NULL)
		return add_components(explain, pq_value_find(components, PQ_S("schemas")), error);
	explain->openapi = pq_openapi_new(text, error);
	return add_compact(explain, error);
}

bool pq_explain_add_embedded(struct pq_explain *explain, struct pq_error *error)
{
	explain->openapi = pq_openapi_new_embedded(error);
	return add_compact(explain, error);
}
