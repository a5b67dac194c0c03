/*
 * The versions of a CRD as findings show them: the server's internal structs
 * (pkg/apis/apiextensions/types.go) as encoding/json writes them, every field by its Go name.
 */
#include "registry/crd_check.h"

#include "schema/show.h"
#include "json/write.h"

/* A field of a struct: its name in Go, that in documents, and what is shown when it is absent. */
struct shown_field {
	const char *name;
	const char *key;
	const char *absent;
};

static void show_fields(struct pq_buffer *buffer, const struct pq_value *value,
			const struct shown_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct pq_value *given = pq_value_find(value, pq_string_from(fields[i].key));
		pq_buffer_append_format(buffer, "%s\"%s\":", i == 0 ? "" : ",", fields[i].name);
		if (given != NULL)
			pq_json_write(buffer, given, PQ_JSON_GO);
		else
			pq_buffer_append_text(buffer, fields[i].absent);
	}
}

static void show_struct(struct pq_buffer *buffer, const struct pq_value *value,
			const struct shown_field *fields, size_t count)
{
	pq_buffer_append_byte(buffer, '{');
	show_fields(buffer, value, fields, count);
	pq_buffer_append_byte(buffer, '}');
}

/* A list of structs; an absent one is nil. */
static void show_list(struct pq_buffer *buffer, const struct pq_value *list,
		      const struct shown_field *fields, size_t count)
{
	if (list == NULL) {
		pq_buffer_append_text(buffer, "null");
		return;
	}
	pq_buffer_append_byte(buffer, '[');
	for (size_t i = 0; i < list->length; i++) {
		pq_buffer_append_text(buffer, i == 0 ? "" : ",");
		show_struct(buffer, &list->items[i], fields, count);
	}
	pq_buffer_append_byte(buffer, ']');
}

static void show_schema(struct pq_buffer *buffer, const struct pq_value *validation,
			struct pq_arena *arena)
{
	const struct pq_value *schema = pq_value_find(validation, PQ_S("openAPIV3Schema"));
	struct pq_source *source = NULL;
	struct pq_error error; /* told as a finding of the schema */
	if (validation == NULL ||
	    (schema != NULL && !pq_source_read(arena, schema, NULL, &source, &error))) {
		pq_buffer_append_text(buffer, "null");
		return;
	}
	pq_buffer_append_text(buffer, "{\"OpenAPIV3Schema\":");
	pq_source_show(buffer, source);
	pq_buffer_append_byte(buffer, '}');
}

static void show_subresources(struct pq_buffer *buffer, const struct pq_value *subresources)
{
	static const struct shown_field status[] = { { "Status", "status", "null" } };
	static const struct shown_field scale_fields[] = {
		{ "SpecReplicasPath", "specReplicasPath", "\"\"" },
		{ "StatusReplicasPath", "statusReplicasPath", "\"\"" },
		{ "LabelSelectorPath", "labelSelectorPath", "null" },
	};
	const struct pq_value *scale = pq_value_find(subresources, PQ_S("scale"));
	if (subresources == NULL) {
		pq_buffer_append_text(buffer, "null");
		return;
	}
	pq_buffer_append_byte(buffer, '{');
	show_fields(buffer, subresources, status, 1);
	pq_buffer_append_text(buffer, ",\"Scale\":");
	if (scale == NULL)
		pq_buffer_append_text(buffer, "null");
	else
		show_struct(buffer, scale, scale_fields,
			    sizeof scale_fields / sizeof scale_fields[0]);
	pq_buffer_append_byte(buffer, '}');
}

static void show_columns(struct pq_buffer *buffer, const struct pq_value *columns)
{
	static const struct shown_field fields[] = {
		{ "Name", "name", "\"\"" },      { "Type", "type", "\"\"" },
		{ "Format", "format", "\"\"" },  { "Description", "description", "\"\"" },
		{ "Priority", "priority", "0" }, { "JSONPath", "jsonPath", "\"\"" },
	};
	show_list(buffer, columns, fields, sizeof fields / sizeof fields[0]);
}

static void show_selectable_fields(struct pq_buffer *buffer, const struct pq_value *list)
{
	static const struct shown_field fields[] = { { "JSONPath", "jsonPath", "\"\"" } };
	show_list(buffer, list, fields, 1);
}

/* A part of a version; NULL when it stands at the top. */
static const struct pq_value *find_part(const struct pq_value *version, const char *key,
					bool is_shared)
{
	return is_shared ? NULL : pq_value_find(version, pq_string_from(key));
}

static void show_version(struct pq_buffer *buffer, const struct pq_value *version,
			 const struct crd_sharing *sharing, struct pq_arena *arena)
{
	static const struct shown_field plain[] = {
		{ "Name", "name", "\"\"" },
		{ "Served", "served", "false" },
		{ "Storage", "storage", "false" },
		{ "Deprecated", "deprecated", "false" },
		{ "DeprecationWarning", "deprecationWarning", "null" },
	};
	pq_buffer_append_byte(buffer, '{');
	show_fields(buffer, version, plain, sizeof plain / sizeof plain[0]);
	pq_buffer_append_text(buffer, ",\"Schema\":");
	show_schema(buffer, find_part(version, "schema", sharing->schema), arena);
	pq_buffer_append_text(buffer, ",\"Subresources\":");
	show_subresources(buffer, find_part(version, "subresources", sharing->subresources));
	pq_buffer_append_text(buffer, ",\"AdditionalPrinterColumns\":");
	show_columns(buffer, find_part(version, "additionalPrinterColumns", sharing->columns));
	pq_buffer_append_text(buffer, ",\"SelectableFields\":");
	show_selectable_fields(buffer,
			       find_part(version, "selectableFields", sharing->selectable_fields));
	pq_buffer_append_byte(buffer, '}');
}

void crd_show_versions(struct pq_buffer *buffer, const struct pq_value *versions,
		       const struct crd_sharing *sharing, struct pq_arena *arena)
{
	for (size_t i = 0; i < versions->length; i++) {
		pq_buffer_append_byte(buffer, i == 0 ? '[' : ',');
		show_version(buffer, &versions->items[i], sharing, arena);
	}
	pq_buffer_append_byte(buffer, ']');
}
