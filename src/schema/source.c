#include "schema/source.h"

#include "base/nearest.h"

#include <stdio.h>

enum keyword_kind {
	KEYWORD_TEXT,
	KEYWORD_NUMBER,
	KEYWORD_INTEGER,
	KEYWORD_BOOLEAN,
	KEYWORD_VALUE,
	KEYWORD_VALUES,
	KEYWORD_RULES,
	KEYWORD_EXTERNAL_DOCS,
	KEYWORD_NAMES,
	KEYWORD_SCHEMA,
	KEYWORD_SCHEMA_OR_LIST,
	KEYWORD_SCHEMA_OR_BOOLEAN,
	KEYWORD_SCHEMAS,
	KEYWORD_MEMBERS,
	KEYWORD_DEPENDENCIES,
};

static const char *const keyword_expectations[] = {
	[KEYWORD_TEXT] = "a string",
	[KEYWORD_NUMBER] = "a number",
	[KEYWORD_INTEGER] = "an integer",
	[KEYWORD_BOOLEAN] = "a boolean",
	[KEYWORD_VALUE] = "a value",
	[KEYWORD_VALUES] = "an array",
	[KEYWORD_RULES] = "an array of objects",
	[KEYWORD_EXTERNAL_DOCS] = "an object",
	[KEYWORD_NAMES] = "an array of strings",
	[KEYWORD_SCHEMA] = "an object",
	[KEYWORD_SCHEMA_OR_LIST] = "an object",
	[KEYWORD_SCHEMA_OR_BOOLEAN] = "a boolean or an object",
	[KEYWORD_SCHEMAS] = "an array of objects",
	[KEYWORD_MEMBERS] = "an object whose values are objects",
	[KEYWORD_DEPENDENCIES] = "an object",
};

/* Every keyword of JSONSchemaProps: its name, what it may hold, and where it is kept. */
static const struct keyword {
	struct pq_string name;
	enum keyword_kind kind;
	uint32_t offset;
	unsigned given;
} keywords[] = {
#define KEYWORD(name_, kind_, field, given_)                                                       \
	{                                                                                          \
		PQ_LITERAL(name_), KEYWORD_##kind_, offsetof(struct pq_source, field), given_      \
	}
	KEYWORD("$ref", TEXT, ref, PQ_GIVEN_REF),
	KEYWORD("$schema", TEXT, schema, 0),
	KEYWORD("additionalItems", SCHEMA_OR_BOOLEAN, additional_items, PQ_GIVEN_ADDITIONAL_ITEMS),
	KEYWORD("additionalProperties", SCHEMA_OR_BOOLEAN, additional_properties,
		PQ_GIVEN_ADDITIONAL_PROPERTIES),
	KEYWORD("allOf", SCHEMAS, all_of, 0),
	KEYWORD("anyOf", SCHEMAS, any_of, 0),
	KEYWORD("default", VALUE, default_value, 0),
	KEYWORD("definitions", MEMBERS, definitions, 0),
	KEYWORD("dependencies", DEPENDENCIES, dependencies, PQ_GIVEN_DEPENDENCIES),
	KEYWORD("description", TEXT, description, 0),
	KEYWORD("enum", VALUES, enumeration, 0),
	KEYWORD("example", VALUE, example, 0),
	KEYWORD("exclusiveMaximum", BOOLEAN, exclusive_maximum, 0),
	KEYWORD("exclusiveMinimum", BOOLEAN, exclusive_minimum, 0),
	KEYWORD("externalDocs", EXTERNAL_DOCS, external_docs, 0),
	KEYWORD("format", TEXT, format, 0),
	KEYWORD("id", TEXT, id, 0),
	KEYWORD("items", SCHEMA_OR_LIST, items, PQ_GIVEN_ITEMS),
	KEYWORD("maxItems", INTEGER, max_items, PQ_GIVEN_MAX_ITEMS),
	KEYWORD("maxLength", INTEGER, max_length, PQ_GIVEN_MAX_LENGTH),
	KEYWORD("maxProperties", INTEGER, max_properties, PQ_GIVEN_MAX_PROPERTIES),
	KEYWORD("maximum", NUMBER, maximum, PQ_GIVEN_MAXIMUM),
	KEYWORD("minItems", INTEGER, min_items, PQ_GIVEN_MIN_ITEMS),
	KEYWORD("minLength", INTEGER, min_length, PQ_GIVEN_MIN_LENGTH),
	KEYWORD("minProperties", INTEGER, min_properties, PQ_GIVEN_MIN_PROPERTIES),
	KEYWORD("minimum", NUMBER, minimum, PQ_GIVEN_MINIMUM),
	KEYWORD("multipleOf", NUMBER, multiple_of, PQ_GIVEN_MULTIPLE_OF),
	KEYWORD("not", SCHEMA, not, 0),
	KEYWORD("nullable", BOOLEAN, nullable, 0),
	KEYWORD("oneOf", SCHEMAS, one_of, 0),
	KEYWORD("pattern", TEXT, pattern, 0),
	KEYWORD("patternProperties", MEMBERS, pattern_properties, 0),
	KEYWORD("properties", MEMBERS, properties, 0),
	KEYWORD("required", NAMES, required, 0),
	KEYWORD("title", TEXT, title, 0),
	KEYWORD("type", TEXT, type, 0),
	KEYWORD("uniqueItems", BOOLEAN, unique_items, 0),
	KEYWORD("x-kubernetes-embedded-resource", BOOLEAN, embedded_resource, 0),
	KEYWORD("x-kubernetes-int-or-string", BOOLEAN, int_or_string, 0),
	KEYWORD("x-kubernetes-list-map-keys", NAMES, list_map_keys, 0),
	KEYWORD("x-kubernetes-list-type", TEXT, list_type, PQ_GIVEN_LIST_TYPE),
	KEYWORD("x-kubernetes-map-type", TEXT, map_type, PQ_GIVEN_MAP_TYPE),
	KEYWORD("x-kubernetes-preserve-unknown-fields", BOOLEAN, preserve_unknown_fields,
		PQ_GIVEN_PRESERVE_UNKNOWN),
	KEYWORD("x-kubernetes-validations", RULES, rules, 0),
#undef KEYWORD
};
enum { KEYWORD_COUNT = sizeof keywords / sizeof keywords[0] };

