#include "registry/typed.h"

#include "base/hash.h"
#include "base/stack.h"
#include "formats/timestamp.h"
#include "json/write.h"

#include <math.h>
#include <stdlib.h>

const struct pq_typed pq_typed_string = { .kind = PQ_TYPED_STRING, .name = "string" };
const struct pq_typed pq_typed_boolean = { .kind = PQ_TYPED_BOOLEAN, .name = "bool" };
const struct pq_typed pq_typed_int32 = { .kind = PQ_TYPED_INTEGER,
					 .name = "int32",
					 .is_int32 = true };
const struct pq_typed pq_typed_int64 = { .kind = PQ_TYPED_INTEGER, .name = "int64" };
const struct pq_typed pq_typed_number = { .kind = PQ_TYPED_NUMBER, .name = "float64" };
const struct pq_typed pq_typed_time = { .kind = PQ_TYPED_TIME, .name = "v1.Time" };
const struct pq_typed pq_typed_raw = { .kind = PQ_TYPED_RAW };
const struct pq_typed pq_typed_string_list = { .kind = PQ_TYPED_LIST,
					       .name = "[]string",
					       .element = &pq_typed_string };
const struct pq_typed pq_typed_string_map = { .kind = PQ_TYPED_MAP,
					      .name = "map[string]string",
					      .element = &pq_typed_string };

static const char *go_name(const struct pq_value *value)
{
	switch ((enum pq_kind)value->kind) {
	case PQ_BOOLEAN:
		return "bool";
	case PQ_INTEGER:
	case PQ_DOUBLE:
		return "number";
	default:
		return pq_kind_name((enum pq_kind)value->kind);
	}
}

static bool out_of_room(struct pq_typed_reading *reading)
{
	return pq_error_set(reading->error, PQ_ERROR_TOO_LARGE, "the object takes too much memory");
}

/* Remembers the first wrong type and goes on, as Go's decoder does. */
static void note_mismatch(struct pq_typed_reading *reading, const struct pq_typed *type,
			  const char *what)
{
	if (reading->first.code != PQ_ERROR_NONE)
		return;
	if (reading->struct_name == NULL)
		pq_error_set(&reading->first, PQ_ERROR_INVALID,
			     "json: cannot unmarshal %s into Go value of type %s", what,
			     type->name);
	else
		pq_error_set(&reading->first, PQ_ERROR_INVALID,
			     "json: cannot unmarshal %s into Go struct field %s.%.*s of type %s",
			     what, reading->struct_name, (int)reading->field.length,
			     reading->field.data, type->name);
}

static struct pq_value zero_value(const struct pq_typed *type)
{
	switch (type->kind) {
	case PQ_TYPED_STRING:
		return pq_value_from_string(PQ_S(""));
	case PQ_TYPED_INTEGER:
		return pq_value_from_integer(0);
	case PQ_TYPED_NUMBER:
		return pq_value_from_double(0);
	case PQ_TYPED_BOOLEAN:
		return pq_value_from_boolean(false);
	default:
		return pq_value_null();
	}
}

static bool is_number(const struct pq_value *value)
{
	return value->kind == PQ_INTEGER || value->kind == PQ_DOUBLE;
}

/* As it stands in the text, if there is one. */
static struct pq_string written_number(const struct pq_typed_reading *reading,
				       const struct pq_value *value)
{
	if (reading->text == NULL || value->offset >= reading->text->json.length)
		return (struct pq_string){ 0 };
	struct pq_string rest =
		pq_string_slice(reading->text->json, value->offset, reading->text->json.length);
	size_t length = 0;
	while (length < rest.length && rest.data[length] != '\0' &&
	       strchr("+-.0123456789Ee", rest.data[length]) != NULL)
		length++;
	return pq_string_slice(rest, 0, length);
}

/* A number that its field cannot hold is shown. */
static void note_misfit(struct pq_typed_reading *reading, const struct pq_typed *type,
			const struct pq_value *value)
{
	struct pq_buffer text;
	struct pq_string number = written_number(reading, value);
	if (!is_number(value)) {
		note_mismatch(reading, type, go_name(value));
		return;
	}
	pq_buffer_init_in(&text, reading->arena, 0);
	pq_buffer_append_text(&text, "number ");
	if (number.length > 0)
		pq_buffer_append_string(&text, number);
	else
		pq_json_write(&text, value, PQ_JSON_COMPACT);
	pq_buffer_append_byte(&text, '\0');
	note_mismatch(reading, type, pq_buffer_failed(&text) ? "number" : text.data);
}

