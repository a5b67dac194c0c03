#include "registry/typed_read.h"

#include "base/hash.h"

/* Most names differ in the first letter, which is cheaper to see than how long they are. */
const struct pq_typed_field *pq_typed_find_field(const struct pq_typed *type, struct pq_string name)
{
	char first = name.length > 0 ? name.data[0] : '\0';
	for (const struct pq_typed_field *field = type->fields; field->name != NULL; field++) {
		if (field->name[0] == first && pq_string_is(name, field->name))
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
		return pq_typed_out_of_room(reading);
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

/* It has the place of the struct. */
static void put_zero(struct pq_object *object, const struct pq_typed_field *field, uint32_t offset)
{
	const struct pq_string name = pq_string_from(field->name);
	struct pq_member zero = { .key = name,
				  .hash = pq_hash(name),
				  .offset = PQ_OFFSET_NONE,
				  .value = pq_typed_zero(field->type) };
	zero.value.offset = offset;
	pq_object_put(object, &zero);
}

/* An object in the struct's order, in which Go writes: what was read, and the zero values that are
 * written always. */
static bool make_object(struct pq_typed_reading *reading, const struct pq_typed *type,
			const struct fields *fields, uint32_t offset, struct pq_value *result)
{
	size_t capacity = fields->count;
	for (size_t i = 0; type->fields[i].name != NULL; i++)
		capacity += type->fields[i].presence == PQ_TYPED_ALWAYS && fields->place[i] == 0;
	struct pq_object *object = pq_object_new(reading->arena, capacity);
	if (object == NULL)
		return pq_typed_out_of_room(reading);
	for (size_t i = 0; type->fields[i].name != NULL; i++) {
		const struct pq_typed_field *field = &type->fields[i];
		const struct pq_member *read = field_at(fields, i);
		if (read == NULL && field->presence == PQ_TYPED_ALWAYS)
			put_zero(object, field, offset);
		else if (read != NULL && !is_left_out(reading, field, &read->value))
			pq_object_put(object, read);
	}
	*result = pq_value_from_object(object);
	result->offset = offset;
	return true;
}

/* Reads what stood in a field before it was repeated, for what there is to tell of it. */
static bool read_earlier(struct pq_typed_reading *reading, const struct pq_typed *type,
			 const struct pq_typed_field *field, const struct pq_object *object,
			 const struct pq_path *path)
{
	size_t at = 0;
	struct pq_value unused;
	const struct pq_member *member;
	struct pq_string name = pq_string_from(field->name);
	while ((member = pq_typed_next_earlier(reading, object, name, &at)) != NULL) {
		if (!read_field(reading, type, field, member, path, &unused))
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
		const struct pq_typed_field *field = pq_typed_find_field(type, member->key);
		struct pq_path step = pq_path_property(path, member->key);
		if (field == NULL) {
			pq_typed_note_strict(reading, PQ_FINDING_UNKNOWN_FIELD, &step,
					     member->offset);
			continue;
		}
		fields->place[field - type->fields] = ++fields->count;
		if (pq_typed_note_repetition(reading, object, member, &step) &&
		    !read_earlier(reading, type, field, object, path))
			return false;
		if (!read_field(reading, type, field, &object->members[i], path, &member->value))
			return false;
	}
	return true;
}

bool pq_typed_read_struct(struct pq_typed_reading *reading, const struct pq_typed *type,
			  const struct pq_value *value, const struct pq_path *path,
			  struct pq_value *result)
{
	if (value->kind != PQ_OBJECT) {
		pq_typed_note_mismatch(reading, type, value);
		return true;
	}
	struct pq_value merged = *value;
	if (reading->merges && !pq_typed_merge_repeated(reading, type, value, &merged))
		return pq_typed_out_of_room(reading);
	struct fields fields = { .count = 0 };
	fields.members =
		pq_arena_alloc_array(reading->arena, merged.object->count, sizeof *fields.members);
	if (fields.members == NULL)
		return pq_typed_out_of_room(reading);
	return read_fields(reading, type, merged.object, path, &fields) &&
	       make_object(reading, type, &fields, value->offset, result);
}
