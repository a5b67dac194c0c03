/*
 * apiextensions.JSONSchemaProps as encoding/json writes it: every field, in the struct's order, by
 * its Go name.
 */
#include "schema/show.h"

#include "json/write.h"

#include <inttypes.h>
#include <stdlib.h>

static void begin_field(struct pq_buffer *buffer, const char *name)
{
	if (buffer->length > 0 && buffer->data[buffer->length - 1] != '{')
		pq_buffer_append_byte(buffer, ',');
	pq_buffer_append_format(buffer, "\"%s\":", name);
}

static void show_text(struct pq_buffer *buffer, const char *name, struct pq_string text)
{
	begin_field(buffer, name);
	pq_json_write_string(buffer, text, PQ_JSON_ESCAPE_HTML);
}

static void show_optional_text(struct pq_buffer *buffer, const char *name, bool given,
			       struct pq_string text)
{
	if (given) {
		show_text(buffer, name, text);
		return;
	}
	begin_field(buffer, name);
	pq_buffer_append_text(buffer, "null");
}

static void show_flag(struct pq_buffer *buffer, const char *name, bool flag)
{
	begin_field(buffer, name);
	pq_buffer_append_text(buffer, flag ? "true" : "false");
}

static void show_number(struct pq_buffer *buffer, const char *name, bool given, double number)
{
	begin_field(buffer, name);
	if (given)
		pq_json_write_double(buffer, number);
	else
		pq_buffer_append_text(buffer, "null");
}

static void show_integer(struct pq_buffer *buffer, const char *name, bool given, int64_t integer)
{
	begin_field(buffer, name);
	if (given)
		pq_buffer_append_format(buffer, "%" PRId64, integer);
	else
		pq_buffer_append_text(buffer, "null");
}

static void show_value(struct pq_buffer *buffer, const char *name, const struct pq_value *value)
{
	begin_field(buffer, name);
	if (value != NULL)
		pq_json_write(buffer, value, PQ_JSON_GO);
	else
		pq_buffer_append_text(buffer, "null");
}

static void show_names(struct pq_buffer *buffer, const char *name,
		       const struct pq_source_names *names)
{
	begin_field(buffer, name);
	if (names->items == NULL) {
		pq_buffer_append_text(buffer, "null");
		return;
	}
	pq_buffer_append_byte(buffer, '[');
	for (size_t i = 0; i < names->count; i++) {
		pq_buffer_append_text(buffer, i == 0 ? "" : ",");
		pq_json_write_string(buffer, names->items[i], PQ_JSON_ESCAPE_HTML);
	}
	pq_buffer_append_byte(buffer, ']');
}

static void show_list(struct pq_buffer *buffer, const char *name, const struct pq_source_list *list)
{
	begin_field(buffer, name);
	if (list->items == NULL) {
		pq_buffer_append_text(buffer, "null");
		return;
	}
	pq_buffer_append_byte(buffer, '[');
	for (size_t i = 0; i < list->count; i++) {
		pq_buffer_append_text(buffer, i == 0 ? "" : ",");
		pq_source_show(buffer, list->items[i]);
	}
	pq_buffer_append_byte(buffer, ']');
}

static int compare_names(const void *a, const void *b)
{
	const struct pq_source_member *left = a, *right = b;
	return pq_string_compare(left->name, right->name);
}

/* Go writes maps by their keys' order. */
static void show_members(struct pq_buffer *buffer, const char *name,
			 const struct pq_source_members *members)
{
	begin_field(buffer, name);
	struct pq_source_member *sorted = NULL;
	if (members->items != NULL)
		sorted = malloc((members->count + 1) * sizeof *sorted);
	if (sorted == NULL) {
		pq_buffer_append_text(buffer, "null");
		return;
	}
	memcpy(sorted, members->items, members->count * sizeof *sorted);
	qsort(sorted, members->count, sizeof *sorted, compare_names);
	pq_buffer_append_byte(buffer, '{');
	for (size_t i = 0; i < members->count; i++) {
		pq_buffer_append_text(buffer, i == 0 ? "" : ",");
		pq_json_write_string(buffer, sorted[i].name, PQ_JSON_ESCAPE_HTML);
		pq_buffer_append_byte(buffer, ':');
		pq_source_show(buffer, sorted[i].schema);
	}
	pq_buffer_append_byte(buffer, '}');
	free(sorted);
}

static struct pq_source *find_member(const struct pq_source_members *members, struct pq_string name)
{
	for (size_t i = 0; i < members->count; i++) {
		if (pq_string_equal(members->items[i].name, name))
			return members->items[i].schema;
	}
	return NULL;
}

static int compare_members(const void *a, const void *b)
{
	const struct pq_member *left = a, *right = b;
	return pq_string_compare(left->key, right->key);
}