static void read_integer(struct pq_typed_reading *reading, const struct pq_typed *type,
			 const struct pq_value *value, struct pq_value *result)
{
	if (value->kind == PQ_INTEGER &&
	    (!type->is_int32 || (value->integer >= INT32_MIN && value->integer <= INT32_MAX)))
		*result = *value;
	else
		note_misfit(reading, type, value);
}

/* metav1.Time.UnmarshalJSON; its errors end the reading at once. */
static bool read_time(struct pq_typed_reading *reading, const struct pq_value *value,
		      struct pq_value *result)
{
	int64_t seconds;
	int32_t nanoseconds;
	if (value->kind != PQ_STRING) {
		reading->first.code = PQ_ERROR_NONE;
		note_mismatch(reading, &pq_typed_string, go_name(value));
		*reading->error = reading->first;
		return false;
	}
	if (!pq_time_parse(pq_value_string(value), &seconds, &nanoseconds, reading->error))
		return false;
	struct pq_buffer text;
	pq_buffer_init_in(&text, reading->arena, 0);
	pq_time_write(&text, seconds);
	if (pq_buffer_failed(&text))
		return out_of_room(reading);
	uint32_t offset = value->offset;
	/* The year 1 is Go's zero time, which is written as null. */
	*result = seconds == INT64_C(-62135596800) && nanoseconds == 0
			  ? pq_value_null()
			  : pq_value_from_string(pq_buffer_view(&text));
	result->offset = offset;
	return true;
}

/* The decoder quotes the path; who reads a Go map puts quotes around it only. */
static void note_strict(struct pq_typed_reading *reading, enum pq_finding_type type,
			const struct pq_path *path, uint32_t offset)
{
	if (reading->strict == NULL)
		return;
	struct pq_buffer message;
	struct pq_string field = pq_path_render(reading->arena, path);
	pq_buffer_init_in(&message, reading->arena, 0);
	pq_buffer_append_text(&message, type == PQ_FINDING_UNKNOWN_FIELD ? "unknown field "
									 : "duplicate field ");
	if (reading->text != NULL)
		pq_go_quote(&message, field);
	else
		pq_buffer_append_format(&message, "\"%.*s\"", PQ_STRING_ARGUMENT(field));
	if (field.data == NULL || pq_buffer_failed(&message))
		reading->strict->dropped++;
	else
		pq_findings_add(reading->strict,
				(struct pq_finding){ .type = type,
						     .field = field,
						     .message = pq_buffer_view(&message),
						     .offset = offset });
}

/* Notes that a member of an object is repeated, if it is. */
static bool note_repetition(struct pq_typed_reading *reading, const struct pq_object *object,
			    const struct pq_member *member, const struct pq_path *path)
{
	uint32_t offset = pq_typed_repetition(reading, object, member);
	if (offset != PQ_OFFSET_NONE)
		note_strict(reading, PQ_FINDING_DUPLICATE_FIELD, path, offset);
	return offset != PQ_OFFSET_NONE;
}

static bool read_list(struct pq_typed_reading *reading, const struct pq_typed *type,
		      const struct pq_value *value, const struct pq_path *path,
		      struct pq_value *result)
{
	if (value->kind != PQ_ARRAY) {
		note_mismatch(reading, type, go_name(value));
		return true;
	}
	struct pq_value *items = pq_arena_alloc_array(reading->arena, value->length, sizeof *items);
	if (items == NULL)
		return out_of_room(reading);
	for (size_t i = 0; i < value->length; i++) {
		struct pq_path step = pq_path_index(path, i);
		if (!pq_typed_read_value(reading, type->element, &value->items[i], &step,
					 &items[i]))
			return false;
	}
	*result = pq_value_from_items(items, value->length);
	result->offset = value->offset;
	return true;
}

static bool read_map(struct pq_typed_reading *reading, const struct pq_typed *type,
		     const struct pq_value *value, const struct pq_path *path,
		     struct pq_value *result)
{
	if (value->kind != PQ_OBJECT) {
		note_mismatch(reading, type, go_name(value));
		return true;
	}
	size_t count = value->object->count;
	struct pq_member *members = pq_arena_alloc_array(reading->arena, count, sizeof *members);
	if (members == NULL)
		return out_of_room(reading);
	for (size_t i = 0; i < count; i++) {
		const struct pq_member *member = &value->object->members[i];
		struct pq_path step = pq_path_property(path, member->key);
		note_repetition(reading, value->object, member, &step);
		members[i] = *member;
		if (!pq_typed_read_value(reading, type->element, &member->value, &step,
					 &members[i].value))
			return false;
	}
	if (!pq_value_from_members(reading->arena, members, count, result))
		return out_of_room(reading);
	result->offset = value->offset;
	return true;
}