/* A field of an object that is no schema. */
struct field {
	const char *name;
	enum keyword_kind kind;
};

static const struct field rule_fields[] = {
	{ "rule", KEYWORD_TEXT },
	{ "message", KEYWORD_TEXT },
	{ "messageExpression", KEYWORD_TEXT },
	{ "reason", KEYWORD_TEXT },
	{ "fieldPath", KEYWORD_TEXT },
	{ "optionalOldSelf", KEYWORD_BOOLEAN },
	{ 0 },
};

static const struct field external_docs_fields[] = {
	{ "description", KEYWORD_TEXT },
	{ "url", KEYWORD_TEXT },
	{ 0 },
};
enum { FIELDS_MAX = sizeof rule_fields / sizeof rule_fields[0] }; /* of either, and the end */

struct reading {
	struct pq_arena *arena;
	struct pq_error *error;
	size_t nodes;
	size_t depth;
	bool is_strict;
	uint32_t offset; /* of what was refused */
};

static bool read_schema(struct reading *reading, const struct pq_value *value,
			const struct pq_path *path, struct pq_source **source);

static bool refuse(struct reading *reading, const struct pq_path *path, uint32_t offset,
		   const char *message)
{
	struct pq_buffer text;
	reading->offset = offset;
	pq_buffer_init_in(&text, reading->arena, 0);
	pq_path_write(&text, path);
	pq_error_set(reading->error, PQ_ERROR_INVALID, "%s", message);
	if (!pq_buffer_failed(&text))
		pq_error_add_path(reading->error, pq_buffer_view(&text));
	return false;
}

static bool fail_memory(struct reading *reading)
{
	return pq_error_set(reading->error, PQ_ERROR_TOO_LARGE,
			    "the schema does not fit the memory it may use");
}

static bool read_list(struct reading *reading, const struct pq_value *value,
		      const struct pq_path *path, struct pq_source_list *list)
{
	list->count = value->length;
	list->items = pq_arena_alloc_array(reading->arena, list->count, sizeof(struct pq_source *));
	if (list->items == NULL)
		return fail_memory(reading);
	for (size_t i = 0; i < list->count; i++) {
		struct pq_path step = pq_path_index(path, i);
		if (!read_schema(reading, &value->items[i], &step, &list->items[i]))
			return false;
	}
	return true;
}

