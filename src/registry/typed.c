#include "registry/typed_read.h"

const struct pq_typed pq_typed_string = { .kind = PQ_TYPED_STRING, .name = "string" };
const struct pq_typed pq_typed_boolean = { .kind = PQ_TYPED_BOOLEAN, .name = "bool" };
const struct pq_typed pq_typed_int32 = {
	.kind = PQ_TYPED_INTEGER, .name = "int32", .least = INT32_MIN, .most = INT32_MAX
};
const struct pq_typed pq_typed_int64 = {
	.kind = PQ_TYPED_INTEGER, .name = "int64", .least = INT64_MIN, .most = INT64_MAX
};
const struct pq_typed pq_typed_number = { .kind = PQ_TYPED_NUMBER, .name = "float64" };
const struct pq_typed pq_typed_time = { .kind = PQ_TYPED_TIME, .name = "v1.Time" };
const struct pq_typed pq_typed_raw = { .kind = PQ_TYPED_RAW };
const struct pq_typed pq_typed_string_list = { .kind = PQ_TYPED_LIST,
					       .name = "[]string",
					       .element = &pq_typed_string };
const struct pq_typed pq_typed_string_map = { .kind = PQ_TYPED_MAP,
					      .name = "map[string]string",
					      .element = &pq_typed_string };

static bool read_list(struct pq_typed_reading *reading, const struct pq_typed *type,
		      const struct pq_value *value, const struct pq_path *path,
		      struct pq_value *result)
{
	if (value->kind != PQ_ARRAY) {
		pq_typed_note_mismatch(reading, type, value);
		return true;
	}
	struct pq_value *items = pq_arena_alloc_array(reading->arena, value->length, sizeof *items);
	if (items == NULL)
		return pq_typed_out_of_room(reading);
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

/* Reads what stood at a key before it was repeated, for what there is to tell of it. */
static bool read_earlier(struct pq_typed_reading *reading, const struct pq_typed *type,
			 const struct pq_object *object, struct pq_string key,
			 const struct pq_path *path)
{
	size_t at = 0;
	struct pq_value unused;
	const struct pq_member *member;
	while ((member = pq_typed_next_earlier(reading, object, key, &at)) != NULL) {
		if (!pq_typed_read_value(reading, type, &member->value, path, &unused))
			return false;
	}
	return true;
}

static bool read_map(struct pq_typed_reading *reading, const struct pq_typed *type,
		     const struct pq_value *value, const struct pq_path *path,
		     struct pq_value *result)
{
	if (value->kind != PQ_OBJECT) {
		pq_typed_note_mismatch(reading, type, value);
		return true;
	}
	size_t count = value->object->count;
	struct pq_member *members = pq_arena_alloc_array(reading->arena, count, sizeof *members);
	if (members == NULL)
		return pq_typed_out_of_room(reading);
	for (size_t i = 0; i < count; i++) {
		const struct pq_member *member = &value->object->members[i];
		struct pq_path step = pq_path_property(path, member->key);
		if (pq_typed_note_repetition(reading, value->object, member, &step) &&
		    !reading->merges &&
		    !read_earlier(reading, type->element, value->object, member->key, &step))
			return false;
		members[i] = *member;
		if (!pq_typed_read_value(reading, type->element, &member->value, &step,
					 &members[i].value))
			return false;
	}
	if (!pq_value_from_members(reading->arena, members, count, result))
		return pq_typed_out_of_room(reading);
	result->offset = value->offset;
	return true;
}

static bool read_by_kind(struct pq_typed_reading *reading, const struct pq_typed *type,
			 const struct pq_value *value, const struct pq_path *path,
			 struct pq_value *result)
{
	switch (type->kind) {
	case PQ_TYPED_STRUCT:
		return pq_typed_read_struct(reading, type, value, path, result);
	case PQ_TYPED_LIST:
		return read_list(reading, type, value, path, result);
	case PQ_TYPED_MAP:
		return read_map(reading, type, value, path, result);
	case PQ_TYPED_SPECIAL:
		return type->special(reading, value, path, result);
	default:
		return pq_typed_read_scalar(reading, type, value, result);
	}
}

/* A struct that is no pointer keeps its zero value. */
static bool read_null_struct(struct pq_typed_reading *reading, const struct pq_typed *type,
			     const struct pq_path *path, struct pq_value *result)
{
	struct pq_value empty;
	if (!pq_value_from_members(reading->arena, NULL, 0, &empty))
		return pq_typed_out_of_room(reading);
	empty.offset = result->offset;
	return pq_typed_read_struct(reading, type, &empty, path, result);
}

bool pq_typed_read_value(struct pq_typed_reading *reading, const struct pq_typed *type,
			 const struct pq_value *value, const struct pq_path *path,
			 struct pq_value *result)
{
	uint32_t offset = value->offset;
	*result = pq_typed_zero(type);
	result->offset = offset;
	if (value->kind == PQ_NULL && type->kind == PQ_TYPED_STRUCT)
		return read_null_struct(reading, type, path, result);
	if (value->kind == PQ_NULL && type->kind != PQ_TYPED_RAW && type->kind != PQ_TYPED_SPECIAL)
		return true;
	if (++reading->depth > PQ_TYPED_DEPTH_MAX)
		return pq_typed_end(reading,
				    pq_arena_format(reading->arena,
						    "the object is nested more than %d levels deep",
						    PQ_TYPED_DEPTH_MAX));
	bool fine = read_by_kind(reading, type, value, path, result);
	if (!fine && reading->blamed_offset == PQ_OFFSET_NONE)
		reading->blamed_offset = offset;
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
	if (reading->first.data != NULL) {
		reading->blamed_offset = reading->first_offset;
		return pq_typed_end(reading, reading->first);
	}
	if (reading->unconvertible.data != NULL)
		return pq_typed_end(
			reading,
			pq_arena_format(reading->arena,
					"json: cannot unmarshal number %.*s into Go value of type "
					"float64",
					PQ_STRING_ARGUMENT(reading->unconvertible)));
	*result = made;
	return true;
}

bool pq_typed_read(struct pq_arena *arena, const struct pq_typed *type,
		   const struct pq_value *value, const struct pq_path *path,
		   const struct pq_typed_text *text, struct pq_findings *strict,
		   struct pq_value *result, struct pq_typed_refusal *refusal)
{
	struct pq_typed_reading reading = {
		.arena = arena, .text = text, .strict = strict, .blamed_offset = PQ_OFFSET_NONE
	};
	size_t from = strict == NULL ? 0 : strict->count;
	struct pq_value sent = *value; /* which result may be */
	bool has_repeated = text != NULL && text->replaced.count > 0;
	bool fine = (!has_repeated || pq_typed_index_repeated(&reading)) &&
		    read_whole(&reading, type, &sent, path, result);
	if (fine && has_repeated) {
		reading.strict = NULL;
		reading.merges = true;
		fine = read_whole(&reading, type, &sent, path, result);
	}
	if (text != NULL && strict != NULL)
		pq_typed_order_strict(strict, from);
	if (!fine)
		*refusal = (struct pq_typed_refusal){ reading.reason, reading.blamed_offset };
	return fine;
}

bool pq_typed_write(struct pq_arena *arena, const struct pq_typed *type,
		    const struct pq_value *value, struct pq_value *result)
{
	struct pq_typed_reading reading = { .arena = arena, .is_writing = true };
	return read_whole(&reading, type, value, NULL, result);
}