static const struct pq_typed_field *find_field(const struct pq_typed *type, struct pq_string name)
{
	for (const struct pq_typed_field *field = type->fields; field->name != NULL; field++) {
		if (pq_string_is(name, field->name))
			return field;
	}
	return NULL;
}

/* Reads one field with the names in errors set for it. */
static bool read_field(struct pq_typed_reading *reading, const struct pq_typed *type,
		       const struct pq_typed_field *field, const struct pq_member *member,
		       const struct pq_path *path, struct pq_value *result)
{
	if (field->presence == PQ_TYPED_POINTER && member->value.kind == PQ_NULL) {
		*result = member->value;
		return true;
	}
	const char *outer = reading->struct_name;
	size_t length = reading->field.length;
	struct pq_path step = pq_path_property(path, member->key);
	reading->struct_name = type->struct_name;
	if (length > 0)
		pq_buffer_append_byte(&reading->field, '.');
	pq_buffer_append_text(&reading->field, field->name);
	if (pq_buffer_failed(&reading->field))
		return out_of_room(reading);
	if (!pq_typed_read_value(reading, field->type, &member->value, &step, result))
		return false;
	reading->field.length = length;
	reading->struct_name = outer;
	return true;
}

static bool is_left_out(const struct pq_typed_reading *reading, const struct pq_typed_field *field,
			const struct pq_value *value)
{
	switch (field->presence) {
	case PQ_TYPED_ALWAYS:
		return false;
	case PQ_TYPED_POINTER:
		return value->kind == PQ_NULL;
	case PQ_TYPED_OMIT_EMPTY:
		return field->type->kind != PQ_TYPED_STRUCT && pq_value_is_zero(value);
	case PQ_TYPED_KEEP_EMPTY:
		return value->kind == PQ_NULL || (reading->is_writing && pq_value_is_zero(value));
	}
	return false;
}

/* The members of an object that are fields of a struct: members[place[i] - 1] is that of field i,
 * and place[i] is 0 when there is none. */
struct fields {
	struct pq_member *members;
	uint32_t count;
	uint32_t place[PQ_TYPED_FIELDS_MAX];
};

static const struct pq_member *field_at(const struct fields *fields, size_t index)
{
	return fields->place[index] == 0 ? NULL : &fields->members[fields->place[index] - 1];
}

/* An object in the struct's order, in which Go writes: what was read, and the zero values that are
 * written always. */
static bool make_object(struct pq_typed_reading *reading, const struct pq_typed *type,
			const struct fields *fields, struct pq_value *result)
{
	size_t capacity = fields->count;
	for (size_t i = 0; type->fields[i].name != NULL; i++)
		capacity += type->fields[i].presence == PQ_TYPED_ALWAYS && fields->place[i] == 0;
	struct pq_object *object = pq_object_new(reading->arena, capacity);
	if (object == NULL)
		return out_of_room(reading);
	for (size_t i = 0; type->fields[i].name != NULL; i++) {
		const struct pq_typed_field *field = &type->fields[i];
		const struct pq_member *read = field_at(fields, i);
		const struct pq_string name = pq_string_from(field->name);
		const struct pq_member zero = { .key = name,
						.hash = pq_hash(name),
						.offset = PQ_OFFSET_NONE,
						.value = zero_value(field->type) };
		if (read != NULL ? !is_left_out(reading, field, &read->value)
				 : field->presence == PQ_TYPED_ALWAYS)
			pq_object_put(object, read != NULL ? read : &zero);
	}
	*result = pq_value_from_object(object);
	return true;
}

/* Reads what stood in a field before it was repeated, for what there is to tell of it. */
static bool read_replaced(struct pq_typed_reading *reading, const struct pq_typed *type,
			  const struct pq_typed_field *field, const struct pq_object *object,
			  const struct pq_path *path)
{
	const struct pq_json_replaced *replaced = &reading->text->replaced;
	for (size_t i = 0; i < replaced->count; i++) {
		struct pq_value unused;
		if (replaced->items[i].object == object &&
		    pq_string_is(replaced->items[i].member.key, field->name) &&
		    !read_field(reading, type, field, &replaced->items[i].member, path, &unused))
			return false;
	}
	return true;
}