/* with_names: values that are no schema are left out instead of refused (dependencies). */
static bool read_members(struct reading *reading, const struct pq_value *value,
			 const struct pq_path *path, bool with_names,
			 struct pq_source_members *members)
{
	const struct pq_object *object = value->object;
	members->items = pq_arena_alloc_array(reading->arena, object->count,
					      sizeof(struct pq_source_member));
	if (members->items == NULL)
		return fail_memory(reading);
	for (uint32_t i = 0; i < object->count; i++) {
		const struct pq_member *member = &object->members[i];
		if (with_names && member->value.kind != PQ_OBJECT)
			continue;
		struct pq_path step = pq_path_key(path, member->key);
		struct pq_source_member *item = &members->items[members->count];
		item->name = member->key;
		if (!read_schema(reading, &member->value, &step, &item->schema))
			return false;
		members->count++;
	}
	return true;
}

static bool read_names(struct reading *reading, const struct pq_value *value,
		       struct pq_source_names *names)
{
	names->items =
		pq_arena_alloc_array(reading->arena, value->length, sizeof(struct pq_string));
	if (names->items == NULL)
		return fail_memory(reading);
	names->count = value->length;
	for (size_t i = 0; i < names->count; i++) {
		if (value->items[i].kind == PQ_STRING)
			names->items[i] = pq_value_string(&value->items[i]);
	}
	return true;
}

/* A null leaves a field of Go's struct as it is, also as an element of a list. */
static bool holds_only(const struct pq_value *array, enum pq_kind kind)
{
	for (size_t i = 0; i < array->length; i++) {
		if (array->items[i].kind != kind && array->items[i].kind != PQ_NULL)
			return false;
	}
	return true;
}

static bool fits(const struct pq_value *value, enum keyword_kind kind)
{
	switch (kind) {
	case KEYWORD_TEXT:
		return value->kind == PQ_STRING;
	case KEYWORD_NUMBER:
		return value->kind == PQ_INTEGER || value->kind == PQ_DOUBLE;
	case KEYWORD_INTEGER:
		return value->kind == PQ_INTEGER;
	case KEYWORD_BOOLEAN:
		return value->kind == PQ_BOOLEAN;
	case KEYWORD_VALUES:
		return value->kind == PQ_ARRAY;
	case KEYWORD_RULES:
	case KEYWORD_SCHEMAS:
		return value->kind == PQ_ARRAY && holds_only(value, PQ_OBJECT);
	case KEYWORD_NAMES:
		return value->kind == PQ_ARRAY && holds_only(value, PQ_STRING);
	case KEYWORD_SCHEMA:
	case KEYWORD_MEMBERS:
	case KEYWORD_DEPENDENCIES:
		return value->kind == PQ_OBJECT;
	case KEYWORD_SCHEMA_OR_BOOLEAN:
		return value->kind == PQ_OBJECT || value->kind == PQ_BOOLEAN;
	case KEYWORD_VALUE:
	case KEYWORD_EXTERNAL_DOCS:
	case KEYWORD_SCHEMA_OR_LIST:
		return true;
	}
	return false;
}

/* What is read loosely otherwise: in items, Go takes what is neither for no schema at all, and
 * whoever reads a CRD has looked at externalDocs before. */
static bool fits_strictly(const struct pq_value *value, enum keyword_kind kind)
{
	if (kind == KEYWORD_SCHEMA_OR_LIST)
		return value->kind == PQ_OBJECT || fits(value, KEYWORD_SCHEMAS);
	if (kind == KEYWORD_EXTERNAL_DOCS)
		return value->kind == PQ_OBJECT;
	return fits(value, kind);
}

/* A null is as good as nothing. */
static bool expect(struct reading *reading, const struct pq_value *value, enum keyword_kind kind,
		   const struct pq_path *path)
{
	if (value->kind == PQ_NULL ||
	    (reading->is_strict ? fits_strictly(value, kind) : fits(value, kind)))
		return true;
	char message[64];
	snprintf(message, sizeof message, "must be %s", keyword_expectations[kind]);
	return refuse(reading, path, value->offset, message);
}

static bool refuse_unknown(struct reading *reading, const struct pq_member *member,
			   const char *what, const char *const *known, const struct pq_path *path)
{
	char hint[PQ_NEAREST_HINT_MAX], message[64 + PQ_NEAREST_HINT_MAX];
	snprintf(message, sizeof message, "unknown %s%s", what,
		 pq_nearest_hint_among(member->key, known, hint));
	return refuse(reading, path, member->offset, message);
}

