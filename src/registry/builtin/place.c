#include "registry/builtin/place.h"

#include "base/utf8.h"
#include "json/write.h"

#include <math.h>

struct place place_of_object(const struct pq_value *object, struct pq_findings *findings)
{
	return (struct place){ .value = object, .offset = object->offset, .findings = findings };
}

static struct place below(const struct place *parent, struct pq_path path,
			  const struct pq_value *value)
{
	return (struct place){
		.value = value != NULL && value->kind == PQ_NULL ? NULL : value,
		.path = path,
		.offset = value == NULL ? parent->offset : value->offset,
		.findings = parent->findings,
		.parent = parent,
		.is_stored = parent->is_stored,
	};
}

const struct pq_path *place_path(const struct place *place)
{
	return place->parent == NULL ? NULL : &place->path;
}

struct place place_field(const struct place *parent, const char *name)
{
	struct pq_string key = pq_string_from(name);
	return below(parent, pq_path_property(place_path(parent), key),
		     pq_value_find(parent->value, key));
}

struct place place_item(const struct place *list, size_t index)
{
	return below(list, pq_path_index(place_path(list), index), &list->value->items[index]);
}

struct place place_member(const struct place *map, size_t index)
{
	const struct pq_member *member = &map->value->object->members[index];
	struct place place = below(map, pq_path_key(place_path(map), member->key), &member->value);
	if (place.offset == PQ_OFFSET_NONE)
		place.offset = member->offset;
	return place;
}

struct place place_called(const struct place *place, const char *name)
{
	struct place called = *place;
	called.path = pq_path_property(place_path(place->parent), pq_string_from(name));
	return called;
}

struct place place_keyed(const struct place *parent, struct pq_string key)
{
	return below(parent, pq_path_key(place_path(parent), key), NULL);
}

struct place place_labelled(const struct place *map, const char *key)
{
	struct pq_string text = pq_string_from(key);
	const struct pq_value *value = pq_value_find(map->value, text);
	if (value == NULL)
		return (struct place){ .findings = map->findings, .is_stored = map->is_stored };
	return below(map, pq_path_key(place_path(map), text), value);
}

size_t place_count(const struct place *place)
{
	if (place->value == NULL)
		return 0;
	return place->value->kind == PQ_ARRAY    ? place->value->length
	       : place->value->kind == PQ_OBJECT ? place->value->object->count
						 : 0;
}

struct pq_string place_key(const struct place *map, size_t index)
{
	return map->value->object->members[index].key;
}

struct pq_string place_text(const struct place *place)
{
	return place->value != NULL && place->value->kind == PQ_STRING
		       ? pq_value_string(place->value)
		       : PQ_S("");
}

bool place_is_text(const struct place *place, const char *text)
{
	return pq_string_is(place_text(place), text);
}

bool place_is_one_of(const struct place *place, const char *const *texts)
{
	for (; *texts != NULL; texts++) {
		if (place_is_text(place, *texts))
			return true;
	}
	return false;
}

int64_t place_integer_or(const struct place *place, int64_t otherwise)
{
	return place->value != NULL && place->value->kind == PQ_INTEGER ? place->value->integer
									: otherwise;
}

int64_t place_integer(const struct place *place)
{
	return place_integer_or(place, 0);
}

bool place_flag(const struct place *place)
{
	return pq_value_is_true(place->value);
}

/* A number's own text is what Go reads. Of a double it is lost; that it had an exponent is the
 * likelier when it is a whole one. */
static bool write_number(struct pq_buffer *text, const struct pq_value *value)
{
	if (value->kind == PQ_INTEGER) {
		pq_json_write(text, value, PQ_JSON_COMPACT);
		return true;
	}
	if (value->kind != PQ_DOUBLE)
		return false;
	double number = value->number;
	if (fabs(number) >= 1000 && fmod(number, 1000) == 0 && fabs(number) < 1e15)
		pq_buffer_append_format(text, "%.0fe3", number / 1000);
	else
		pq_json_write_double(text, number);
	return true;
}

bool place_quantity(const struct place *place, struct pq_quantity *quantity)
{
	struct pq_buffer text;
	struct pq_error error;
	if (place->value == NULL)
		return pq_quantity_parse(PQ_S("0"), quantity, &error);
	if (place->value->kind == PQ_STRING)
		return pq_quantity_parse(pq_utf8_trim(pq_value_string(place->value)), quantity,
					 &error);
	pq_buffer_init_in(&text, place->findings->arena, 0);
	return write_number(&text, place->value) && !pq_buffer_failed(&text) &&
	       pq_quantity_parse(pq_buffer_view(&text), quantity, &error);
}

bool place_resource(const struct place *place, struct pq_quantity *quantity)
{
	if (!place_quantity(place, quantity))
		return false;
	pq_quantity_round_up(quantity, -3);
	return true;
}

void place_each(const struct place *list, place_check *check)
{
	for (size_t i = 0; i < place_count(list); i++) {
		const struct place item = place_item(list, i);
		check(&item);
	}
}

void place_out_of_memory(const struct place *place)
{
	pq_arena_set_exhausted(place->findings->arena);
	place->findings->dropped++;
}

bool place_note(const struct place *place, struct pq_map *seen, struct pq_string text)
{
	static char mark;
	if (pq_map_find(seen, text) != NULL)
		return false;
	if (!pq_map_put(seen, text, &mark, NULL))
		place_out_of_memory(place);
	return true;
}

void place_index(const struct place *list, struct pq_map *index)
{
	pq_map_init(index);
	for (size_t i = 0; i < place_count(list); i++) {
		const struct place item = place_item(list, i);
		if (!pq_map_put(index, place_text(&item), (void *)(uintptr_t)(i + 1), NULL))
			place_out_of_memory(&item);
	}
}

bool place_find_last(const struct pq_map *index, struct pq_string text, size_t *last)
{
	uintptr_t found = (uintptr_t)pq_map_find(index, text);
	if (found != 0)
		*last = found - 1;
	return found != 0;
}

bool place_lists(const struct place *list, const char *text)
{
	for (size_t i = 0; i < place_count(list); i++) {
		const struct place item = place_item(list, i);
		if (place_is_text(&item, text))
			return true;
	}
	return false;
}
