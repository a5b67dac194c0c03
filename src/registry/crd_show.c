/*
 * The versions of a CRD as findings show them: the server's internal structs
 * (pkg/apis/apiextensions/types.go) as encoding/json writes them, every field by its Go name.
 */
#include "registry/crd_check.h"

#include "schema/check.h"
#include "schema/show.h"
#include "json/read.h"

/* A field of a struct: its name in Go, that in documents, and what it is when it is absent. */
struct shown_field {
	struct pq_string name;
	const char *key;
	enum pq_kind absent; /* PQ_NULL, or the kind whose zero value is shown */
};

enum { SHOWN_FIELDS_MAX = 9 };

static struct pq_value absent_value(enum pq_kind kind)
{
	switch (kind) {
	case PQ_STRING:
		return pq_value_from_string(PQ_S(""));
	case PQ_INTEGER:
		return pq_value_from_integer(0);
	case PQ_BOOLEAN:
		return pq_value_from_boolean(false);
	default:
		return pq_value_null();
	}
}

static bool show_fields(const struct crd_check *check, const struct pq_value *value,
			const struct shown_field *fields, size_t count, struct pq_value *shown)
{
	struct pq_member members[SHOWN_FIELDS_MAX];
	for (size_t i = 0; i < count; i++) {
		const struct pq_value *given = pq_value_find(value, pq_string_from(fields[i].key));
		members[i] = (struct pq_member){
			.key = fields[i].name,
			.value = given != NULL ? *given : absent_value(fields[i].absent),
		};
	}
	return pq_value_from_members(check->arena, members, count, shown);
}

/* A list of structs; an empty one is nil. */
static bool show_list(const struct crd_check *check, const struct pq_value *list,
		      const struct shown_field *fields, size_t count, struct pq_value *shown)
{
	*shown = pq_value_null();
	if (list == NULL || list->length == 0)
		return true;
	struct pq_value *items = pq_arena_alloc_array(check->arena, list->length, sizeof *items);
	if (items == NULL)
		return false;
	for (size_t i = 0; i < list->length; i++) {
		if (!show_fields(check, &list->items[i], fields, count, &items[i]))
			return false;
	}
	*shown = pq_value_from_items(items, list->length);
	return true;
}

static bool show_schema(const struct crd_check *check, const struct pq_value *version,
			struct pq_value *shown)
{
	const struct pq_value *validation = pq_value_find(version, PQ_S("schema"));
	const struct pq_value *schema = pq_value_find(validation, PQ_S("openAPIV3Schema"));
	struct pq_buffer text;
	struct pq_source *source = NULL;
	struct pq_error error;
	if (validation == NULL)
		return true;
	pq_buffer_init_in(&text, check->arena, PQ_CHECK_SHOWN_MAX);
	if (schema != NULL && !pq_source_read(check->arena, schema, NULL, &source, &error))
		return true; /* told as a finding of the schema */
	pq_buffer_append_text(&text, "{\"OpenAPIV3Schema\":");
	pq_source_show(&text, source);
	pq_buffer_append_byte(&text, '}');
	return !pq_buffer_failed(&text) &&
	       pq_json_read(check->arena, pq_buffer_view(&text), NULL, shown, &error);
}

static bool show_subresources(const struct crd_check *check, const struct pq_value *version,
			      struct pq_value *shown)
{
	static const struct shown_field scale_fields[] = {
		{ PQ_LITERAL("SpecReplicasPath"), "specReplicasPath", PQ_STRING },
		{ PQ_LITERAL("StatusReplicasPath"), "statusReplicasPath", PQ_STRING },
		{ PQ_LITERAL("LabelSelectorPath"), "labelSelectorPath", PQ_NULL },
	};
	const struct pq_value *subresources = pq_value_find(version, PQ_S("subresources"));
	const struct pq_value *status = pq_value_find(subresources, PQ_S("status"));
	const struct pq_value *scale = pq_value_find(subresources, PQ_S("scale"));
	struct pq_member members[] = {
		{ .key = PQ_S("Status"), .value = status != NULL ? *status : pq_value_null() },
		{ .key = PQ_S("Scale"), .value = pq_value_null() },
	};
	if (subresources == NULL)
		return true;
	if (scale != NULL &&
	    !show_fields(check, scale, scale_fields, sizeof scale_fields / sizeof scale_fields[0],
			 &members[1].value))
		return false;
	return pq_value_from_members(check->arena, members, 2, shown);
}

