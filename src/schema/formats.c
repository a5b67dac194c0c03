/* Which formats count for which types (pkg/apiserver/validation/formats.go). */
#include "schema/source.h"

#include "formats/format.h"
#include "schema/schema.h"

bool pq_source_format_counts(struct pq_string type, struct pq_string format)
{
	if (type.length == 0 || pq_string_is(type, "string"))
		return pq_format_find(format) != NULL;
	if (pq_string_is(type, "integer"))
		return pq_string_is(format, "int32") || pq_string_is(format, "int64");
	if (pq_string_is(type, "number"))
		return pq_string_is(format, "float") || pq_string_is(format, "double");
	return false;
}

static void find_unknown(const struct pq_source *source, const struct pq_path *path,
			 struct pq_findings *unknown);

static void find_in_list(const struct pq_source_list *list, const struct pq_path *path,
			 const char *keyword, struct pq_findings *unknown)
{
	struct pq_path above = pq_path_property(path, pq_string_from(keyword));
	for (size_t i = 0; i < list->count; i++) {
		struct pq_path step = pq_path_index(&above, i);
		find_unknown(list->items[i], &step, unknown);
	}
}

static void find_in_keyword(const struct pq_source *source, const struct pq_path *path,
			    const char *keyword, struct pq_findings *unknown)
{
	struct pq_path step = pq_path_property(path, pq_string_from(keyword));
	if (source != NULL)
		find_unknown(source, &step, unknown);
}

static void find_unknown(const struct pq_source *source, const struct pq_path *path,
			 struct pq_findings *unknown)
{
	if (source->format.length > 0 && !pq_source_format_counts(source->type, source->format)) {
		struct pq_path step = pq_path_property(path, PQ_S("format"));
		pq_findings_add_format(unknown, PQ_FINDING_INVALID, &step,
				       pq_value_find(source->value, step.name)->offset, "%.*s",
				       PQ_STRING_ARGUMENT(source->format));
	}
	find_in_keyword(source->items, path, "items", unknown);
	find_in_list(&source->all_of, path, "allOf", unknown);
	find_in_list(&source->any_of, path, "anyOf", unknown);
	find_in_list(&source->one_of, path, "oneOf", unknown);
	find_in_keyword(source->not, path, "not", unknown);
	struct pq_path properties = pq_path_property(path, PQ_S("properties"));
	for (size_t i = 0; i < source->properties.count; i++) {
		struct pq_path step = pq_path_key(&properties, source->properties.items[i].name);
		find_unknown(source->properties.items[i].schema, &step, unknown);
	}
	find_in_keyword(source->additional_properties, path, "additionalProperties", unknown);
}

void pq_schema_find_unknown_formats(const struct pq_value *source, const struct pq_path *path,
				    struct pq_findings *unknown)
{
	struct pq_source *read = NULL;
	struct pq_error error;
	if (pq_source_read(unknown->arena, source, path, &read, &error))
		find_unknown(read, path, unknown);
}
