/* Copies of whole trees. */
#include "json/value.h"

#include "base/stack.h"

/* The children of one container, already copied shallowly, that still point into the original. */
struct copying {
	struct pq_value *items;    /* of an array, or NULL */
	struct pq_member *members; /* of an object, or NULL */
	uint32_t left;
};

static bool copy_string(struct pq_arena *arena, const char **bytes, size_t length)
{
	struct pq_string copy =
		pq_arena_copy(arena, (struct pq_string){ .data = *bytes, .length = length });
	*bytes = copy.data;
	return copy.data != NULL;
}

static bool copy_array(struct pq_arena *arena, struct pq_value *value, struct copying *children)
{
	struct pq_value *items = pq_arena_alloc_array(arena, value->length, sizeof *items);
	if (items == NULL)
		return false;
	if (value->length > 0)
		memcpy(items, value->items, value->length * sizeof *items);
	value->items = items;
	*children = (struct copying){ .items = items, .left = value->length };
	return true;
}

static bool copy_object(struct pq_arena *arena, struct pq_value *value, struct copying *children)
{
	const struct pq_object *from = value->object;
	struct pq_object *object = pq_object_new(arena, from->count);
	if (object == NULL)
		return false;
	for (uint32_t i = 0; i < from->count; i++) {
		struct pq_member member = from->members[i];
		if (!copy_string(arena, &member.key.data, member.key.length))
			return false;
		pq_object_put(object, &member);
	}
	value->object = object;
	*children = (struct copying){ .members = object->members, .left = object->count };
	return true;
}

/* Replaces what value points to by a copy; a container's children are left for later. */
static bool copy_shallowly(struct pq_arena *arena, struct pq_stack *open, struct pq_value *value)
{
	if (value->kind == PQ_STRING)
		return copy_string(arena, &value->bytes, value->length);
	if (!pq_value_is_container(value))
		return true;
	struct copying *children = pq_stack_push(open);
	if (children == NULL)
		return false;
	return value->kind == PQ_ARRAY ? copy_array(arena, value, children)
				       : copy_object(arena, value, children);
}

static bool copy(struct pq_arena *arena, const struct pq_value *value, bool keeps_offsets,
		 struct pq_value *result)
{
	pq_cleanup_stack struct pq_stack open;
	pq_stack_init(&open, sizeof(struct copying));
	struct pq_value root = *value;
	if (!keeps_offsets)
		root.offset = PQ_OFFSET_NONE;
	if (!copy_shallowly(arena, &open, &root))
		return false;
	while (open.count > 0) {
		struct copying *top = pq_stack_top(&open);
		if (top->left == 0) {
			pq_stack_cut(&open, open.count - 1);
			continue;
		}
		top->left--;
		struct pq_value *child = top->items != NULL ? &top->items[top->left]
							    : &top->members[top->left].value;
		if (!keeps_offsets)
			child->offset = PQ_OFFSET_NONE;
		if (!keeps_offsets && top->items == NULL)
			top->members[top->left].offset = PQ_OFFSET_NONE;
		if (!copy_shallowly(arena, &open, child))
			return false;
	}
	*result = root;
	return true;
}

bool pq_value_copy(struct pq_arena *arena, const struct pq_value *value, struct pq_value *result)
{
	return copy(arena, value, true, result);
}

bool pq_value_copy_without_offsets(struct pq_arena *arena, const struct pq_value *value,
				   struct pq_value *result)
{
	return copy(arena, value, false, result);
}
