#include "base/hash.h"
#include "cel/container.h"
#include "cel/data.h"
#include "cel/number.h"
#include "cel/opaque.h"

enum {
	CAPACITY_FIRST = 8,
	LOOKED_THROUGH_MAX = 8, /* entries without slots */
};

bool pq_cel_map_is_plain(const struct pq_cel_value *map)
{
	return map->form != PQ_CEL_OF_DATA || map->declaration->kind == PQ_CEL_DECLARED_ANY;
}

uint32_t pq_cel_map_size(const struct pq_cel_value *map)
{
	return map->form == PQ_CEL_OF_DATA ? map->data->object->count : map->map->count;
}

struct pq_cel_value pq_cel_map_grow(struct pq_arena *arena)
{
	struct pq_cel_map *map = pq_arena_alloc(arena, sizeof *map);
	if (map == NULL)
		return pq_cel_out_of_memory();
	return (struct pq_cel_value){ .kind = PQ_CEL_MAP_VALUE,
				      .form = PQ_CEL_GROWING,
				      .map = map };
}

/* Whether two keys are the same to a Go map: of one type and equal; lists and maps only are
 * themselves. */
static bool is_same_key(const struct pq_cel_value *a, const struct pq_cel_value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case PQ_CEL_NULL:
		return true;
	case PQ_CEL_BOOL:
		return a->boolean == b->boolean;
	case PQ_CEL_DOUBLE:
		return a->number == b->number;
	case PQ_CEL_STRING:
		return pq_string_equal(pq_cel_value_string(a), pq_cel_value_string(b));
	case PQ_CEL_TIMESTAMP:
		return a->integer == b->integer && a->nanoseconds == b->nanoseconds &&
		       a->utc_offset == b->utc_offset;
	case PQ_CEL_OPAQUE_VALUE:
		return a->opaque_type == b->opaque_type &&
		       (pq_cel_opaque_kind(a)->hash == NULL
				? a->opaque == b->opaque
				: pq_cel_opaque_kind(a)->equal(a->opaque, b->opaque));
	default:
		return a->integer == b->integer;
	}
}

static uint32_t hash_key(const struct pq_cel_value *key)
{
	if (key->kind == PQ_CEL_STRING)
		return pq_hash(pq_cel_value_string(key));
	if (key->kind == PQ_CEL_OPAQUE_VALUE && pq_cel_opaque_kind(key)->hash != NULL)
		return pq_cel_opaque_kind(key)->hash(key->opaque);
	uint64_t bits = key->kind == PQ_CEL_BOOL ? key->boolean : key->natural;
	if (key->kind == PQ_CEL_DOUBLE && key->number == 0)
		bits = 0; /* -0 as well */
	bits = (bits ^ key->kind) * UINT64_C(0x9E3779B97F4A7C15);
	return (uint32_t)(bits >> 32);
}

static uint32_t find_slot(const struct pq_cel_map *map, const struct pq_cel_value *key)
{
	uint32_t at = hash_key(key) & map->slot_mask;
	while (map->slots[at] != 0 && !is_same_key(&map->entries[map->slots[at] - 1].key, key))
		at = (at + 1) & map->slot_mask;
	return at;
}

/* The entry at exactly this key, or NULL. */
static struct pq_cel_map_entry *find_entry(const struct pq_cel_map *map,
					   const struct pq_cel_value *key)
{
	if (map->slots != NULL) {
		uint32_t index = map->slots[find_slot(map, key)];
		return index == 0 ? NULL : &map->entries[index - 1];
	}
	for (uint32_t i = 0; i < map->count; i++) {
		if (is_same_key(&map->entries[i].key, key))
			return &map->entries[i];
	}
	return NULL;
}

bool pq_cel_map_has(const struct pq_cel_map *map, const struct pq_cel_value *key)
{
	return find_entry(map, key) != NULL;
}

static bool rebuild_slots(struct pq_arena *arena, struct pq_cel_map *map)
{
	if (map->capacity <= LOOKED_THROUGH_MAX)
		return true;
	uint32_t count = map->capacity * 2;
	uint32_t *slots = pq_arena_alloc_array(arena, count, sizeof *slots);
	if (slots == NULL)
		return false;
	map->slots = slots;
	map->slot_mask = count - 1;
	for (uint32_t i = 0; i < map->count; i++)
		slots[find_slot(map, &map->entries[i].key)] = i + 1;
	return true;
}