/* Each a schema or a list of names. */
static void show_dependencies(struct pq_buffer *buffer, const struct pq_source *source)
{
	const struct pq_value *value = pq_value_find(source->value, PQ_S("dependencies"));
	struct pq_member *sorted = NULL;
	begin_field(buffer, "Dependencies");
	if (value != NULL && value->kind == PQ_OBJECT)
		sorted = malloc((value->object->count + 1) * sizeof *sorted);
	if (sorted == NULL) {
		pq_buffer_append_text(buffer, "null");
		return;
	}
	memcpy(sorted, value->object->members, value->object->count * sizeof *sorted);
	qsort(sorted, value->object->count, sizeof *sorted, compare_members);
	pq_buffer_append_byte(buffer, '{');
	for (size_t i = 0; i < value->object->count; i++) {
		pq_buffer_append_text(buffer, i == 0 ? "" : ",");
		pq_json_write_string(buffer, sorted[i].key, PQ_JSON_ESCAPE_HTML);
		pq_buffer_append_text(buffer, ":{\"Schema\":");
		pq_source_show(buffer, find_member(&source->dependencies, sorted[i].key));
		pq_buffer_append_text(buffer, ",\"Property\":");
		if (sorted[i].value.kind == PQ_ARRAY)
			pq_json_write(buffer, &sorted[i].value, PQ_JSON_GO);
		else
			pq_buffer_append_text(buffer, "null");
		pq_buffer_append_byte(buffer, '}');
	}
	pq_buffer_append_byte(buffer, '}');
	free(sorted);
}

static void show_schema(struct pq_buffer *buffer, const char *name, const struct pq_source *source)
{
	begin_field(buffer, name);
	pq_source_show(buffer, source);
}

static void show_schema_or_flag(struct pq_buffer *buffer, const char *name, bool given, bool allows,
				const struct pq_source *source)
{
	begin_field(buffer, name);
	if (!given) {
		pq_buffer_append_text(buffer, "null");
		return;
	}
	pq_buffer_append_byte(buffer, '{');
	show_flag(buffer, "Allows", allows);
	show_schema(buffer, "Schema", source);
	pq_buffer_append_byte(buffer, '}');
}

static void show_external_docs(struct pq_buffer *buffer, const struct pq_value *docs)
{
	begin_field(buffer, "ExternalDocs");
	if (docs == NULL) {
		pq_buffer_append_text(buffer, "null");
		return;
	}
	pq_buffer_append_byte(buffer, '{');
	show_text(buffer, "Description", pq_value_find_string(docs, PQ_S("description")));
	show_text(buffer, "URL", pq_value_find_string(docs, PQ_S("url")));
	pq_buffer_append_byte(buffer, '}');
}

void pq_source_show_rule(struct pq_buffer *buffer, const struct pq_value *rule)
{
	const struct pq_value *reason = pq_value_find(rule, PQ_S("reason"));
	pq_buffer_append_byte(buffer, '{');
	show_text(buffer, "Rule", pq_value_find_string(rule, PQ_S("rule")));
	show_text(buffer, "Message", pq_value_find_string(rule, PQ_S("message")));
	show_text(buffer, "MessageExpression",
		  pq_value_find_string(rule, PQ_S("messageExpression")));
	show_value(buffer, "Reason", reason);
	show_text(buffer, "FieldPath", pq_value_find_string(rule, PQ_S("fieldPath")));
	show_value(buffer, "OptionalOldSelf", pq_value_find(rule, PQ_S("optionalOldSelf")));
	pq_buffer_append_byte(buffer, '}');
}

static void show_rules(struct pq_buffer *buffer, const struct pq_value *rules)
{
	begin_field(buffer, "XValidations");
	if (rules == NULL) {
		pq_buffer_append_text(buffer, "null");
		return;
	}
	pq_buffer_append_byte(buffer, '[');
	for (uint32_t i = 0; i < rules->length; i++) {
		pq_buffer_append_text(buffer, i == 0 ? "" : ",");
		pq_source_show_rule(buffer, &rules->items[i]);
	}
	pq_buffer_append_byte(buffer, ']');
}

void pq_source_show_items(struct pq_buffer *buffer, const struct pq_source *source)
{
	pq_buffer_append_byte(buffer, '{');
	show_schema(buffer, "Schema", source->items);
	show_list(buffer, "JSONSchemas", &source->items_list);
	pq_buffer_append_byte(buffer, '}');
}

