#include "json/draft.h"

#include "base/hash.h"
#include "base/stack.h"

#include <assert.h>
#include <stdlib.h>

struct pq_draft_owned {
	const void *container; /* items or object, or NULL: a free place */
	uint8_t kind;          /* an empty array elsewhere may have an object's address */
	size_t capacity;       /* children */
};

enum { OWNED_CAPACITY_MIN = 16, CHILDREN_MIN = 4 };

void pq_draft_init(struct pq_draft *draft, struct pq_arena *arena, const struct pq_value *document)
{
	*draft = (struct pq_draft){ .arena = arena, .root = *document };
}

void pq_draft_done(struct pq_draft *draft)
{
	free(draft->owned);
	draft->owned = NULL;
	draft->owned_count = draft->owned_capacity = 0;
}

void pq_draft_share(struct pq_draft *draft)
{
	if (draft->owned_count > 0)
		memset(draft->owned, 0, draft->owned_capacity * sizeof *draft->owned);
	draft->owned_count = 0;
}

/* The place of a container, or the free one where it belongs; there is always a free one. */
static struct pq_draft_owned *find_place(const struct pq_draft *draft, const void *container,
					 uint8_t kind)
{
	size_t mask = draft->owned_capacity - 1;
	struct pq_string bytes = { .data = (const char *)&container, .length = sizeof container };
	size_t at = pq_hash(bytes) & mask;
	while (draft->owned[at].container != NULL &&
	       (draft->owned[at].container != container || draft->owned[at].kind != kind))
		at = (at + 1) & mask;
	return &draft->owned[at];
}

static bool grow_owned(struct pq_draft *draft)
{
	struct pq_draft bigger = *draft;
	bigger.owned_capacity =
		draft->owned_capacity == 0 ? OWNED_CAPACITY_MIN : draft->owned_capacity * 2;
	bigger.owned = calloc(bigger.owned_capacity, sizeof *bigger.owned);
	if (bigger.owned == NULL)
		return false;
	for (size_t i = 0; i < draft->owned_capacity; i++) {
		const struct pq_draft_owned *old = &draft->owned[i];
		if (old->container != NULL)
			*find_place(&bigger, old->container, old->kind) = *old;
	}
	free(draft->owned);
	*draft = bigger;
	return true;
}

static bool remember(struct pq_draft *draft, const void *container, uint8_t kind, size_t capacity)
{
	if (2 * (draft->owned_count + 1) > draft->owned_capacity && !grow_owned(draft))
		return false;
	struct pq_draft_owned *place = find_place(draft, container, kind);
	draft->owned_count += place->container == NULL;
	*place = (struct pq_draft_owned){ .container = container,
					  .kind = kind,
					  .capacity = capacity };
	return true;
}

/* How many children fit into a container in place: 0 when it is not owned. */
static size_t capacity_of(const struct pq_draft *draft, const void *container, uint8_t kind)
{
	if (draft->owned_count == 0)
		return 0;
	const struct pq_draft_owned *place = find_place(draft, container, kind);
	return place->container == NULL ? 0 : place->capacity;
}

static size_t capacity_for(size_t count, size_t extra)
{
	size_t wanted = count + extra;
	if (extra > 0 && wanted < count + count / 2)
		wanted = count + count / 2;
	return wanted < CHILDREN_MIN ? CHILDREN_MIN : wanted;
}

static bool own_array(struct pq_draft *draft, struct pq_value *array, size_t extra)
{
	size_t count = array->length;
	if (capacity_of(draft, array->items, PQ_ARRAY) >= count + extra + (count + extra == 0))
		return true;
	size_t capacity = capacity_for(count, extra);
	/* The item in front keeps the address apart from that of any empty array. */
	struct pq_value *items = pq_arena_alloc_array(draft->arena, capacity + 1, sizeof *items);
	if (items == NULL || !remember(draft, ++items, PQ_ARRAY, capacity))
		return false;
	if (count > 0)
		memcpy(items, array->items, count * sizeof *items);
	array->items = items;
	return true;
}

