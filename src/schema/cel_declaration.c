#include "schema/cel_declaration.h"

#include "base/hash.h"
#include "base/map.h"
#include "schema/resource.h"

#include <stdlib.h>

enum {
	/* Sizes of JSON, in bytes. */
	STRING_SIZE_MIN = 2,
	NUMBER_SIZE_MIN = 1,
	BOOLEAN_SIZE_MIN = 4,
	AGGREGATE_SIZE_MIN = 2,
	DYN_SIZE_MIN = 1,
	DATE_SIZE = 12,
	DATE_TIME_SIZE_MIN = 21,
	DATE_TIME_SIZE_MAX = 32,
	DURATION_SIZE_MIN = 3,
	DURATION_SIZE_MAX = 32,
	MEMBER_SIZE = 4,      /* two quotes, a colon, a comma */
	MAP_MEMBER_SIZE = 6,  /* the same with a key of two */
	CODE_POINT_BYTES = 4, /* of UTF-8 at most */
	TEXT_SIZE_MAX = PQ_CEL_REQUEST_BYTES_MAX - 2,
};

/* A declaration whose parts are not yet told whose they are. */
static struct pq_cel_declaration *declare(struct pq_arena *arena, const struct pq_source *source,
					  bool is_resource);

static struct pq_cel_declaration *make(struct pq_arena *arena, enum pq_cel_declared kind,
				       const struct pq_cel_type *type, int64_t min_size,
				       int64_t max_elements)
{
	struct pq_cel_declaration *made = pq_arena_alloc(arena, sizeof *made);
	if (made == NULL || type == NULL)
		return NULL;
	made->kind = (uint8_t)kind;
	made->type = type;
	made->min_serialized_size = min_size;
	made->max_elements = max_elements;
	return made;
}

static int64_t not_negative(int64_t number)
{
	return number < 0 ? 0 : number;
}

/* Bytes of a text of so many code points; wraps as in Go. */
static int64_t bytes_of_length(const struct pq_source *source)
{
	return (int64_t)((uint64_t)not_negative(source->max_length) * CODE_POINT_BYTES);
}

static int64_t longest_of_enum(const struct pq_source *source)
{
	int64_t longest = 0;
	for (uint32_t i = 0; i < source->enumeration->length; i++) {
		const struct pq_value *value = &source->enumeration->items[i];
		if (value->kind == PQ_STRING && (int64_t)value->length > longest)
			longest = (int64_t)value->length;
	}
	return longest;
}

static struct pq_cel_declaration *declare_text(struct pq_arena *arena,
					       const struct pq_source *source)
{
	bool has_max = (source->given & PQ_GIVEN_MAX_LENGTH) != 0;
	struct pq_string format = source->format;
	if (pq_string_is(format, "byte"))
		return make(arena, PQ_CEL_DECLARED_BYTES, &pq_cel_bytes, STRING_SIZE_MIN,
			    has_max ? not_negative(source->max_length) : TEXT_SIZE_MAX);
	if (pq_string_is(format, "duration"))
		return make(arena, PQ_CEL_DECLARED_DURATION, &pq_cel_duration, DURATION_SIZE_MIN,
			    DURATION_SIZE_MAX);
	if (pq_string_is(format, "date"))
		return make(arena, PQ_CEL_DECLARED_DATE, &pq_cel_timestamp, DATE_SIZE, DATE_SIZE);
	if (pq_string_is(format, "date-time"))
		return make(arena, PQ_CEL_DECLARED_DATE_TIME, &pq_cel_timestamp, DATE_TIME_SIZE_MIN,
			    DATE_TIME_SIZE_MAX);
	int64_t max = TEXT_SIZE_MAX;
	if (has_max)
		max = bytes_of_length(source);
	else if (source->enumeration != NULL && source->enumeration->length > 0)
		max = longest_of_enum(source);
	return make(arena, PQ_CEL_DECLARED_STRING, &pq_cel_string, STRING_SIZE_MIN, max);
}

static struct pq_cel_declaration *declare_int_or_string(struct pq_arena *arena,
							const struct pq_source *source)
{
	bool has_max = (source->given & PQ_GIVEN_MAX_LENGTH) != 0;
	return make(arena, PQ_CEL_DECLARED_DYN, &pq_cel_dyn, DYN_SIZE_MIN,
		    has_max ? bytes_of_length(source) : TEXT_SIZE_MAX);
}

static void adopt(const struct pq_cel_declaration *parent, struct pq_cel_declaration *child,
		  struct pq_string step)
{
	child->parent = parent;
	child->step = step;
}

static bool copy_list_keys(struct pq_arena *arena, const struct pq_source *source,
			   struct pq_cel_declaration *list)
{
	size_t count = source->list_map_keys.count;
	struct pq_string *keys = pq_arena_alloc_array(arena, count, sizeof(struct pq_string));
	if (keys == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct pq_string name = source->list_map_keys.items[i];
		struct pq_string escaped = pq_cel_escape(arena, name);
		keys[i] = escaped.data != NULL ? escaped : pq_arena_copy(arena, name);
	}
	list->list_map_keys = keys;
	list->list_map_key_count = count;
	return true;
}