static bool refuse_unknown_field(struct reading *reading, const struct pq_member *member,
				 const struct field *fields, const struct pq_path *path)
{
	const char *known[FIELDS_MAX] = { NULL };
	for (size_t i = 0; fields[i].name != NULL; i++)
		known[i] = fields[i].name;
	return refuse_unknown(reading, member, "field", known, path);
}

/* The fields of an object that is no schema, or a null. */
static bool check_fields(struct reading *reading, const struct pq_value *value,
			 const struct field *fields, const struct pq_path *path)
{
	for (uint32_t i = 0; value->kind == PQ_OBJECT && i < value->object->count; i++) {
		const struct pq_member *member = &value->object->members[i];
		const struct pq_path step = pq_path_property(path, member->key);
		const struct field *field = fields;
		while (field->name != NULL && !pq_string_is(member->key, field->name))
			field++;
		if (field->name == NULL)
			return refuse_unknown_field(reading, member, fields, &step);
		if (!expect(reading, &member->value, field->kind, &step))
			return false;
	}
	return true;
}

static bool check_rules(struct reading *reading, const struct pq_value *value,
			const struct pq_path *path)
{
	for (size_t i = 0; i < value->length; i++) {
		const struct pq_path step = pq_path_index(path, i);
		if (!check_fields(reading, &value->items[i], rule_fields, &step))
			return false;
	}
	return true;
}

static bool read_items(struct reading *reading, const struct pq_value *value,
		       const struct pq_path *path, struct pq_source *source)
{
	if (value->kind == PQ_OBJECT)
		return read_schema(reading, value, path, &source->items);
	if (value->kind == PQ_ARRAY && holds_only(value, PQ_OBJECT))
		return read_list(reading, value, path, &source->items_list);
	return true;
}

static bool read_keyword(struct reading *reading, const struct keyword *keyword,
			 const struct pq_value *value, const struct pq_path *path,
			 struct pq_source *source)
{
	void *field = (char *)source + keyword->offset;
	source->given |= keyword->given;
	switch (keyword->kind) {
	case KEYWORD_TEXT:
		*(struct pq_string *)field = pq_value_string(value);
		return true;
	case KEYWORD_NUMBER:
		*(double *)field =
			value->kind == PQ_INTEGER ? (double)value->integer : value->number;
		return true;
	case KEYWORD_INTEGER:
		*(int64_t *)field = value->integer;
		return true;
	case KEYWORD_BOOLEAN:
		*(bool *)field = value->boolean;
		return true;
	case KEYWORD_VALUE:
	case KEYWORD_VALUES:
		*(const struct pq_value **)field = value;
		return true;
	case KEYWORD_RULES:
		source->rules = value;
		return !reading->is_strict || check_rules(reading, value, path);
	case KEYWORD_EXTERNAL_DOCS:
		source->external_docs = value;
		return !reading->is_strict ||
		       check_fields(reading, value, external_docs_fields, path);
	case KEYWORD_NAMES:
		return read_names(reading, value, field);
	case KEYWORD_SCHEMA:
		return read_schema(reading, value, path, field);
	case KEYWORD_SCHEMA_OR_LIST:
		return read_items(reading, value, path, source);
	case KEYWORD_SCHEMA_OR_BOOLEAN:
		if (keyword->given == PQ_GIVEN_ADDITIONAL_PROPERTIES)
			source->additional_allowed = value->kind == PQ_OBJECT || value->boolean;
		return value->kind == PQ_BOOLEAN || read_schema(reading, value, path, field);
	case KEYWORD_SCHEMAS:
		return read_list(reading, value, path, field);
	case KEYWORD_MEMBERS:
		return read_members(reading, value, path, false, field);
	case KEYWORD_DEPENDENCIES:
		return read_members(reading, value, path, true, field);
	}
	return false;
}