static bool show_columns(const struct crd_check *check, const struct pq_value *version,
			 struct pq_value *shown)
{
	static const struct shown_field fields[] = {
		{ PQ_LITERAL("Name"), "name", PQ_STRING },
		{ PQ_LITERAL("Type"), "type", PQ_STRING },
		{ PQ_LITERAL("Format"), "format", PQ_STRING },
		{ PQ_LITERAL("Description"), "description", PQ_STRING },
		{ PQ_LITERAL("Priority"), "priority", PQ_INTEGER },
		{ PQ_LITERAL("JSONPath"), "jsonPath", PQ_STRING },
	};
	return show_list(check, pq_value_find(version, PQ_S("additionalPrinterColumns")), fields,
			 sizeof fields / sizeof fields[0], shown);
}

static bool show_selectable_fields(const struct crd_check *check, const struct pq_value *version,
				   struct pq_value *shown)
{
	static const struct shown_field fields[] = {
		{ PQ_LITERAL("JSONPath"), "jsonPath", PQ_STRING },
	};
	return show_list(check, pq_value_find(version, PQ_S("selectableFields")), fields, 1, shown);
}

static bool show_version(const struct crd_check *check, const struct pq_value *version,
			 const struct crd_sharing *sharing, struct pq_value *shown)
{
	static const struct shown_field plain[] = {
		{ PQ_LITERAL("Name"), "name", PQ_STRING },
		{ PQ_LITERAL("Served"), "served", PQ_BOOLEAN },
		{ PQ_LITERAL("Storage"), "storage", PQ_BOOLEAN },
		{ PQ_LITERAL("Deprecated"), "deprecated", PQ_BOOLEAN },
		{ PQ_LITERAL("DeprecationWarning"), "deprecationWarning", PQ_NULL },
	};
	enum { PLAIN = sizeof plain / sizeof plain[0] };
	const struct {
		struct pq_string name;
		bool is_shared;
		bool (*show)(const struct crd_check *check, const struct pq_value *version,
			     struct pq_value *shown);
	} parts[] = {
		{ PQ_S("Schema"), sharing->schema, show_schema },
		{ PQ_S("Subresources"), sharing->subresources, show_subresources },
		{ PQ_S("AdditionalPrinterColumns"), sharing->columns, show_columns },
		{ PQ_S("SelectableFields"), sharing->selectable_fields, show_selectable_fields },
	};
	struct pq_value start;
	if (!show_fields(check, version, plain, PLAIN, &start))
		return false;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct pq_value part = pq_value_null();
		if ((!parts[i].is_shared && !parts[i].show(check, version, &part)) ||
		    !pq_value_with_member(check->arena, &start, parts[i].name, &part, &start))
			return false;
	}
	*shown = start;
	return true;
}

bool crd_show_versions(const struct crd_check *check, const struct pq_value *versions,
		       const struct crd_sharing *sharing, struct pq_value *shown)
{
	struct pq_value *items =
		pq_arena_alloc_array(check->arena, versions->length, sizeof *items);
	if (items == NULL)
		return false;
	for (size_t i = 0; i < versions->length; i++) {
		if (!show_version(check, &versions->items[i], sharing, &items[i]))
			return false;
	}
	*shown = pq_value_from_items(items, versions->length);
	shown->offset = versions->offset;
	return true;
}