static bool make_room(struct pq_arena *arena, struct pq_cel_map *map)
{
	if (map->count < map->capacity)
		return true;
	if (map->capacity > UINT32_MAX / 4)
		return false;
	uint32_t capacity = map->capacity == 0 ? CAPACITY_FIRST : map->capacity * 2;
	void *entries = pq_arena_grow(arena, map->entries, map->capacity * sizeof *map->entries,
				      capacity * sizeof *map->entries);
	if (entries == NULL)
		return false;
	map->entries = entries;
	map->capacity = capacity;
	return rebuild_slots(arena, map);
}

bool pq_cel_map_put(struct pq_arena *arena, struct pq_cel_map *map, const struct pq_cel_value *key,
		    const struct pq_cel_value *value)
{
	struct pq_cel_map_entry *entry = find_entry(map, key);
	if (entry != NULL) {
		entry->value = *value;
		return true;
	}
	if (!make_room(arena, map))
		return false;
	if (map->slots != NULL)
		map->slots[find_slot(map, key)] = map->count + 1;
	map->entries[map->count++] = (struct pq_cel_map_entry){ *key, *value };
	return true;
}

void pq_cel_map_remove(struct pq_cel_map *map, const struct pq_cel_value *key)
{
	struct pq_cel_map_entry *entry = find_entry(map, key);
	if (entry == NULL)
		return;
	size_t behind = (size_t)(map->entries + map->count - (entry + 1));
	memmove(entry, entry + 1, behind * sizeof *entry);
	map->count--;
	if (map->slots == NULL)
		return;
	memset(map->slots, 0, ((size_t)map->slot_mask + 1) * sizeof *map->slots);
	for (uint32_t i = 0; i < map->count; i++)
		map->slots[find_slot(map, &map->entries[i].key)] = i + 1;
}

bool pq_cel_map_refuses(struct pq_arena *arena, const struct pq_cel_value *key,
			struct pq_cel_value *error)
{
	bool is_hashable = key->kind == PQ_CEL_OPAQUE_VALUE
				   ? !pq_cel_opaque_kind(key)->is_unhashable
				   : key->kind != PQ_CEL_BYTES;
	if (is_hashable)
		return false;
	*error = pq_cel_error_format(arena,
				     "internal error: runtime error: hash of unhashable type %s",
				     pq_cel_value_go_type(key));
	error->form = PQ_CEL_FATAL;
	return true;
}

static bool find_built(struct pq_arena *arena, const struct pq_cel_map *map,
		       const struct pq_cel_value *key, struct pq_cel_value *value)
{
	if (map->count > 0 && pq_cel_map_refuses(arena, key, value))
		return true;
	const struct pq_cel_map_entry *entry = find_entry(map, key);
	struct pq_cel_value other;
	if (entry == NULL && pq_cel_to_lossless_int(key, &other) && other.kind != key->kind)
		entry = find_entry(map, &other);
	if (entry == NULL && pq_cel_to_lossless_uint(key, &other) && other.kind != key->kind)
		entry = find_entry(map, &other);
	if (entry != NULL)
		*value = entry->value;
	return entry != NULL;
}

static const struct pq_cel_field *find_key_among(const struct pq_cel_field *fields, size_t count,
						 struct pq_string key)
{
	for (size_t i = 0; i < count; i++) {
		if (pq_string_equal(fields[i].key, key))
			return &fields[i];
	}
	return NULL;
}

static const struct pq_cel_field *find_key(const struct pq_cel_declaration *declaration,
					   struct pq_string key)
{
	const struct pq_cel_field *field =
		find_key_among(declaration->fields, declaration->field_count, key);
	return field != NULL
		       ? field
		       : find_key_among(declaration->invisible, declaration->invisible_count, key);
}

const struct pq_cel_field *pq_cel_find_field(struct pq_arena *arena,
					     const struct pq_cel_declaration *declaration,
					     struct pq_string name)
{
	const struct pq_cel_field *field = pq_cel_declaration_find(declaration, name);
	if (field != NULL)
		return field;
	struct pq_string property = pq_cel_unescape(arena, name);
	if (property.data == NULL)
		return NULL;
	return find_key(declaration, property);
}

static bool get_field(struct pq_arena *arena, const struct pq_cel_value *object,
		      const struct pq_cel_field *field, struct pq_cel_value *value)
{
	const struct pq_value *data = pq_cel_object_find(object, field);
	if (data != NULL)
		pq_cel_adapt(arena, data, field->declaration, value);
	return data != NULL;
}