static bool read_fields(struct pq_typed_reading *reading, const struct pq_typed *type,
			const struct pq_object *object, const struct pq_path *path,
			struct fields *fields)
{
	for (size_t i = 0; i < object->count; i++) {
		struct pq_member *member = &fields->members[fields->count];
		*member = object->members[i];
		const struct pq_typed_field *field = find_field(type, member->key);
		struct pq_path step = pq_path_property(path, member->key);
		if (field == NULL) {
			note_strict(reading, PQ_FINDING_UNKNOWN_FIELD, &step, member->offset);
			continue;
		}
		struct pq_member sent = *member;
		fields->place[field - type->fields] = ++fields->count;
		if (note_repetition(reading, object, member, &step)) {
			if (!read_replaced(reading, type, field, object, path))
				return false;
			if (!pq_typed_gather(reading, field, object, member, &sent.value))
				return out_of_room(reading);
		}
		if (!read_field(reading, type, field, &sent, path, &member->value))
			return false;
	}
	return true;
}

static bool read_struct(struct pq_typed_reading *reading, const struct pq_typed *type,
			const struct pq_value *value, const struct pq_path *path,
			struct pq_value *result)
{
	if (value->kind != PQ_OBJECT) {
		note_mismatch(reading, type, go_name(value));
		return true;
	}
	struct fields fields = { .count = 0 };
	fields.members =
		pq_arena_alloc_array(reading->arena, value->object->count, sizeof *fields.members);
	if (fields.members == NULL)
		return out_of_room(reading);
	if (!read_fields(reading, type, value->object, path, &fields) ||
	    !make_object(reading, type, &fields, result))
		return false;
	result->offset = value->offset;
	return true;
}

/* A float64 holds integers beyond 2^53 only roughly. */
static struct pq_value round_to_double(const struct pq_value *value)
{
	enum { EXACT_BITS = 53 };
	const int64_t exact = INT64_C(1) << EXACT_BITS;
	if (value->kind != PQ_INTEGER || (value->integer <= exact && value->integer >= -exact))
		return *value;
	struct pq_value rounded = pq_value_from_double((double)value->integer);
	rounded.offset = value->offset;
	return rounded;
}

static bool is_out_of_range(const struct pq_value *value)
{
	return value->kind == PQ_DOUBLE && isinf(value->number);
}

/* Raw JSON is converted when all has been read, and only then a number that no double holds fails:
 * the first such one is remembered. */
static bool read_raw(struct pq_typed_reading *reading, const struct pq_value *value,
		     struct pq_value *result)
{
	*result = *value;
	if (reading->text == NULL || reading->unconvertible.data != NULL)
		return true;
	pq_cleanup_stack struct pq_stack stack;
	pq_stack_init(&stack, sizeof value);
	do {
		if (is_out_of_range(value)) {
			reading->unconvertible = written_number(reading, value);
			return true;
		}
		size_t count = value->kind == PQ_ARRAY    ? value->length
			       : value->kind == PQ_OBJECT ? value->object->count
							  : 0;
		const struct pq_value **children = pq_stack_push_many(&stack, count);
		if (children == NULL && count > 0)
			return out_of_room(reading);
		/* The first child on top. */
		for (size_t i = 0; i < count; i++)
			children[count - 1 - i] = value->kind == PQ_ARRAY
							  ? &value->items[i]
							  : &value->object->members[i].value;
		if (stack.count == 0)
			return true;
		value = *(const struct pq_value **)pq_stack_top(&stack);
		pq_stack_cut(&stack, stack.count - 1);
	} while (true);
}

static bool read_by_kind(struct pq_typed_reading *reading, const struct pq_typed *type,
			 const struct pq_value *value, const struct pq_path *path,
			 struct pq_value *result)
{
	switch (type->kind) {
	case PQ_TYPED_STRING:
		if (value->kind == PQ_STRING)
			*result = *value;
		else
			note_mismatch(reading, type, go_name(value));
		return true;
	case PQ_TYPED_BOOLEAN:
		if (value->kind == PQ_BOOLEAN)
			*result = *value;
		else
			note_mismatch(reading, type, go_name(value));
		return true;
	case PQ_TYPED_NUMBER:
		if (is_number(value) && !is_out_of_range(value))
			*result = round_to_double(value);
		else
			note_misfit(reading, type, value);
		return true;
	case PQ_TYPED_INTEGER:
		read_integer(reading, type, value, result);
		return true;
	case PQ_TYPED_TIME:
		return read_time(reading, value, result);
	case PQ_TYPED_RAW:
		return read_raw(reading, value, result);
	case PQ_TYPED_STRUCT:
		return read_struct(reading, type, value, path, result);
	case PQ_TYPED_LIST:
		return read_list(reading, type, value, path, result);
	case PQ_TYPED_MAP:
		return read_map(reading, type, value, path, result);
	case PQ_TYPED_SPECIAL:
		return type->special(reading, value, path, result);
	}
	return true;
}

