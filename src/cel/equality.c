#include "cel/equality.h"

#include "cel/container.h"
#include "cel/data.h"
#include "cel/evaluate.h"
#include "cel/item_index.h"
#include "cel/number.h"
#include "cel/opaque.h"

#include <math.h>

static enum pq_cel_relation relation_of(bool equal)
{
	return equal ? PQ_CEL_EQUAL : PQ_CEL_UNEQUAL;
}

static enum pq_cel_relation fail(struct pq_cel_comparison *comparison, struct pq_cel_value error)
{
	comparison->error = error;
	return PQ_CEL_INCOMPARABLE;
}

static enum pq_cel_relation fail_overload(struct pq_cel_comparison *comparison,
					  const struct pq_cel_value *other)
{
	return fail(comparison, pq_cel_no_such_overload(other));
}

/* Ends the evaluation: functions on lists take what cannot be compared for unequal. */
static enum pq_cel_relation give_up(struct pq_cel_comparison *comparison, struct pq_cel_value error)
{
	pq_cel_end_run(comparison->run, error);
	return fail(comparison, comparison->run->end);
}

static bool numbers_equal(const struct pq_cel_value *a, const struct pq_cel_value *b)
{
	if (!pq_cel_is_number(b))
		return false;
	if ((a->kind == PQ_CEL_DOUBLE && isnan(a->number)) ||
	    (b->kind == PQ_CEL_DOUBLE && isnan(b->number)))
		return false;
	return pq_cel_number_compare(a, b) == 0;
}

/* Lists and maps of cel-go's own pass over parts that cannot be compared. */
static bool ends_plain(const struct pq_cel_comparison *comparison, enum pq_cel_relation relation)
{
	return relation == PQ_CEL_UNEQUAL || comparison->run->is_over ||
	       (relation == PQ_CEL_INCOMPARABLE && comparison->error.form == PQ_CEL_FATAL);
}

static enum pq_cel_relation plain_lists_equal(struct pq_cel_comparison *comparison,
					      const struct pq_cel_value *a,
					      const struct pq_cel_value *b)
{
	uint32_t count = pq_cel_list_size(a);
	if (b->kind != PQ_CEL_LIST_VALUE || count != pq_cel_list_size(b))
		return PQ_CEL_UNEQUAL;
	for (uint32_t i = 0; i < count; i++) {
		struct pq_cel_value item_a, item_b;
		pq_cel_list_get(comparison->run->arena, a, i, &item_a);
		pq_cel_list_get(comparison->run->arena, b, i, &item_b);
		enum pq_cel_relation relation = pq_cel_compare_equal(comparison, &item_a, &item_b);
		if (ends_plain(comparison, relation))
			return relation;
	}
	return PQ_CEL_EQUAL;
}

static enum pq_cel_relation items_equal(struct pq_cel_comparison *comparison,
					const struct pq_cel_value *a, const struct pq_cel_value *b)
{
	for (uint32_t i = 0; i < pq_cel_list_size(a); i++) {
		struct pq_cel_value item_a, item_b;
		pq_cel_list_get(comparison->run->arena, a, i, &item_a);
		pq_cel_list_get(comparison->run->arena, b, i, &item_b);
		enum pq_cel_relation relation = pq_cel_ask_equal(comparison, &item_a, &item_b);
		if (relation != PQ_CEL_EQUAL)
			return relation;
	}
	return PQ_CEL_EQUAL;
}

/* Every item of b is in a, by value in a set, by keys and then by value in a list of type map. */
static enum pq_cel_relation items_match(struct pq_cel_comparison *comparison,
					const struct pq_cel_value *a, const struct pq_cel_value *b)
{
	struct pq_cel_item_index index;
	if (!pq_cel_item_index_init(&index, comparison->run->arena, a->declaration,
				    pq_cel_list_size(a)))
		return fail(comparison, pq_cel_out_of_memory());
	if (!pq_cel_item_index_add_all(&index, a))
		return fail(comparison, index.problem);
	for (uint32_t i = 0; i < pq_cel_list_size(b); i++) {
		struct pq_cel_value item_a, item_b;
		pq_cel_list_get(comparison->run->arena, b, i, &item_b);
		uint32_t place = pq_cel_item_index_find(&index, &item_b);
		if (pq_cel_is_error(&index.problem))
			return fail(comparison, index.problem);
		if (place == UINT32_MAX)
			return PQ_CEL_UNEQUAL;
		if (a->declaration->list_semantics == PQ_CEL_LIST_AS_SET)
			continue;
		pq_cel_list_get(comparison->run->arena, a, place, &item_a);
		enum pq_cel_relation relation = pq_cel_ask_equal(comparison, &item_a, &item_b);
		if (relation != PQ_CEL_EQUAL)
			return relation;
	}
	return PQ_CEL_EQUAL;
}

