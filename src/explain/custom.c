/* Taking kinds from CustomResourceDefinitions. */
#include "explain/kinds.h"

static bool fail_memory(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the schemas of CRDs");
}

/* The fields that every object has; a CRD need not mention them. */
static const struct {
	const char *name;
	const char *component; /* what the name of its schema ends with, or NULL: a text */
	const char *description;
} object_fields[] = {
	{ "apiVersion", NULL, "The group and the version of the kind, GROUP/VERSION." },
	{ "kind", NULL, "The kind of the object." },
	{ "metadata", "meta.v1.ObjectMeta", "Name, labels and the rest that all objects have." },
};

static struct pq_string find_component(const struct pq_explain *explain, const char *end)
{
	const struct pq_value *components = &explain->components;
	for (size_t i = 0; components->kind == PQ_OBJECT && i < components->object->count; i++) {
		struct pq_string name = components->object->members[i].key;
		if (pq_string_ends_with(name, pq_string_from(end)))
			return name;
	}
	return PQ_S("");
}

static bool describe_object_field(struct pq_explain *explain, size_t row, struct pq_value *schema)
{
	struct pq_string reference = pq_string_from("string");
	const char *keyword = "type";
	if (object_fields[row].component != NULL) {
		struct pq_string name = find_component(explain, object_fields[row].component);
		reference = pq_arena_format(&explain->arena, "#/components/schemas/%.*s",
					    PQ_STRING_ARGUMENT(name));
		keyword = "$ref";
	}
	const struct pq_member members[] = {
		{ .key = PQ_S("description"),
		  .value = pq_value_from_string(pq_string_from(object_fields[row].description)) },
		{ .key = pq_string_from(keyword), .value = pq_value_from_string(reference) },
	};
	return reference.data != NULL && pq_value_from_members(&explain->arena, members, 2, schema);
}

static bool add_object_fields(struct pq_explain *explain, struct pq_value *schema)
{
	const struct pq_value *found = pq_value_find(schema, PQ_S("properties"));
	struct pq_value properties = found == NULL ? pq_value_null() : *found;
	for (size_t i = 0; i < sizeof object_fields / sizeof object_fields[0]; i++) {
		struct pq_value field;
		if (!describe_object_field(explain, i, &field) ||
		    !pq_value_with_member(&explain->arena, &properties,
					  pq_string_from(object_fields[i].name), &field,
					  &properties))
			return false;
	}
	return pq_value_with_member(&explain->arena, schema, PQ_S("properties"), &properties,
				    schema);
}

static bool read_short_names(struct pq_explain *explain, const struct pq_value *names,
			     struct pq_explain_kind *kind)
{
	size_t count = names == NULL || names->kind != PQ_ARRAY ? 0 : names->length;
	struct pq_string *items = pq_arena_alloc_array(&explain->arena, count, sizeof *items);
	if (items == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (names->items[i].kind == PQ_STRING)
			items[kind->short_name_count++] = pq_value_string(&names->items[i]);
	}
	kind->short_names = items;
	return true;
}

static bool add_version(struct pq_explain *explain, const struct pq_explain_kind *named,
			const struct pq_value *version)
{
	struct pq_explain_kind kind = *named;
	const struct pq_value *served = pq_value_find(version, PQ_S("served"));
	const struct pq_value *schema = pq_value_find_path(version, 2, "schema", "openAPIV3Schema");
	kind.version = pq_value_find_string(version, PQ_S("name"));
	kind.is_served = pq_value_is_true(served);
	kind.schema = schema == NULL ? pq_value_null() : *schema;
	return add_object_fields(explain, &kind.schema) && pq_explain_add_kind(explain, &kind);
}

static bool add_versions(struct pq_explain *explain, const struct pq_value *document)
{
	const struct pq_value *spec = pq_value_find(document, PQ_S("spec"));
	const struct pq_value *names = pq_value_find(spec, PQ_S("names"));
	const struct pq_value *versions = pq_value_find(spec, PQ_S("versions"));
	struct pq_explain_kind kind = {
		.group = pq_value_find_string(spec, PQ_S("group")),
		.kind = pq_value_find_string(names, PQ_S("kind")),
		.plural = pq_value_find_string(names, PQ_S("plural")),
		.singular = pq_value_find_string(names, PQ_S("singular")),
		.is_custom = true,
	};
	if (kind.singular.length == 0)
		kind.singular = pq_arena_copy_lower(&explain->arena, kind.kind);
	if (!read_short_names(explain, pq_value_find(names, PQ_S("shortNames")), &kind))
		return false;
	for (size_t i = 0; versions != NULL && versions->kind == PQ_ARRAY && i < versions->length;
	     i++) {
		if (!add_version(explain, &kind, &versions->items[i]))
			return false;
	}
	return true;
}

bool pq_explain_add_crd(struct pq_explain *explain, const struct pq_value *document,
			struct pq_error *error)
{
	struct pq_value copy;
	if (!pq_string_is(pq_value_find_string(document, PQ_S("kind")), "CustomResourceDefinition"))
		return true;
	return (pq_value_copy(&explain->arena, document, &copy) && add_versions(explain, &copy)) ||
	       fail_memory(error);
}
