/* Fields that stand more than once in an object. Go's decoder reads each into what the ones before
 * it have left: structs and maps are filled up, lists are filled up item by item, and a null
 * changes nothing but pointers, maps and lists. */
#include "registry/typed_read.h"

static const struct pq_json_replaced *replaced_of(const struct pq_typed_reading *reading)
{
	static const struct pq_json_replaced none;
	return reading->text == NULL ? &none : &reading->text->replaced;
}

static bool is_earlier(const struct pq_json_replaced_member *replaced,
		       const struct pq_object *object, struct pq_string key)
{
	return replaced->object == object && pq_string_equal(replaced->member.key, key);
}

uint32_t pq_typed_repetition(const struct pq_typed_reading *reading, const struct pq_object *object,
			     const struct pq_member *member)
{
	const struct pq_json_replaced *replaced = replaced_of(reading);
	size_t times = 0;
	for (size_t i = 0; i < replaced->count; i++) {
		if (is_earlier(&replaced->items[i], object, member->key) && ++times == 2)
			return replaced->items[i].member.offset;
	}
	return times == 0 ? PQ_OFFSET_NONE : member->offset;
}

const struct pq_member *pq_typed_next_earlier(const struct pq_typed_reading *reading,
					      const struct pq_object *object, struct pq_string key,
					      size_t *at)
{
	const struct pq_json_replaced *replaced = replaced_of(reading);
	while (*at < replaced->count) {
		const struct pq_json_replaced_member *item = &replaced->items[(*at)++];
		if (is_earlier(item, object, key))
			return &item->member;
	}
	return NULL;
}

/* Reads next into what left holds (NULL: nothing yet), and so on with what is below them. */
static bool merge(struct pq_typed_reading *reading, const struct pq_typed *type, bool is_pointer,
		  const struct pq_value *left, const struct pq_value *next,
		  struct pq_value *result);

/* Reads a member into an object of a struct or a map. The values of a map are new ones. */
static bool merge_member(struct pq_typed_reading *reading, const struct pq_typed *type,
			 const struct pq_member *next, struct pq_object *object)
{
	struct pq_member made = *next;
	bool is_pointer = false;
	const struct pq_value *left = NULL;
	const struct pq_typed *value_type = type->element;
	if (type->kind == PQ_TYPED_STRUCT) {
		const struct pq_typed_field *field = pq_typed_find_field(type, next->key);
		const struct pq_member *there = pq_object_find(object, next->key, next->hash);
		if (field == NULL)
			return true;
		value_type = field->type;
		is_pointer = field->presence == PQ_TYPED_POINTER;
		left = there == NULL ? NULL : &there->value;
	}
	if (!merge(reading, value_type, is_pointer, left, &next->value, &made.value))
		return false;
	pq_object_put(object, &made);
	return true;
}

static bool merge_object(struct pq_typed_reading *reading, const struct pq_typed *type,
			 const struct pq_value *left, const struct pq_value *next,
			 struct pq_value *result)
{
	size_t before = left != NULL && left->kind == PQ_OBJECT ? left->object->count : 0;
	struct pq_object *object = pq_object_new(reading->arena, before + next->object->count);
	if (object == NULL)
		return false;
	for (size_t i = 0; i < before; i++)
		pq_object_put(object, &left->object->members[i]);
	for (size_t i = 0; i < next->object->count; i++) {
		size_t at = 0;
		const struct pq_member *last = &next->object->members[i], *earlier;
		while ((earlier = pq_typed_next_earlier(reading, next->object, last->key, &at)) !=
		       NULL) {
			if (!merge_member(reading, type, earlier, object))
				return false;
		}
		if (!merge_member(reading, type, last, object))
			return false;
	}
	*result = pq_value_from_object(object);
	result->offset = next->offset;
	return true;
}

static bool merge_list(struct pq_typed_reading *reading, const struct pq_typed *type,
		       const struct pq_value *left, const struct pq_value *next,
		       struct pq_value *result)
{
	size_t before = left != NULL && left->kind == PQ_ARRAY ? left->length : 0;
	struct pq_value *items = pq_arena_alloc_array(reading->arena, next->length, sizeof *items);
	if (items == NULL)
		return false;
	for (size_t i = 0; i < next->length; i++) {
		if (!merge(reading, type->element, false, i < before ? &left->items[i] : NULL,
			   &next->items[i], &items[i]))
			return false;
	}
	*result = pq_value_from_items(items, next->length);
	result->offset = next->offset;
	return true;
}

/* Pointers, maps and lists become nil, and a time the zero one. */
static bool is_reset_by_null(const struct pq_typed *type, bool is_pointer)
{
	return is_pointer || type->kind == PQ_TYPED_MAP || type->kind == PQ_TYPED_LIST ||
	       type->kind == PQ_TYPED_TIME || type->kind == PQ_TYPED_SPECIAL;
}

static bool merge(struct pq_typed_reading *reading, const struct pq_typed *type, bool is_pointer,
		  const struct pq_value *left, const struct pq_value *next, struct pq_value *result)
{
	bool is_object_type = type->kind == PQ_TYPED_STRUCT || type->kind == PQ_TYPED_MAP;
	if (next->kind == PQ_OBJECT && is_object_type)
		return merge_object(reading, type, left, next, result);
	if (next->kind == PQ_ARRAY && type->kind == PQ_TYPED_LIST)
		return merge_list(reading, type, left, next, result);
	bool keeps_left =
		next->kind == PQ_NULL && left != NULL && !is_reset_by_null(type, is_pointer);
	*result = keeps_left ? *left : *next;
	return true;
}

static bool has_repeated(const struct pq_typed_reading *reading, const struct pq_object *object)
{
	const struct pq_json_replaced *replaced = replaced_of(reading);
	for (size_t i = 0; i < replaced->count; i++) {
		if (replaced->items[i].object == object)
			return true;
	}
	return false;
}

bool pq_typed_merge_repeated(struct pq_typed_reading *reading, const struct pq_typed *type,
			     const struct pq_value *value, struct pq_value *result)
{
	*result = *value;
	return !has_repeated(reading, value->object) ||
	       merge_object(reading, type, NULL, value, result);
}
