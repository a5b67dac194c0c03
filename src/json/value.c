#include "json/value.h"

#include "base/hash.h"

#include <assert.h>
#include <stdarg.h>

enum { SLOTLESS_MEMBERS_MAX = 8 };

struct pq_value pq_value_null(void)
{
	return (struct pq_value){ .kind = PQ_NULL, .offset = PQ_OFFSET_NONE };
}

struct pq_value pq_value_from_boolean(bool boolean)
{
	return (struct pq_value){
		.kind = PQ_BOOLEAN,
		.offset = PQ_OFFSET_NONE,
		.boolean = boolean,
	};
}

struct pq_value pq_value_from_integer(int64_t integer)
{
	return (struct pq_value){
		.kind = PQ_INTEGER,
		.offset = PQ_OFFSET_NONE,
		.integer = integer,
	};
}

struct pq_value pq_value_from_double(double number)
{
	return (struct pq_value){
		.kind = PQ_DOUBLE,
		.offset = PQ_OFFSET_NONE,
		.number = number,
	};
}

struct pq_value pq_value_from_string(struct pq_string text)
{
	assert(text.length <= UINT32_MAX);
	return (struct pq_value){
		.kind = PQ_STRING,
		.length = (uint32_t)text.length,
		.offset = PQ_OFFSET_NONE,
		.bytes = text.data,
	};
}

struct pq_value pq_value_from_items(const struct pq_value *items, size_t count)
{
	assert(count <= UINT32_MAX);
	return (struct pq_value){
		.kind = PQ_ARRAY,
		.length = (uint32_t)count,
		.offset = PQ_OFFSET_NONE,
		.items = items,
	};
}

struct pq_value pq_value_from_object(const struct pq_object *object)
{
	return (struct pq_value){
		.kind = PQ_OBJECT,
		.offset = PQ_OFFSET_NONE,
		.object = object,
	};
}

bool pq_value_is_zero(const struct pq_value *value)
{
	switch ((enum pq_kind)value->kind) {
	case PQ_NULL:
		return true;
	case PQ_BOOLEAN:
		return !value->boolean;
	case PQ_INTEGER:
		return value->integer == 0;
	case PQ_DOUBLE:
		return value->number == 0;
	case PQ_STRING:
	case PQ_ARRAY:
		return value->length == 0;
	case PQ_OBJECT:
		return value->object->count == 0;
	}
	return false;
}

/* At least twice as many slots as members, or none. */
static size_t slots_for(size_t capacity)
{
	if (capacity <= SLOTLESS_MEMBERS_MAX)
		return 0;
	size_t slots = 2 * SLOTLESS_MEMBERS_MAX;
	while (slots < 2 * capacity)
		slots *= 2;
	return slots;
}

struct pq_object *pq_object_new(struct pq_arena *arena, size_t capacity)
{
	if (capacity > UINT32_MAX / 4) {
		pq_arena_set_exhausted(arena);
		return NULL;
	}
	size_t slots = slots_for(capacity);
	size_t members = sizeof(struct pq_object) + capacity * sizeof(struct pq_member);
	char *memory = pq_arena_alloc_raw(arena, members + slots * sizeof(uint32_t));
	if (memory == NULL)
		return NULL;
	struct pq_object *object = (struct pq_object *)memory;
	*object = (struct pq_object){ 0 };
	if (slots > 0) {
		object->slot_mask = (uint32_t)slots - 1;
		object->slots = (uint32_t *)(memory + members);
		memset(object->slots, 0, slots * sizeof(uint32_t));
	}
	return object;
}

static bool member_is(const struct pq_member *member, struct pq_string key, uint32_t hash)
{
	return member->hash == hash && pq_string_equal(member->key, key);
}

/* The slot of key, or the free one where it belongs. */
static uint32_t *find_slot(const struct pq_object *object, struct pq_string key, uint32_t hash)
{
	for (uint32_t slot = hash & object->slot_mask;; slot = (slot + 1) & object->slot_mask) {
		uint32_t index = object->slots[slot];
		if (index == 0 || member_is(&object->members[index - 1], key, hash))
			return &object->slots[slot];
	}
}

static PQ_SELDOM const struct pq_member *find_by_slot(const struct pq_object *object,
						      struct pq_string key, uint32_t hash)
{
	uint32_t index = *find_slot(object, key, hash);
	return index == 0 ? NULL : &object->members[index - 1];
}

const struct pq_member *pq_object_find(const struct pq_object *object, struct pq_string key,
				       uint32_t hash)
{
	if (object->slot_mask != 0)
		return find_by_slot(object, key, hash);
	const struct pq_member *end = object->members + object->count;
	for (const struct pq_member *member = object->members; member < end; member++) {
		if (member_is(member, key, hash))
			return member;
	}
	return NULL;
}

bool pq_object_put(struct pq_object *object, const struct pq_member *member)
{
	struct pq_member *old =
		(struct pq_member *)pq_object_find(object, member->key, member->hash);
	if (old != NULL) {
		*old = *member;
		return false;
	}
	if (object->slot_mask != 0)
		*find_slot(object, member->key, member->hash) = object->count + 1;
	object->members[object->count++] = *member;
	return true;
}

bool pq_object_fill(struct pq_object *object, const struct pq_member *members, size_t count)
{
	if (object->slot_mask != 0)
		return false;
	for (size_t i = 1; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (members[i].hash == members[j].hash)
				return false;
		}
	}
	if (count > 0)
		memcpy(object->members, members, count * sizeof *members);
	object->count = (uint32_t)count;
	return true;
}

