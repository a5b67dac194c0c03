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

static bool combine(struct pq_typed_reading *reading, const struct pq_typed *type, bool is_pointer,
		    const struct pq_value *left, const struct pq_value *next,
		    struct pq_value *result);

/* Both objects' members as one object's; what they share is combined by its field. */
static bool combine_objects(struct pq_typed_reading *reading, const struct pq_typed *type,
			    const struct pq_value *left, const struct pq_value *next,
			    struct pq_value *result)
{
	size_t capacity = (size_t)left->object->count + next->object->count;
	struct pq_object *object = pq_object_new(reading->arena, capacity);
	if (object == NULL)
		return false;
	for (size_t i = 0; i < left->object->count; i++)
		pq_object_put(object, &left->object->members[i]);
	for (size_t i = 0; i < next->object->count; i++) {
		struct pq_member member = next->object->members[i];
		const struct pq_member *shared = pq_object_find(object, member.key, member.hash);
		const struct pq_typed_field *field = type->fields;
		while (field != NULL && field->name != NULL &&
		       !pq_string_is(member.key, field->name))
			field++;
		if (shared != NULL && field != NULL && field->name != NULL &&
		    !combine(reading, field->type, field->presence == PQ_TYPED_POINTER,
			     &shared->value, &member.value, &member.value))
			return false;
		pq_object_put(object, &member);
	}
	*result = pq_value_from_object(object);
	result->offset = next->offset;
	return true;
}

static bool combine_lists(struct pq_typed_reading *reading, const struct pq_typed *type,
			  const struct pq_value *left, const struct pq_value *next,
			  struct pq_value *result)
{
	struct pq_value *items = pq_arena_alloc_array(reading->arena, next->length, sizeof *items);
	if (items == NULL)
		return false;
	for (size_t i = 0; i < next->length; i++) {
		items[i] = next->items[i];
		if (i < left->length && !combine(reading, type->element, false, &left->items[i],
						 &next->items[i], &items[i]))
			return false;
	}
	*result = pq_value_from_items(items, next->length);
	result->offset = next->offset;
	return true;
}

/* What stands in a field of this type after left and next have been read. */
static bool combine(struct pq_typed_reading *reading, const struct pq_typed *type, bool is_pointer,
		    const struct pq_value *left, const struct pq_value *next,
		    struct pq_value *result)
{
	bool keeps_left = next->kind == PQ_NULL && !is_pointer && type->kind != PQ_TYPED_MAP &&
			  type->kind != PQ_TYPED_LIST && type->kind != PQ_TYPED_SPECIAL;
	bool are_objects = left->kind == PQ_OBJECT && next->kind == PQ_OBJECT;
	*result = keeps_left ? *left : *next;
	if (are_objects && (type->kind == PQ_TYPED_STRUCT || type->kind == PQ_TYPED_MAP))
		return combine_objects(reading, type, left, next, result);
	if (type->kind == PQ_TYPED_LIST && left->kind == PQ_ARRAY && next->kind == PQ_ARRAY)
		return combine_lists(reading, type, left, next, result);
	return true;
}

bool pq_typed_gather(struct pq_typed_reading *reading, const struct pq_typed_field *field,
		     const struct pq_object *object, const struct pq_member *member,
		     struct pq_value *result)
{
	const struct pq_json_replaced *replaced = replaced_of(reading);
	bool is_pointer = field->presence == PQ_TYPED_POINTER;
	const struct pq_value *left = NULL;
	struct pq_value gathered;
	for (size_t i = 0; i <= replaced->count; i++) {
		bool is_last = i == replaced->count;
		if (!is_last && !is_earlier(&replaced->items[i], object, member->key))
			continue;
		const struct pq_value *next =
			is_last ? &member->value : &replaced->items[i].member.value;
		if (left == NULL)
			gathered = *next;
		else if (!combine(reading, field->type, is_pointer, left, next, &gathered))
			return false;
		left = &gathered;
	}
	*result = gathered;
	return true;
}