static enum pq_cel_relation lists_equal(struct pq_cel_comparison *comparison,
					const struct pq_cel_value *a, const struct pq_cel_value *b)
{
	if (pq_cel_list_is_plain(a))
		return plain_lists_equal(comparison, a, b);
	if (b->kind != PQ_CEL_LIST_VALUE)
		return fail_overload(comparison, b);
	if (pq_cel_list_size(a) != pq_cel_list_size(b))
		return PQ_CEL_UNEQUAL;
	return a->declaration->list_semantics == PQ_CEL_LIST_PLAIN ? items_equal(comparison, a, b)
								   : items_match(comparison, a, b);
}

static enum pq_cel_relation plain_maps_equal(struct pq_cel_comparison *comparison,
					     const struct pq_cel_value *a,
					     const struct pq_cel_value *b)
{
	struct pq_cel_value key, value_a, value_b;
	if (!pq_cel_is_map(b) || pq_cel_map_size(a) != pq_cel_map_size(b))
		return PQ_CEL_UNEQUAL;
	for (uint32_t i = 0; pq_cel_map_next(comparison->run->arena, a, &i, &key, &value_a);) {
		if (!pq_cel_map_find(comparison->run->arena, b, &key, &value_b))
			return PQ_CEL_UNEQUAL;
		enum pq_cel_relation relation =
			pq_cel_compare_equal(comparison, &value_a, &value_b);
		if (ends_plain(comparison, relation))
			return relation;
	}
	return PQ_CEL_EQUAL;
}

/* A member of an object whose schema does not know it: data against data. One that the other
 * object lacks counts as equal, as the API server has it. */
static enum pq_cel_relation unknown_members_equal(struct pq_cel_comparison *comparison,
						  const struct pq_member *member,
						  const struct pq_cel_value *b)
{
	if (b->form != PQ_CEL_OF_DATA || b->declaration->kind == PQ_CEL_DECLARED_ANY)
		return fail_overload(comparison, b);
	const struct pq_value *other = pq_value_find(b->data, member->key);
	return relation_of(other == NULL || pq_value_equal(&member->value, other));
}

static enum pq_cel_relation members_equal(struct pq_cel_comparison *comparison,
					  const struct pq_cel_value *a,
					  const struct pq_member *member,
					  const struct pq_cel_value *b)
{
	struct pq_cel_value value_a, value_b, key = pq_cel_from_string(member->key);
	bool found_a = true;
	if (a->kind != PQ_CEL_OBJECT_VALUE)
		pq_cel_adapt(comparison->run->arena, &member->value, a->declaration->element,
			     &value_a);
	else if (pq_cel_find_field_by_key(a->declaration, member->key) == NULL)
		return unknown_members_equal(comparison, member, b);
	else /* The key is taken for a name: "__x__", which stands for nothing, is not found. */
		found_a = pq_cel_map_find(comparison->run->arena, a, &key, &value_a);
	if (found_a != pq_cel_map_find(comparison->run->arena, b, &key, &value_b))
		return PQ_CEL_UNEQUAL;
	return found_a ? pq_cel_ask_equal(comparison, &value_a, &value_b) : PQ_CEL_EQUAL;
}

static enum pq_cel_relation maps_equal(struct pq_cel_comparison *comparison,
				       const struct pq_cel_value *a, const struct pq_cel_value *b)
{
	if (pq_cel_map_is_plain(a))
		return plain_maps_equal(comparison, a, b);
	if (!pq_cel_is_map(b))
		return fail_overload(comparison, b);
	if (pq_cel_map_size(a) != pq_cel_map_size(b))
		return PQ_CEL_UNEQUAL;
	const struct pq_object *object = a->data->object;
	for (uint32_t i = 0; i < object->count; i++) {
		enum pq_cel_relation relation =
			members_equal(comparison, a, &object->members[i], b);
		if (relation != PQ_CEL_EQUAL)
			return relation;
	}
	return PQ_CEL_EQUAL;
}

