#include "conversion/place.h"

static struct place inner(struct place place)
{
	return (struct place){
		.steps = place.steps + 1,
		.count = place.count - 1,
		.lasting = place.lasting == 0 ? 0 : place.lasting - 1,
	};
}

const struct pq_value *place_find(const struct pq_value *object, struct place place)
{
	for (size_t i = 0; object != NULL && i < place.count; i++)
		object = pq_value_find(object, place.steps[i].name);
	return object;
}

bool place_take(struct pq_arena *arena, const struct pq_value *object, struct place place,
		struct pq_value *result)
{
	struct pq_value rest;
	struct pq_string name = place.steps[0].name;
	if (place.count == 1)
		return pq_value_with_member(arena, object, name, NULL, result);
	if (!place_take(arena, pq_value_find(object, name), inner(place), &rest))
		return false;
	bool goes = rest.object->count == 0 && place.lasting == 0;
	return pq_value_with_member(arena, object, name, goes ? NULL : &rest, result);
}

bool place_is_open(const struct pq_value *object, struct place place)
{
	for (size_t i = 0; object != NULL && i < place.count; i++) {
		if (object->kind != PQ_OBJECT)
			return false;
		object = pq_value_find(object, place.steps[i].name);
	}
	return true;
}

bool place_put(struct pq_arena *arena, const struct pq_value *object, struct place place,
	       const struct pq_value *value, struct pq_value *result)
{
	static const struct pq_value nothing = { .kind = PQ_NULL, .offset = PQ_OFFSET_NONE };
	struct pq_value made;
	if (place.count == 0) {
		*result = *value;
		return true;
	}
	struct pq_string name = place.steps[0].name;
	const struct pq_value *child = pq_value_find(object, name);
	if (!place_put(arena, child == NULL ? &nothing : child, inner(place), value, &made))
		return false;
	return pq_value_with_member(arena, object, name, &made, result);
}