static bool find_in_data(struct pq_arena *arena, const struct pq_cel_value *map,
			 const struct pq_cel_value *key, struct pq_cel_value *value)
{
	bool is_any = map->declaration->kind == PQ_CEL_DECLARED_ANY;
	if (key->kind != PQ_CEL_STRING) {
		if (!is_any)
			*value = pq_cel_no_such_overload(key);
		return !is_any;
	}
	struct pq_string name = pq_cel_value_string(key);
	if (map->kind == PQ_CEL_OBJECT_VALUE) {
		const struct pq_cel_field *field = pq_cel_find_field(arena, map->declaration, name);
		return field != NULL && get_field(arena, map, field, value);
	}
	const struct pq_value *member = pq_value_find(map->data, name);
	if (member == NULL)
		return false;
	pq_cel_adapt(arena, member, pq_cel_element_of(map->declaration), value);
	return true;
}

bool pq_cel_map_find(struct pq_arena *arena, const struct pq_cel_value *map,
		     const struct pq_cel_value *key, struct pq_cel_value *value)
{
	return map->form == PQ_CEL_OF_DATA ? find_in_data(arena, map, key, value)
					   : find_built(arena, map->map, key, value);
}

/* The field that a member of an object is, or NULL: sorted by name, which is the key for most. */
const struct pq_cel_field *pq_cel_find_field_by_key(const struct pq_cel_declaration *declaration,
						    struct pq_string key)
{
	const struct pq_cel_field *field = pq_cel_declaration_find(declaration, key);
	if (field != NULL && pq_string_equal(field->key, key))
		return field;
	return find_key(declaration, key);
}

/* A field that is null is listed, but not to be had. */
static void get_listed(struct pq_arena *arena, const struct pq_cel_field *field,
		       const struct pq_value *data, struct pq_cel_value *value)
{
	if (data->kind == PQ_NULL)
		*value = pq_cel_error_format(arena, "no such key: %.*s",
					     PQ_STRING_ARGUMENT(field->name));
	else
		pq_cel_adapt(arena, data, field->declaration, value);
}

/* Members that are no fields are listed last, as nothing that could be asked for: positions beyond
 * the count of all are theirs. */
static bool next_of_object(struct pq_arena *arena, const struct pq_cel_value *map,
			   uint32_t *position, struct pq_cel_value *key, struct pq_cel_value *value)
{
	const struct pq_object *object = map->data->object;
	while (*position < 2 * object->count) {
		bool is_last_pass = *position >= object->count;
		const struct pq_member *member =
			&object->members[*position - (is_last_pass ? object->count : 0)];
		const struct pq_cel_field *field =
			pq_cel_find_field_by_key(map->declaration, member->key);
		++*position;
		if ((field == NULL) != is_last_pass)
			continue;
		*key = is_last_pass ? pq_cel_null_value() : pq_cel_from_string(field->name);
		if (value != NULL && is_last_pass)
			*value = pq_cel_no_such_overload(key);
		else if (value != NULL)
			get_listed(arena, field, &member->value, value);
		return true;
	}
	return false;
}

static bool next_of_data(struct pq_arena *arena, const struct pq_cel_value *map, uint32_t *position,
			 struct pq_cel_value *key, struct pq_cel_value *value)
{
	const struct pq_object *object = map->data->object;
	if (map->kind == PQ_CEL_OBJECT_VALUE)
		return next_of_object(arena, map, position, key, value);
	if (*position >= object->count)
		return false;
	const struct pq_member *member = &object->members[(*position)++];
	*key = pq_cel_from_string(member->key);
	if (value != NULL)
		pq_cel_adapt(arena, &member->value, pq_cel_element_of(map->declaration), value);
	return true;
}

bool pq_cel_map_next(struct pq_arena *arena, const struct pq_cel_value *map, uint32_t *position,
		     struct pq_cel_value *key, struct pq_cel_value *value)
{
	if (map->form == PQ_CEL_OF_DATA)
		return next_of_data(arena, map, position, key, value);
	if (*position >= map->map->count)
		return false;
	const struct pq_cel_map_entry *entry = &map->map->entries[(*position)++];
	*key = entry->key;
	if (value != NULL)
		*value = entry->value;
	return true;
}
