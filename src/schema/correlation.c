#include "schema/correlation.h"

#include "base/hash.h"

bool pq_correlation_find_member(const struct pq_correlation *correlation,
				const struct pq_member *member, struct pq_correlation *below)
{
	if (correlation->old->kind != PQ_OBJECT)
		return false;
	const struct pq_node *node = pq_node_find_member(correlation->node, member);
	const struct pq_member *old =
		pq_object_find(correlation->old->object, member->key, member->hash);
	if (old == NULL || (node == NULL && !correlation->any_field))
		return false;
	*below = (struct pq_correlation){
		.node = node,
		.value = &member->value,
		.old = &old->value,
		.any_field = correlation->any_field,
	};
	return true;
}

void pq_correlation_list_start(struct pq_correlation_list *list, struct pq_arena *arena,
			       const struct pq_correlation *correlation)
{
	*list = (struct pq_correlation_list){ .correlation = correlation };
	const struct pq_node *node = correlation->node;
	if (correlation->value->kind != PQ_ARRAY || correlation->old->kind != PQ_ARRAY ||
	    node->items == NULL || node->list_type != PQ_LIST_MAP || node->types != 1 << PQ_ARRAY)
		return;
	list->is_map = true;
	list->has_index = pq_list_index_build(&list->index, arena, node, correlation->old);
}

bool pq_correlation_list_find(const struct pq_correlation_list *list, uint32_t index,
			      struct pq_correlation *below)
{
	if (!list->has_index)
		return false;
	const struct pq_correlation *correlation = list->correlation;
	const struct pq_value *item = &correlation->value->items[index];
	const struct pq_value *old = pq_list_index_find(&list->index, item);
	if (old == NULL)
		return false;
	*below = (struct pq_correlation){
		.node = correlation->node->items,
		.value = item,
		.old = old,
		.any_field = correlation->any_field,
	};
	return true;
}

static bool is_unchanged_object(struct pq_arena *arena, const struct pq_correlation *correlation)
{
	const struct pq_object *object = correlation->value->object;
	if (object->count != correlation->old->object->count)
		return false;
	for (uint32_t i = 0; i < object->count; i++) {
		struct pq_correlation below;
		if (!pq_correlation_find_member(correlation, &object->members[i], &below) ||
		    !pq_correlation_is_unchanged(arena, &below))
			return false;
	}
	return true;
}

static bool is_unchanged_array(struct pq_arena *arena, const struct pq_correlation *correlation)
{
	if (correlation->value->length != correlation->old->length)
		return false;
	struct pq_correlation_list list;
	pq_correlation_list_start(&list, arena, correlation);
	if (!list.is_map)
		return pq_value_equal(correlation->value, correlation->old);
	for (uint32_t i = 0; i < correlation->value->length; i++) {
		struct pq_correlation below;
		if (!pq_correlation_list_find(&list, i, &below) ||
		    !pq_correlation_is_unchanged(arena, &below))
			return false;
	}
	return true;
}

bool pq_correlation_is_unchanged(struct pq_arena *arena, const struct pq_correlation *correlation)
{
	const struct pq_value *value = correlation->value, *old = correlation->old;
	if (value->kind != old->kind)
		return false;
	if (correlation->node != NULL && value->kind == PQ_OBJECT)
		return is_unchanged_object(arena, correlation);
	if (correlation->node != NULL && value->kind == PQ_ARRAY)
		return is_unchanged_array(arena, correlation);
	return pq_value_equal(value, old);
}