static struct pq_cel_declaration *declare_list(struct pq_arena *arena,
					       const struct pq_source *source)
{
	const struct pq_source *items = source->items;
	struct pq_cel_declaration *item =
		items == NULL ? NULL : declare(arena, items, items->embedded_resource);
	if (item == NULL)
		return NULL;
	int64_t max = (source->given & PQ_GIVEN_MAX_ITEMS) != 0
			      ? not_negative(source->max_items)
			      : TEXT_SIZE_MAX / (item->min_serialized_size + 1);
	struct pq_cel_declaration *list =
		make(arena, PQ_CEL_DECLARED_LIST, pq_cel_type_list(arena, item->type),
		     AGGREGATE_SIZE_MIN, max);
	if (list == NULL)
		return NULL;
	list->element = item;
	adopt(list, item, PQ_S("@idx"));
	if (pq_string_is(source->list_type, "set"))
		list->list_semantics = PQ_CEL_LIST_AS_SET;
	if (!pq_string_is(source->list_type, "map"))
		return list;
	list->list_semantics = PQ_CEL_LIST_AS_MAP;
	return copy_list_keys(arena, source, list) ? list : NULL;
}

static struct pq_cel_declaration *declare_map(struct pq_arena *arena,
					      const struct pq_source *source)
{
	const struct pq_source *values = source->additional_properties;
	struct pq_cel_declaration *value = declare(arena, values, values->embedded_resource);
	if (value == NULL)
		return NULL;
	int64_t max = (source->given & PQ_GIVEN_MAX_PROPERTIES) != 0
			      ? not_negative(source->max_properties)
			      : TEXT_SIZE_MAX / (value->min_serialized_size + MAP_MEMBER_SIZE);
	struct pq_cel_declaration *map =
		make(arena, PQ_CEL_DECLARED_MAP,
		     pq_cel_type_map(arena, &pq_cel_string, value->type), AGGREGATE_SIZE_MIN, max);
	if (map == NULL)
		return NULL;
	map->element = value;
	adopt(map, value, PQ_S("@elem"));
	return map;
}

/* An object while its fields are collected. */
struct object {
	struct pq_arena *arena;
	struct pq_cel_declaration *made;
	struct pq_cel_field *fields;
	struct pq_cel_field *invisible; /* the first of them, at the end of fields */
	struct pq_cel_field *end;
	const struct pq_map *required; /* names, or NULL */
};

static bool note_required(struct pq_map *names, const struct pq_source *source)
{
	static char mark;
	for (size_t i = 0; i < source->required.count; i++) {
		if (!pq_map_put(names, source->required.items[i], &mark, NULL))
			return false;
	}
	return true;
}

/* A property that can be seen counts for the object's size even when it cannot be written. */
static void add_field(struct object *object, struct pq_string key, bool has_default,
		      struct pq_cel_declaration *declaration)
{
	if (declaration == NULL)
		return;
	bool is_unseen = declaration->kind == PQ_CEL_DECLARED_UNSEEN;
	bool required = object->required != NULL && pq_map_find(object->required, key) != NULL;
	if (required && !has_default && !is_unseen)
		object->made->min_serialized_size +=
			(int64_t)key.length + declaration->min_serialized_size + MEMBER_SIZE;
	struct pq_string copy = pq_arena_copy(object->arena, key);
	struct pq_string name = pq_cel_escape(object->arena, key);
	bool is_visible = name.data != NULL && !is_unseen;
	if (name.data == NULL)
		name = copy;
	adopt(object->made, declaration, name);
	struct pq_cel_field *field =
		is_visible ? &object->fields[object->made->field_count++] : --object->invisible;
	*field = (struct pq_cel_field){
		.name = name,
		.key = copy,
		.hash = pq_hash(key),
		.required = required,
		.declaration = declaration,
	};
}

static void add_property(struct object *object, const struct pq_source_member *property)
{
	const struct pq_source *schema = property->schema;
	struct pq_cel_declaration *declaration =
		declare(object->arena, schema, schema->embedded_resource);
	if (declaration == NULL) {
		declaration = make(object->arena, PQ_CEL_DECLARED_UNSEEN, &pq_cel_dyn, 0, 0);
		if (declaration != NULL)
			declaration->nullable = schema->nullable;
	}
	add_field(object, property->name, schema->default_value != NULL, declaration);
}

static bool has_typed(const struct pq_source *source, const char *name, const char *type)
{
	const struct pq_source *property = pq_source_find_property(source, pq_string_from(name));
	return property != NULL && pq_string_is(property->type, type);
}

