/* Fields that stand more than once in an object. Go's decoder reads each into what the ones before
 * it have left: structs are filled up, maps get more members, lists are filled up item by item, and
 * a null changes nothing but pointers, maps and lists. So of each place, here, all values that are
 * read into it are looked at together, one after the other in the order of the text. */
#include "registry/typed_read.h"

#include "base/base64.h"

#include <stdlib.h>

static int compare_objects(const void *a, const void *b)
{
	const struct pq_typed_repeated *left = a, *right = b;
	uintptr_t one = (uintptr_t)left->object, other = (uintptr_t)right->object;
	return (one > other) - (one < other);
}

/* What the reader has kept of one object stands together. */
bool pq_typed_index_repeated(struct pq_typed_reading *reading)
{
	const struct pq_json_replaced *replaced = &reading->text->replaced;
	struct pq_typed_repeated *index =
		pq_arena_alloc_array(reading->arena, replaced->count, sizeof *index);
	if (index == NULL)
		return pq_typed_out_of_room(reading);
	for (size_t i = 0; i < replaced->count; i++) {
		const struct pq_json_replaced_member *item = &replaced->items[i];
		if (i == 0 || item->object != item[-1].object)
			index[reading->repeated_count++] =
				(struct pq_typed_repeated){ .object = item->object, .items = item };
		index[reading->repeated_count - 1].count++;
	}
	qsort(index, reading->repeated_count, sizeof *index, compare_objects);
	reading->repeated = index;
	return true;
}

/* NULL when nothing is repeated in an object. */
static const struct pq_typed_repeated *find_repeated(const struct pq_typed_reading *reading,
						     const struct pq_object *object)
{
	const struct pq_typed_repeated wanted = { .object = object };
	return reading->repeated_count == 0
		       ? NULL
		       : bsearch(&wanted, reading->repeated, reading->repeated_count, sizeof wanted,
				 compare_objects);
}

const struct pq_member *pq_typed_next_earlier(const struct pq_typed_reading *reading,
					      const struct pq_object *object, struct pq_string key,
					      size_t *at)
{
	const struct pq_typed_repeated *repeated = find_repeated(reading, object);
	while (repeated != NULL && *at < repeated->count) {
		const struct pq_member *member = &repeated->items[(*at)++].member;
		if (pq_string_equal(member->key, key))
			return member;
	}
	return NULL;
}

uint32_t pq_typed_repetition(const struct pq_typed_reading *reading, const struct pq_object *object,
			     const struct pq_member *member)
{
	size_t at = 0;
	if (pq_typed_next_earlier(reading, object, member->key, &at) == NULL)
		return PQ_OFFSET_NONE;
	const struct pq_member *second = pq_typed_next_earlier(reading, object, member->key, &at);
	return second == NULL ? member->offset : second->offset;
}

/* What is read into one place. */
struct values {
	const struct pq_value **items; /* in the order of the text */
	size_t count;
};

/* Makes one of the values of a place. False when the arena is exhausted. */
static bool merge(struct pq_typed_reading *reading, const struct pq_typed *type, bool is_pointer,
		  struct values values, struct pq_value *result);

static bool add_value(struct pq_arena *arena, struct values *values, size_t *room,
		      const struct pq_value *value)
{
	if (values->count == *room) {
		size_t more = *room == 0 ? 4 : *room * 2;
		const struct pq_value **grown =
			pq_arena_grow(arena, values->items, *room * sizeof(struct pq_value *),
				      more * sizeof(struct pq_value *));
		if (grown == NULL)
			return false;
		values->items = grown;
		*room = more;
	}
	values->items[values->count++] = value;
	return true;
}

/* All that is read into a field of a struct; *last is the member that stands last. */
static bool find_field_values(struct pq_typed_reading *reading, struct values structs,
			      struct pq_string name, struct values *found, struct pq_member *last)
{
	size_t room = 0;
	*found = (struct values){ 0 };
	for (size_t i = 0; i < structs.count; i++) {
		const struct pq_member *member = pq_value_find_member(structs.items[i], name);
		const struct pq_member *earlier;
		size_t at = 0;
		if (member == NULL)
			continue;
		while ((earlier = pq_typed_next_earlier(reading, structs.items[i]->object, name,
							&at)) != NULL) {
			if (!add_value(reading->arena, found, &room, &earlier->value))
				return false;
		}
		if (!add_value(reading->arena, found, &room, &member->value))
			return false;
		*last = *member;
	}
	return true;
}

static bool merge_structs(struct pq_typed_reading *reading, const struct pq_typed *type,
			  struct values structs, struct pq_value *result)
{
	size_t room = 0;
	for (size_t i = 0; i < structs.count; i++)
		room += structs.items[i]->object->count;
	struct pq_object *object = pq_object_new(
		reading->arena, room < PQ_TYPED_FIELDS_MAX ? room : PQ_TYPED_FIELDS_MAX);
	if (object == NULL)
		return false;
	for (const struct pq_typed_field *field = type->fields; field->name != NULL; field++) {
		struct values found;
		struct pq_member member;
		if (!find_field_values(reading, structs, pq_string_from(field->name), &found,
				       &member))
			return false;
		if (found.count == 0)
			continue;
		if (!merge(reading, field->type, field->presence == PQ_TYPED_POINTER, found,
			   &member.value))
			return false;
		pq_object_put(object, &member);
	}
	*result = pq_value_from_object(object);
	return true;
}