/* Frees a slot; those behind it move up, so that each is found from where its hash points. */
static void free_slot(struct pq_object *object, uint32_t slot)
{
	uint32_t mask = object->slot_mask;
	for (uint32_t next = (slot + 1) & mask; object->slots[next] != 0;
	     next = (next + 1) & mask) {
		uint32_t first = object->members[object->slots[next] - 1].hash & mask;
		if (((next - first) & mask) < ((next - slot) & mask))
			continue;
		object->slots[slot] = object->slots[next];
		slot = next;
	}
	object->slots[slot] = 0;
}

/* Without slots there are so few members that moving them is cheaper than a gap. */
static void remove_in_place(struct pq_object *object, size_t index)
{
	object->count--;
	memmove(object->members + index, object->members + index + 1,
		(object->count - index) * sizeof *object->members);
}

bool pq_object_remove(struct pq_object *object, struct pq_string key)
{
	uint32_t hash = pq_hash(key);
	const struct pq_member *found = pq_object_find(object, key, hash);
	if (found == NULL)
		return false;
	size_t index = (size_t)(found - object->members);
	if (object->slot_mask == 0) {
		remove_in_place(object, index);
		return true;
	}
	free_slot(object, (uint32_t)(find_slot(object, key, hash) - object->slots));
	object->members[index].value.kind = PQ_MEMBER_GAP;
	return true;
}

void pq_object_close_gaps(struct pq_object *object)
{
	uint32_t count = object->count, first = 0;
	while (first < count && object->members[first].value.kind != PQ_MEMBER_GAP)
		first++;
	if (first == count)
		return;
	memset(object->slots, 0, ((size_t)object->slot_mask + 1) * sizeof *object->slots);
	object->count = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct pq_member member = object->members[i];
		if (member.value.kind != PQ_MEMBER_GAP)
			pq_object_put(object, &member);
	}
}

bool pq_value_from_members(struct pq_arena *arena, const struct pq_member *members, size_t count,
			   struct pq_value *value)
{
	struct pq_object *object = pq_object_new(arena, count);
	if (object == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct pq_member member = members[i];
		member.hash = pq_hash(member.key);
		pq_object_put(object, &member);
	}
	*value = pq_value_from_object(object);
	return true;
}

bool pq_value_with_member(struct pq_arena *arena, const struct pq_value *object,
			  struct pq_string key, const struct pq_value *member,
			  struct pq_value *result)
{
	uint32_t hash = pq_hash(key), offset = object->offset;
	size_t count = object->kind == PQ_OBJECT ? object->object->count : 0;
	struct pq_object *made = pq_object_new(arena, count + 1);
	if (made == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct pq_member copy = object->object->members[i];
		if (member_is(&copy, key, hash)) {
			if (member == NULL)
				continue;
			copy.value = *member;
			member = NULL;
		}
		pq_object_put(made, &copy);
	}
	if (member != NULL)
		pq_object_put(made, &(struct pq_member){ .key = key,
							 .hash = hash,
							 .offset = PQ_OFFSET_NONE,
							 .value = *member });
	*result = pq_value_from_object(made);
	result->offset = offset;
	return true;
}

const struct pq_member *pq_value_find_member(const struct pq_value *value, struct pq_string key)
{
	if (value == NULL || value->kind != PQ_OBJECT || value->object->count == 0)
		return NULL;
	return pq_object_find(value->object, key, pq_hash(key));
}

const struct pq_value *pq_value_find(const struct pq_value *value, struct pq_string key)
{
	const struct pq_member *member = pq_value_find_member(value, key);
	return member == NULL ? NULL : &member->value;
}

const struct pq_member *pq_object_find_unlisted(const struct pq_object *object,
						const char *const *names)
{
	for (uint32_t i = 0; i < object->count; i++) {
		const struct pq_member *member = &object->members[i];
		const char *const *name = names;
		while (*name != NULL && !pq_string_is(member->key, *name))
			name++;
		if (*name == NULL)
			return member;
	}
	return NULL;
}

struct pq_string pq_value_find_string(const struct pq_value *value, struct pq_string key)
{
	const struct pq_value *found = pq_value_find(value, key);
	if (found == NULL || found->kind != PQ_STRING)
		return (struct pq_string){ 0 };
	return pq_value_string(found);
}

const struct pq_value *pq_value_find_path(const struct pq_value *value, size_t count, ...)
{
	va_list names;
	va_start(names, count);
	for (size_t i = 0; i < count && value != NULL; i++)
		value = pq_value_find(value, pq_string_from(va_arg(names, const char *)));
	va_end(names);
	return value;
}

const char *pq_kind_name(enum pq_kind kind)
{
	static const char *const names[] = {
		[PQ_NULL] = "null",     [PQ_BOOLEAN] = "boolean", [PQ_INTEGER] = "integer",
		[PQ_DOUBLE] = "number", [PQ_STRING] = "string",   [PQ_ARRAY] = "array",
		[PQ_OBJECT] = "object",
	};
	return names[kind];
}

void pq_source_locate(struct pq_string text, uint32_t offset, uint32_t *line, uint32_t *column)
{
	size_t end = offset < text.length ? offset : text.length;
	uint32_t lines = 1, characters = 1;
	for (size_t i = 0; i < end; i++) {
		if (text.data[i] == '\n') {
			lines++;
			characters = 1;
		} else if (((unsigned char)text.data[i] & 0xC0) != 0x80) {
			characters++;
		}
	}
	*line = lines;
	*column = characters;
}