/* Whether what all resources have is in the schema already. */
static bool describes_resource(const struct pq_source *source)
{
	if (!has_typed(source, "kind", "string") || !has_typed(source, "apiVersion", "string") ||
	    !has_typed(source, "metadata", "object"))
		return false;
	const struct pq_source *metadata = pq_source_find_property(source, PQ_S("metadata"));
	return has_typed(metadata, "name", "string") &&
	       has_typed(metadata, "generateName", "string");
}

static int compare_fields(const void *a, const void *b)
{
	const struct pq_cel_field *left = a, *right = b;
	return pq_string_compare(left->name, right->name);
}

static bool start_object(struct object *object, struct pq_arena *arena, size_t fields)
{
	struct pq_cel_type *type = pq_arena_alloc(arena, sizeof *type);
	*object = (struct object){
		.arena = arena,
		.made = make(arena, PQ_CEL_DECLARED_OBJECT, type, AGGREGATE_SIZE_MIN, 0),
		.fields = pq_arena_alloc_array(arena, fields, sizeof(struct pq_cel_field)),
	};
	if (object->made == NULL || object->fields == NULL)
		return false;
	object->end = object->fields + fields;
	object->invisible = object->end;
	type->kind = PQ_CEL_TYPE_OBJECT;
	type->name = PQ_S("object");
	type->declaration = object->made;
	return true;
}

static struct pq_cel_declaration *finish_object(struct object *object)
{
	qsort(object->fields, object->made->field_count, sizeof *object->fields, compare_fields);
	object->made->fields = object->fields;
	object->made->invisible = object->invisible;
	object->made->invisible_count = (size_t)(object->end - object->invisible);
	return object->made;
}

static struct pq_cel_declaration *any_text(struct pq_arena *arena)
{
	return make(arena, PQ_CEL_DECLARED_STRING, &pq_cel_string, STRING_SIZE_MIN, TEXT_SIZE_MAX);
}

static struct pq_cel_declaration *declare_metadata(struct pq_arena *arena)
{
	struct object object;
	if (!start_object(&object, arena, 2))
		return NULL;
	add_field(&object, PQ_S("generateName"), false, any_text(arena));
	add_field(&object, PQ_S("name"), false, any_text(arena));
	return finish_object(&object);
}

static struct pq_cel_declaration *declare_object(struct pq_arena *arena,
						 const struct pq_source *source, bool is_resource)
{
	struct object object;
	pq_cleanup_map struct pq_map required;
	pq_map_init(&required);
	bool implies = is_resource && !describes_resource(source);
	if (!note_required(&required, source) ||
	    !start_object(&object, arena, source->properties.count + 3))
		return NULL;
	object.required = &required;
	for (size_t i = 0; i < source->properties.count; i++) {
		const struct pq_source_member *property = &source->properties.items[i];
		if (!implies || !pq_is_type_or_object_meta(property->name))
			add_property(&object, property);
	}
	if (implies) {
		add_field(&object, PQ_S("apiVersion"), false, any_text(arena));
		add_field(&object, PQ_S("kind"), false, any_text(arena));
		add_field(&object, PQ_S("metadata"), false, declare_metadata(arena));
	}
	object.made->map_is_atomic = pq_string_is(source->map_type, "atomic");
	return finish_object(&object);
}

static struct pq_cel_declaration *declare_by_type(struct pq_arena *arena,
						  const struct pq_source *source, bool is_resource)
{
	struct pq_string type = source->type;
	if (source->int_or_string)
		return declare_int_or_string(arena, source);
	if (pq_string_is(type, "array"))
		return declare_list(arena, source);
	if (pq_string_is(type, "object"))
		return source->additional_properties != NULL
			       ? declare_map(arena, source)
			       : declare_object(arena, source, is_resource);
	if (pq_string_is(type, "string"))
		return declare_text(arena, source);
	if (pq_string_is(type, "boolean"))
		return make(arena, PQ_CEL_DECLARED_BOOL, &pq_cel_bool, BOOLEAN_SIZE_MIN, 0);
	if (pq_string_is(type, "number"))
		return make(arena, PQ_CEL_DECLARED_DOUBLE, &pq_cel_double, NUMBER_SIZE_MIN, 0);
	if (pq_string_is(type, "integer"))
		return make(arena, PQ_CEL_DECLARED_INT, &pq_cel_int, NUMBER_SIZE_MIN, 0);
	return NULL;
}

static struct pq_cel_declaration *declare(struct pq_arena *arena, const struct pq_source *source,
					  bool is_resource)
{
	struct pq_cel_declaration *made = declare_by_type(arena, source, is_resource);
	if (made != NULL)
		made->nullable = source->nullable;
	return made;
}

const struct pq_cel_declaration *pq_schema_declare(struct pq_arena *arena,
						   const struct pq_source *source, bool is_resource)
{
	return declare(arena, source, is_resource);
}