static void show_annotations(struct pq_buffer *buffer, const struct pq_source *source)
{
	show_text(buffer, "ID", source->id);
	show_text(buffer, "Schema", source->schema);
	show_optional_text(buffer, "Ref", (source->given & PQ_GIVEN_REF) != 0, source->ref);
	show_text(buffer, "Description", source->description);
	show_text(buffer, "Type", source->type);
	show_flag(buffer, "Nullable", source->nullable);
	show_text(buffer, "Format", source->format);
	show_text(buffer, "Title", source->title);
	show_value(buffer, "Default", source->default_value);
}

static void show_limits(struct pq_buffer *buffer, const struct pq_source *source)
{
	unsigned given = source->given;
	show_number(buffer, "Maximum", given & PQ_GIVEN_MAXIMUM, source->maximum);
	show_flag(buffer, "ExclusiveMaximum", source->exclusive_maximum);
	show_number(buffer, "Minimum", given & PQ_GIVEN_MINIMUM, source->minimum);
	show_flag(buffer, "ExclusiveMinimum", source->exclusive_minimum);
	show_integer(buffer, "MaxLength", given & PQ_GIVEN_MAX_LENGTH, source->max_length);
	show_integer(buffer, "MinLength", given & PQ_GIVEN_MIN_LENGTH, source->min_length);
	show_text(buffer, "Pattern", source->pattern);
	show_integer(buffer, "MaxItems", given & PQ_GIVEN_MAX_ITEMS, source->max_items);
	show_integer(buffer, "MinItems", given & PQ_GIVEN_MIN_ITEMS, source->min_items);
	show_flag(buffer, "UniqueItems", source->unique_items);
	show_number(buffer, "MultipleOf", given & PQ_GIVEN_MULTIPLE_OF, source->multiple_of);
	show_value(buffer, "Enum", source->enumeration);
	show_integer(buffer, "MaxProperties", given & PQ_GIVEN_MAX_PROPERTIES,
		     source->max_properties);
	show_integer(buffer, "MinProperties", given & PQ_GIVEN_MIN_PROPERTIES,
		     source->min_properties);
}

static void show_below(struct pq_buffer *buffer, const struct pq_source *source)
{
	show_names(buffer, "Required", &source->required);
	begin_field(buffer, "Items");
	if ((source->given & PQ_GIVEN_ITEMS) != 0)
		pq_source_show_items(buffer, source);
	else
		pq_buffer_append_text(buffer, "null");
	show_list(buffer, "AllOf", &source->all_of);
	show_list(buffer, "OneOf", &source->one_of);
	show_list(buffer, "AnyOf", &source->any_of);
	show_schema(buffer, "Not", source->not );
	show_members(buffer, "Properties", &source->properties);
	show_schema_or_flag(buffer, "AdditionalProperties",
			    source->given & PQ_GIVEN_ADDITIONAL_PROPERTIES,
			    source->additional_allowed, source->additional_properties);
	show_members(buffer, "PatternProperties", &source->pattern_properties);
	show_dependencies(buffer, source);
	const struct pq_value *items = pq_value_find(source->value, PQ_S("additionalItems"));
	bool allows = items != NULL && (items->kind == PQ_OBJECT || items->boolean);
	show_schema_or_flag(buffer, "AdditionalItems", source->given & PQ_GIVEN_ADDITIONAL_ITEMS,
			    allows, source->additional_items);
	show_members(buffer, "Definitions", &source->definitions);
}

static void show_extensions(struct pq_buffer *buffer, const struct pq_source *source)
{
	bool preserve_given = (source->given & PQ_GIVEN_PRESERVE_UNKNOWN) != 0;
	show_external_docs(buffer, source->external_docs);
	show_value(buffer, "Example", source->example);
	begin_field(buffer, "XPreserveUnknownFields");
	pq_buffer_append_text(buffer, !preserve_given                   ? "null"
				      : source->preserve_unknown_fields ? "true"
									: "false");
	show_flag(buffer, "XEmbeddedResource", source->embedded_resource);
	show_flag(buffer, "XIntOrString", source->int_or_string);
	show_names(buffer, "XListMapKeys", &source->list_map_keys);
	show_optional_text(buffer, "XListType", (source->given & PQ_GIVEN_LIST_TYPE) != 0,
			   source->list_type);
	show_optional_text(buffer, "XMapType", (source->given & PQ_GIVEN_MAP_TYPE) != 0,
			   source->map_type);
	show_rules(buffer, source->rules);
}

void pq_source_show(struct pq_buffer *buffer, const struct pq_source *source)
{
	if (source == NULL) {
		pq_buffer_append_text(buffer, "null");
		return;
	}
	pq_buffer_append_byte(buffer, '{');
	show_annotations(buffer, source);
	show_limits(buffer, source);
	show_below(buffer, source);
	show_extensions(buffer, source);
	pq_buffer_append_byte(buffer, '}');
}
