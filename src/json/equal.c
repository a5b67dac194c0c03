/* Equality of values, and the hash that agrees with it. */
#include "json/value.h"

#include "base/hash.h"
#include "base/stack.h"

/* Two containers of equal kind and size, half compared. */
struct comparison {
	const struct pq_value *a;
	const struct pq_value *b;
	uint32_t next;
};

static uint32_t child_count(const struct pq_value *value)
{
	return value->kind == PQ_ARRAY ? value->length : value->object->count;
}

static bool scalars_equal(const struct pq_value *a, const struct pq_value *b)
{
	switch ((enum pq_kind)a->kind) {
	case PQ_NULL:
		return true;
	case PQ_BOOLEAN:
		return a->boolean == b->boolean;
	case PQ_INTEGER:
		return a->integer == b->integer;
	case PQ_DOUBLE:
		return a->number == b->number;
	case PQ_STRING:
		return pq_string_equal(pq_value_string(a), pq_value_string(b));
	case PQ_ARRAY:
	case PQ_OBJECT:
		break;
	}
	return false;
}

static uint32_t hash_bytes(const void *bytes, size_t length)
{
	return pq_hash((struct pq_string){ .data = bytes, .length = length });
}

uint32_t pq_value_hash_scalar(const struct pq_value *value)
{
	double number;
	switch ((enum pq_kind)value->kind) {
	case PQ_BOOLEAN:
		return value->boolean ? 2 : 1;
	case PQ_INTEGER:
		return hash_bytes(&value->integer, sizeof value->integer);
	case PQ_DOUBLE:
		number = value->number == 0 ? 0 : value->number; /* -0 equals 0 */
		return hash_bytes(&number, sizeof number);
	case PQ_STRING:
		return pq_hash(pq_value_string(value));
	case PQ_NULL:
	case PQ_ARRAY:
	case PQ_OBJECT:
		break;
	}
	return 0;
}

/* Compares two values as far as that can be done at once and leaves the rest on the stack. */
static bool begin_comparison(struct pq_stack *open, const struct pq_value *a,
			     const struct pq_value *b)
{
	if (a->kind != b->kind)
		return false;
	if (!pq_value_is_container(a))
		return scalars_equal(a, b);
	if (child_count(a) != child_count(b))
		return false;
	if (child_count(a) == 0 || (a->kind == PQ_ARRAY && a->items == b->items) ||
	    (a->kind == PQ_OBJECT && a->object == b->object))
		return true;
	struct comparison *comparison = pq_stack_push(open);
	if (comparison == NULL)
		return false;
	*comparison = (struct comparison){ .a = a, .b = b };
	return true;
}

bool pq_value_equal(const struct pq_value *a, const struct pq_value *b)
{
	if (!pq_value_is_container(a))
		return a->kind == b->kind && scalars_equal(a, b);
	pq_cleanup_stack struct pq_stack open;
	pq_stack_init(&open, sizeof(struct comparison));
	if (!begin_comparison(&open, a, b))
		return false;
	while (open.count > 0) {
		struct comparison *top = pq_stack_top(&open);
		if (top->next == child_count(top->a)) {
			pq_stack_cut(&open, open.count - 1);
			continue;
		}
		uint32_t index = top->next++;
		const struct pq_value *left, *right;
		if (top->a->kind == PQ_ARRAY) {
			left = &top->a->items[index];
			right = &top->b->items[index];
		} else {
			const struct pq_member *member = &top->a->object->members[index];
			const struct pq_member *other =
				pq_object_find(top->b->object, member->key, member->hash);
			if (other == NULL)
				return false;
			left = &member->value;
			right = &other->value;
		}
		if (!begin_comparison(&open, left, right))
			return false;
	}
	return true;
}
