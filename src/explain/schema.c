#include "explain/schema.h"

#include <stdlib.h>

static bool is_object(const struct pq_value *value)
{
	return value != NULL && value->kind == PQ_OBJECT;
}

/* "Time" of {"$ref": "#/components/schemas/Time"} and of {"allOf": [{"$ref": …}]}. */
static struct pq_string reference_of(const struct pq_value *written)
{
	static const struct pq_string prefix = PQ_LITERAL("#/components/schemas/");
	struct pq_string reference = pq_value_find_string(written, PQ_S("$ref"));
	const struct pq_value *all = pq_value_find(written, PQ_S("allOf"));
	if (reference.length == 0 && all != NULL && all->kind == PQ_ARRAY && all->length == 1)
		reference = pq_value_find_string(&all->items[0], PQ_S("$ref"));
	return pq_string_starts_with(reference, prefix)
		       ? pq_string_slice(reference, prefix.length, reference.length)
		       : PQ_S("");
}

struct pq_explain_schema pq_explain_schema_at(const struct pq_value *components,
					      const struct pq_value *written)
{
	struct pq_explain_schema schema = { .components = components, .written = written };
	const struct pq_value *at = written;
	for (size_t i = 0; i < PQ_EXPLAIN_STEPS_MAX; i++) {
		struct pq_string reference = reference_of(at);
		at = pq_value_find(components, reference);
		if (reference.length == 0 || !is_object(at))
			break;
		schema.reference = reference;
		schema.referred = at;
	}
	return schema;
}

const struct pq_value *pq_explain_keyword(const struct pq_explain_schema *schema, const char *name)
{
	struct pq_string key = pq_string_from(name);
	const struct pq_value *said = pq_value_find(schema->written, key);
	return said != NULL ? said : pq_value_find(schema->referred, key);
}

/* additionalProperties may be a boolean. */
static const struct pq_value *held_by(const struct pq_explain_schema *schema, const char *keyword)
{
	const struct pq_value *held = pq_explain_keyword(schema, keyword);
	return is_object(held) ? held : NULL;
}

bool pq_explain_below(const struct pq_explain_schema *schema, struct pq_explain_schema *below)
{
	const struct pq_value *held = held_by(schema, "items");
	if (held == NULL)
		held = held_by(schema, "additionalProperties");
	if (held == NULL)
		return false;
	*below = pq_explain_schema_at(schema->components, held);
	return true;
}

bool pq_explain_values(const struct pq_explain_schema *schema, struct pq_explain_schema *values)
{
	*values = *schema;
	for (size_t i = 0; i < PQ_EXPLAIN_STEPS_MAX; i++) {
		bool is_list = held_by(values, "items") != NULL;
		if (!pq_explain_below(values, values))
			return false;
		if (!is_list)
			return true;
	}
	return false;
}

/* What is behind the last dot: a reference's Kind. */
static struct pq_string last_part(struct pq_string name)
{
	struct pq_string part = name;
	while (pq_string_split(&name, '.', &part))
		continue;
	return part;
}

static void write_plain_type(const struct pq_explain_schema *schema, struct pq_buffer *text)
{
	const struct pq_value *type = pq_explain_keyword(schema, "type");
	struct pq_string name =
		type != NULL && type->kind == PQ_STRING ? pq_value_string(type) : PQ_S("");
	bool is_struct = name.length == 0 || pq_string_is(name, "object");
	if (pq_value_is_true(pq_explain_keyword(schema, "x-kubernetes-int-or-string")))
		pq_buffer_append_text(text, "IntOrString");
	else if (!is_struct)
		pq_buffer_append_string(text, name);
	else if (schema->reference.length > 0)
		pq_buffer_append_string(text, last_part(schema->reference));
	else
		pq_buffer_append_text(text, "Object");
}

void pq_explain_write_type(const struct pq_explain_schema *schema, struct pq_buffer *text)
{
	struct pq_explain_schema at = *schema;
	for (size_t i = 0; i < PQ_EXPLAIN_STEPS_MAX; i++) {
		bool is_list = held_by(&at, "items") != NULL;
		if (!pq_explain_below(&at, &at)) {
			write_plain_type(&at, text);
			return;
		}
		pq_buffer_append_text(text, is_list ? "[]" : "map[string]");
	}
	pq_buffer_append_text(text, "Object");
}

/* The object of fields that a schema or what it holds has, and the list of those required. */
static const struct pq_object *find_properties(const struct pq_explain_schema *schema,
					       const struct pq_value **required)
{
	struct pq_explain_schema at = *schema;
	for (size_t i = 0; i < PQ_EXPLAIN_STEPS_MAX; i++) {
		const struct pq_value *properties = pq_explain_keyword(&at, "properties");
		*required = pq_explain_keyword(&at, "required");
		if (is_object(properties) && properties->object->count > 0)
			return properties->object;
		if (!pq_explain_below(&at, &at))
			return NULL;
	}
	return NULL;
}

static int compare_fields(const void *a, const void *b)
{
	const struct pq_explain_field *left = a, *right = b;
	return pq_string_compare(left->name, right->name);
}

static void mark_required(struct pq_explain_fields *fields, const struct pq_value *required)
{
	for (size_t i = 0; required != NULL && required->kind == PQ_ARRAY && i < required->length;
	     i++) {
		const struct pq_value *name = &required->items[i];
		if (name->kind != PQ_STRING)
			continue;
		const struct pq_explain_field wanted = { .name = pq_value_string(name) };
		struct pq_explain_field *found = bsearch(&wanted, fields->items, fields->count,
							 sizeof wanted, compare_fields);
		if (found != NULL)
			found->is_required = true;
	}
}

const struct pq_object *pq_explain_properties(const struct pq_explain_schema *schema)
{
	const struct pq_value *required;
	return find_properties(schema, &required);
}

bool pq_explain_list_fields(const struct pq_explain_schema *schema, struct pq_arena *arena,
			    struct pq_explain_fields *fields)
{
	const struct pq_value *required;
	const struct pq_object *properties = find_properties(schema, &required);
	struct pq_explain_fields list = { .count = properties == NULL ? 0 : properties->count };
	list.items = pq_arena_alloc_array(arena, list.count, sizeof *list.items);
	if (list.items == NULL)
		return false;
	*fields = list;
	if (list.count == 0)
		return true;
	for (size_t i = 0; i < list.count; i++) {
		const struct pq_member *member = &properties->members[i];
		list.items[i].name = member->key;
		list.items[i].schema = pq_explain_schema_at(schema->components, &member->value);
	}
	qsort(list.items, list.count, sizeof *list.items, compare_fields);
	mark_required(fields, required);
	return true;
}

static void append_line(struct pq_string line, struct pq_buffer *text)
{
	line = pq_string_trim(line);
	if (line.length == 0)
		return;
	pq_buffer_append_text(text, text->length > 0 ? "\n" : "");
	pq_buffer_append_string(text, line);
}

void pq_explain_write_description(const struct pq_explain_schema *schema, struct pq_buffer *text)
{
	struct pq_explain_schema at = *schema;
	for (size_t i = 0; i < PQ_EXPLAIN_STEPS_MAX; i++) {
		append_line(pq_value_find_string(at.written, PQ_S("description")), text);
		append_line(pq_value_find_string(at.referred, PQ_S("description")), text);
		if (!pq_explain_below(&at, &at))
			return;
	}
}