static enum pq_cel_relation containers_equal(struct pq_cel_comparison *comparison,
					     const struct pq_cel_value *a,
					     const struct pq_cel_value *b)
{
	if (comparison->depth >= PQ_CEL_EQUALITY_DEPTH_MAX)
		return give_up(comparison, pq_cel_from_fatal("values nest too deeply to compare"));
	comparison->depth++;
	enum pq_cel_relation relation = a->kind == PQ_CEL_LIST_VALUE ? lists_equal(comparison, a, b)
								     : maps_equal(comparison, a, b);
	comparison->depth--;
	return relation;
}

static enum pq_cel_relation optionals_equal(struct pq_cel_comparison *comparison,
					    const struct pq_cel_value *a,
					    const struct pq_cel_value *b)
{
	if (b->kind != PQ_CEL_OPTIONAL)
		return PQ_CEL_UNEQUAL;
	if (a->present == NULL || b->present == NULL)
		return relation_of(a->present == b->present);
	return pq_cel_ask_equal(comparison, a->present, b->present);
}

static enum pq_cel_relation opaques_equal(struct pq_cel_comparison *comparison,
					  const struct pq_cel_value *a,
					  const struct pq_cel_value *b)
{
	struct pq_value data;
	if (a->opaque_type == &pq_cel_kind_unseen.type && pq_cel_to_data(b, &data))
		return relation_of(pq_value_equal(a->opaque, &data));
	if (b->kind != PQ_CEL_OPAQUE_VALUE || a->opaque_type != b->opaque_type ||
	    b->form == PQ_CEL_BY_POINTER)
		return pq_cel_opaque_kind(a)->differs_from_others && !pq_cel_is_error(b)
			       ? PQ_CEL_UNEQUAL
			       : fail_overload(comparison, b);
	return relation_of(pq_cel_opaque_kind(a)->equal(a->opaque, b->opaque));
}

static enum pq_cel_relation texts_equal(struct pq_cel_comparison *comparison,
					const struct pq_cel_value *a, const struct pq_cel_value *b)
{
	bool same = a->kind == b->kind && pq_cel_have_equal_bytes(comparison->run, a, b);
	if (comparison->run->is_over)
		return fail(comparison, comparison->run->end);
	return relation_of(same);
}

enum pq_cel_relation pq_cel_ask_equal(struct pq_cel_comparison *comparison,
				      const struct pq_cel_value *a, const struct pq_cel_value *b)
{
	if (!pq_cel_take_steps(comparison->run, 1))
		return fail(comparison, comparison->run->end);
	switch (a->kind) {
	case PQ_CEL_NULL:
		return relation_of(b->kind == PQ_CEL_NULL);
	case PQ_CEL_BOOL:
		return relation_of(b->kind == PQ_CEL_BOOL && a->boolean == b->boolean);
	case PQ_CEL_INT:
	case PQ_CEL_UINT:
	case PQ_CEL_DOUBLE:
		return relation_of(numbers_equal(a, b));
	case PQ_CEL_STRING:
	case PQ_CEL_BYTES:
		return texts_equal(comparison, a, b);
	case PQ_CEL_TIMESTAMP:
		return relation_of(b->kind == PQ_CEL_TIMESTAMP && a->integer == b->integer &&
				   a->nanoseconds == b->nanoseconds);
	case PQ_CEL_DURATION:
		return relation_of(b->kind == PQ_CEL_DURATION && a->integer == b->integer);
	case PQ_CEL_TYPE_VALUE:
		return relation_of(b->kind == PQ_CEL_TYPE_VALUE &&
				   pq_string_equal(a->type_value->name, b->type_value->name));
	case PQ_CEL_OPTIONAL:
		return optionals_equal(comparison, a, b);
	case PQ_CEL_OPAQUE_VALUE:
		return opaques_equal(comparison, a, b);
	case PQ_CEL_ERROR:
		return fail(comparison, *a);
	default:
		return containers_equal(comparison, a, b);
	}
}

enum pq_cel_relation pq_cel_compare_equal(struct pq_cel_comparison *comparison,
					  const struct pq_cel_value *a,
					  const struct pq_cel_value *b)
{
	if (a->kind == PQ_CEL_NULL || b->kind == PQ_CEL_NULL)
		return relation_of(a->kind == b->kind);
	return pq_cel_ask_equal(comparison, a, b);
}