static const struct keyword *find_keyword(struct pq_string name)
{
	size_t low = 0, high = KEYWORD_COUNT;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = pq_string_compare(name, keywords[middle].name);
		if (order == 0)
			return &keywords[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static bool refuse_unknown_keyword(struct reading *reading, const struct pq_member *member,
				   const struct pq_path *path)
{
	const char *known[KEYWORD_COUNT + 1] = { NULL };
	for (size_t i = 0; i < KEYWORD_COUNT; i++)
		known[i] = keywords[i].name.data;
	return refuse_unknown(reading, member, "keyword", known, path);
}

static bool read_keywords(struct reading *reading, const struct pq_value *value,
			  const struct pq_path *path, struct pq_source *source)
{
	for (uint32_t i = 0; i < value->object->count; i++) {
		const struct pq_member *member = &value->object->members[i];
		const struct pq_path step = pq_path_property(path, member->key);
		const struct keyword *keyword = find_keyword(member->key);
		if (keyword == NULL && reading->is_strict)
			return refuse_unknown_keyword(reading, member, &step);
		if (keyword == NULL || member->value.kind == PQ_NULL)
			continue;
		if (!expect(reading, &member->value, keyword->kind, &step) ||
		    !read_keyword(reading, keyword, &member->value, &step, source))
			return false;
	}
	return true;
}

static bool read_schema(struct reading *reading, const struct pq_value *value,
			const struct pq_path *path, struct pq_source **source)
{
	if (value->kind != PQ_OBJECT && value->kind != PQ_NULL)
		return refuse(reading, path, value->offset, "must be an object");
	if (reading->depth == PQ_SCHEMA_DEPTH_MAX)
		return pq_error_set(reading->error, PQ_ERROR_TOO_LARGE,
				    "schemas are nested more than %d deep", PQ_SCHEMA_DEPTH_MAX);
	if (reading->nodes++ == PQ_SCHEMA_NODES_MAX)
		return pq_error_set(reading->error, PQ_ERROR_TOO_LARGE,
				    "there are more than %d schemas in it", PQ_SCHEMA_NODES_MAX);
	struct pq_source *made = pq_arena_alloc(reading->arena, sizeof *made);
	if (made == NULL)
		return fail_memory(reading);
	made->value = value;
	reading->depth++;
	bool done = value->kind == PQ_NULL || read_keywords(reading, value, path, made);
	reading->depth--;
	if (done)
		*source = made;
	return done;
}

bool pq_source_read(struct pq_arena *arena, const struct pq_value *value,
		    const struct pq_path *path, struct pq_source **source, struct pq_error *error)
{
	uint32_t offset;
	return pq_source_read_as(arena, value, path, PQ_SCHEMA_RESOURCE, source, &offset, error);
}

bool pq_source_read_as(struct pq_arena *arena, const struct pq_value *value,
		       const struct pq_path *path, enum pq_schema_kind kind,
		       struct pq_source **source, uint32_t *offset, struct pq_error *error)
{
	struct reading reading = {
		.arena = arena,
		.error = error,
		.is_strict = kind == PQ_SCHEMA_OVERLAY,
		.offset = value->offset,
	};
	bool fine = read_schema(&reading, value, path, source);
	if (!fine)
		*offset = reading.offset;
	return fine;
}

/* Properties are read in the order of the document's members, where names are found by hash. */
struct pq_source *pq_source_find_property(const struct pq_source *source, struct pq_string name)
{
	if (source->properties.count == 0)
		return NULL;
	const struct pq_value *properties = pq_value_find(source->value, PQ_S("properties"));
	const struct pq_member *member = pq_value_find_member(properties, name);
	if (member == NULL)
		return NULL;
	return source->properties.items[member - properties->object->members].schema;
}

/* A value that leaves a field of Go's struct at its zero. */
static bool is_zero(const struct keyword *keyword, const struct pq_value *value)
{
	switch ((enum pq_kind)value->kind) {
	case PQ_NULL:
		return true;
	case PQ_BOOLEAN:
		return !value->boolean && keyword->kind == KEYWORD_BOOLEAN && keyword->given == 0;
	case PQ_STRING:
		return value->length == 0 && keyword->kind == KEYWORD_TEXT && keyword->given == 0;
	case PQ_ARRAY: /* an empty one is not nil */
	case PQ_OBJECT:
	case PQ_INTEGER:
	case PQ_DOUBLE:
		break;
	}
	return false;
}

static bool is_among(struct pq_string name, const struct pq_string *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (pq_string_equal(names[i], name))
			return true;
	}
	return false;
}

bool pq_source_has_other(const struct pq_source *source, const struct pq_string *names,
			 size_t count)
{
	const struct pq_value *value = source->value;
	for (uint32_t i = 0; value->kind == PQ_OBJECT && i < value->object->count; i++) {
		const struct pq_member *member = &value->object->members[i];
		const struct keyword *keyword = find_keyword(member->key);
		if (keyword != NULL && !is_zero(keyword, &member->value) &&
		    !is_among(member->key, names, count))
			return true;
	}
	return false;
}