/* Nothing is read into what a map had before at a key. */
static bool merge_maps(struct pq_typed_reading *reading, const struct pq_typed *type,
		       struct values maps, struct pq_value *result)
{
	size_t room = 0;
	for (size_t i = 0; i < maps.count; i++)
		room += maps.items[i]->object->count;
	struct pq_object *object = pq_object_new(reading->arena, room);
	if (object == NULL)
		return false;
	for (size_t i = 0; i < maps.count; i++) {
		const struct pq_object *map = maps.items[i]->object;
		for (size_t m = 0; m < map->count; m++) {
			struct pq_member member = map->members[m];
			const struct pq_value *value = &map->members[m].value;
			if (!merge(reading, type->element, false, (struct values){ &value, 1 },
				   &member.value))
				return false;
			pq_object_put(object, &member);
		}
	}
	*result = pq_value_from_object(object);
	return true;
}

/* A text of bytes as the list that numbers are read into. */
static const struct pq_value *list_bytes(struct pq_arena *arena, const struct pq_value *text)
{
	struct pq_string bytes = pq_base64_decode(arena, pq_value_string(text));
	struct pq_value *list = pq_arena_alloc(arena, sizeof *list);
	struct pq_value *items = pq_arena_alloc_array(arena, bytes.length, sizeof *items);
	if (bytes.data == NULL || list == NULL || items == NULL)
		return NULL;
	for (size_t i = 0; i < bytes.length; i++)
		items[i] = pq_value_from_integer((unsigned char)bytes.data[i]);
	*list = pq_value_from_items(items, bytes.length);
	return list;
}

/* As many items as the last list has. Each is read into what any list before it has left there, be
 * it behind the end of one between them: the array of a slice stays. */
static bool merge_lists(struct pq_typed_reading *reading, const struct pq_typed *type,
			struct values lists, struct pq_value *result)
{
	size_t length = lists.items[lists.count - 1]->length;
	struct pq_arena *arena = reading->arena;
	struct pq_value *items = pq_arena_alloc_array(arena, length, sizeof *items);
	struct values found = {
		.items = pq_arena_alloc_array(arena, lists.count, sizeof *found.items),
	};
	if (items == NULL || found.items == NULL)
		return false;
	if (lists.items[0]->kind == PQ_STRING &&
	    (lists.items[0] = list_bytes(arena, lists.items[0])) == NULL)
		return false;
	for (size_t i = 0; i < length; i++) {
		size_t longer = 0; /* lists, which move to the front */
		for (size_t l = 0; l < lists.count; l++) {
			if (lists.items[l]->length <= i)
				continue;
			found.items[longer] = &lists.items[l]->items[i];
			lists.items[longer++] = lists.items[l];
		}
		found.count = lists.count = longer;
		if (!merge(reading, type->element, false, found, &items[i]))
			return false;
	}
	*result = pq_value_from_items(items, length);
	return true;
}

/* Pointers, maps and lists become nil, and a time the zero one. */
static bool is_reset_by_null(const struct pq_typed *type, bool is_pointer)
{
	return is_pointer || type->kind == PQ_TYPED_MAP || type->kind == PQ_TYPED_LIST ||
	       type->kind == PQ_TYPED_TIME || type->kind == PQ_TYPED_SPECIAL;
}

static bool is_list(const struct pq_typed *type)
{
	return type->kind == PQ_TYPED_LIST || pq_typed_is_bytes(type);
}

/* Whether nothing stays of what has been read before. An empty list takes the array away, and bytes
 * that are written as a text bring their own. */
static bool is_reset(const struct pq_typed *type, bool is_pointer, const struct pq_value *value)
{
	return (value->kind == PQ_NULL && is_reset_by_null(type, is_pointer)) ||
	       (is_list(type) && value->kind == PQ_ARRAY && value->length == 0) ||
	       (is_list(type) && value->kind == PQ_STRING);
}

/* What nothing behind it takes away, short of the nulls that change nothing; of nulls alone, the
 * last. */
static void keep_effective(const struct pq_typed *type, bool is_pointer, struct values *values)
{
	size_t count = 0;
	for (size_t i = 0; i < values->count; i++) {
		const struct pq_value *value = values->items[i];
		if (is_reset(type, is_pointer, value) ||
		    (count == 1 && values->items[0]->kind == PQ_NULL))
			count = 0;
		if (value->kind != PQ_NULL || count == 0)
			values->items[count++] = value;
	}
	values->count = count;
}

static bool merge(struct pq_typed_reading *reading, const struct pq_typed *type, bool is_pointer,
		  struct values values, struct pq_value *result)
{
	keep_effective(type, is_pointer, &values);
	const struct pq_value *last = values.items[values.count - 1];
	bool fine = true;
	*result = *last;
	if (last->kind == PQ_OBJECT && type->kind == PQ_TYPED_STRUCT)
		fine = merge_structs(reading, type, values, result);
	else if (last->kind == PQ_OBJECT && type->kind == PQ_TYPED_MAP)
		fine = merge_maps(reading, type, values, result);
	else if (last->kind == PQ_ARRAY && is_list(type))
		fine = merge_lists(reading, type, values, result);
	result->offset = last->offset;
	return fine;
}

bool pq_typed_merge_repeated(struct pq_typed_reading *reading, const struct pq_typed *type,
			     const struct pq_value *value, struct pq_value *result)
{
	*result = *value;
	return find_repeated(reading, value->object) == NULL ||
	       merge(reading, type, false, (struct values){ &value, 1 }, result);
}