static bool own_object(struct pq_draft *draft, struct pq_value *value, size_t extra)
{
	const struct pq_object *from = value->object;
	if (capacity_of(draft, from, PQ_OBJECT) >= from->count + extra + (from->count + extra == 0))
		return true;
	size_t capacity = capacity_for(from->count, extra);
	struct pq_object *object = pq_object_new(draft->arena, capacity);
	if (object == NULL || !remember(draft, object, PQ_OBJECT, capacity))
		return false;
	for (uint32_t i = 0; i < from->count; i++) {
		if (from->members[i].value.kind != PQ_MEMBER_GAP)
			pq_object_put(object, &from->members[i]);
	}
	value->object = object;
	return true;
}

bool pq_draft_own(struct pq_draft *draft, struct pq_value *value, size_t extra)
{
	return value->kind == PQ_ARRAY ? own_array(draft, value, extra)
				       : own_object(draft, value, extra);
}

void pq_draft_put(struct pq_value *object, struct pq_string key, const struct pq_value *value)
{
	struct pq_member member = {
		.key = key,
		.hash = pq_hash(key),
		.offset = PQ_OFFSET_NONE,
		.value = *value,
	};
	pq_object_put((struct pq_object *)object->object, &member);
}

bool pq_draft_remove(struct pq_draft *draft, struct pq_value *object, struct pq_string key)
{
	draft->has_gaps = true;
	return pq_object_remove((struct pq_object *)object->object, key);
}

void pq_draft_insert_item(struct pq_value *array, size_t index, const struct pq_value *value)
{
	struct pq_value *items = (struct pq_value *)array->items;
	assert(index <= array->length);
	memmove(items + index + 1, items + index, (array->length - index) * sizeof *items);
	items[index] = *value;
	array->length++;
}

void pq_draft_remove_item(struct pq_value *array, size_t index)
{
	struct pq_value *items = (struct pq_value *)array->items;
	assert(index < array->length);
	array->length--;
	memmove(items + index, items + index + 1, (array->length - index) * sizeof *items);
}

struct pq_value *pq_draft_find(struct pq_value *object, struct pq_string key)
{
	return (struct pq_value *)pq_value_find(object, key);
}

struct pq_value *pq_draft_item(struct pq_value *array, size_t index)
{
	return (struct pq_value *)&array->items[index];
}

static bool push(struct pq_stack *stack, const struct pq_value *value)
{
	if (!pq_value_is_container(value))
		return true;
	const struct pq_value **place = pq_stack_push(stack);
	if (place != NULL)
		*place = value;
	return place != NULL;
}

/* Only containers of the draft's own can have gaps. */
static bool settle_one(struct pq_stack *stack, const struct pq_value *value)
{
	bool fine = true;
	for (uint32_t i = 0; fine && value->kind == PQ_ARRAY && i < value->length; i++)
		fine = push(stack, &value->items[i]);
	if (value->kind == PQ_ARRAY)
		return fine;
	pq_object_close_gaps((struct pq_object *)value->object);
	for (uint32_t i = 0; fine && i < value->object->count; i++)
		fine = push(stack, &value->object->members[i].value);
	return fine;
}

bool pq_draft_settle(const struct pq_draft *draft, const struct pq_value *value)
{
	struct pq_stack stack;
	if (!draft->has_gaps)
		return true;
	pq_stack_init(&stack, sizeof(const struct pq_value *));
	bool fine = push(&stack, value);
	while (fine && stack.count > 0) {
		const struct pq_value *next = *(const struct pq_value **)pq_stack_top(&stack);
		pq_stack_cut(&stack, stack.count - 1);
		fine = settle_one(&stack, next);
	}
	pq_stack_done(&stack);
	return fine;
}