/* A struct that is no pointer keeps its zero value. */
static bool read_null_struct(struct pq_typed_reading *reading, const struct pq_typed *type,
			     const struct pq_path *path, struct pq_value *result)
{
	struct pq_value empty;
	if (!pq_value_from_members(reading->arena, NULL, 0, &empty))
		return out_of_room(reading);
	empty.offset = result->offset;
	return read_struct(reading, type, &empty, path, result);
}

bool pq_typed_read_value(struct pq_typed_reading *reading, const struct pq_typed *type,
			 const struct pq_value *value, const struct pq_path *path,
			 struct pq_value *result)
{
	uint32_t offset = value->offset;
	*result = zero_value(type);
	result->offset = offset;
	if (value->kind == PQ_NULL && type->kind == PQ_TYPED_STRUCT)
		return read_null_struct(reading, type, path, result);
	if (value->kind == PQ_NULL && type->kind != PQ_TYPED_RAW && type->kind != PQ_TYPED_SPECIAL)
		return true;
	if (++reading->depth > PQ_TYPED_DEPTH_MAX)
		return pq_error_set(reading->error, PQ_ERROR_TOO_LARGE,
				    "the object is nested more than %d levels deep",
				    PQ_TYPED_DEPTH_MAX);
	bool fine = read_by_kind(reading, type, value, path, result);
	reading->depth--;
	return fine;
}

static bool read_whole(struct pq_typed_reading *reading, const struct pq_typed *type,
		       const struct pq_value *value, const struct pq_path *path,
		       struct pq_value *result)
{
	struct pq_value made;
	pq_buffer_init_in(&reading->field, reading->arena, 0);
	if (!pq_typed_read_value(reading, type, value, path, &made))
		return false;
	if (reading->first.code != PQ_ERROR_NONE) {
		*reading->error = reading->first;
		return false;
	}
	if (reading->unconvertible.data != NULL)
		return pq_error_set(reading->error, PQ_ERROR_INVALID,
				    "json: cannot unmarshal number %.*s into Go value of type "
				    "float64",
				    PQ_STRING_ARGUMENT(reading->unconvertible));
	*result = made;
	return true;
}

static int compare_offsets(const void *a, const void *b)
{
	const struct pq_finding *left = a, *right = b;
	return (left->offset > right->offset) - (left->offset < right->offset);
}

static bool is_told(const struct pq_findings *strict, size_t from, const struct pq_finding *finding)
{
	for (size_t i = from; i < strict->count; i++) {
		if (pq_string_equal(strict->items[i].message, finding->message))
			return true;
	}
	return false;
}

/* In the order of the text, each once, and as many as the decoder tells. */
static void order_strict(struct pq_findings *strict, size_t from)
{
	size_t end = strict->count;
	if (end > from)
		qsort(strict->items + from, end - from, sizeof *strict->items, compare_offsets);
	strict->count = from;
	for (size_t i = from; i < end && strict->count < from + PQ_JSON_DUPLICATES_MAX; i++) {
		if (!is_told(strict, from, &strict->items[i]))
			strict->items[strict->count++] = strict->items[i];
	}
}

bool pq_typed_read(struct pq_arena *arena, const struct pq_typed *type,
		   const struct pq_value *value, const struct pq_path *path,
		   const struct pq_typed_text *text, struct pq_findings *strict,
		   struct pq_value *result, struct pq_error *error)
{
	struct pq_typed_reading reading = {
		.arena = arena, .text = text, .strict = strict, .error = error
	};
	size_t from = strict == NULL ? 0 : strict->count;
	bool fine = read_whole(&reading, type, value, path, result);
	if (text != NULL && strict != NULL)
		order_strict(strict, from);
	return fine;
}

bool pq_typed_write(struct pq_arena *arena, const struct pq_typed *type,
		    const struct pq_value *value, struct pq_value *result, struct pq_error *error)
{
	struct pq_typed_reading reading = { .arena = arena, .error = error, .is_writing = true };
	return read_whole(&reading, type, value, NULL, result);
}
