/*
 * Nulls that may not be (pkg/apiserver/schema/defaulting/prunenulls.go): members of objects go,
 * unless a default is going to take their place; items of arrays stay, for validation to name.
 */
#include "schema/node.h"
#include "schema/rebuild.h"

static bool drop_nulls(const struct pq_node *node, struct pq_arena *arena,
		       const struct pq_value *value, struct pq_value *result);

static bool is_unwanted_null(const struct pq_node *node, const struct pq_value *value)
{
	return value->kind == PQ_NULL && (node->flags & PQ_NODE_NULLABLE) == 0 &&
	       pq_node_default(node) == NULL;
}

static bool drop_in_object(const struct pq_node *node, struct pq_arena *arena,
			   const struct pq_value *value, struct pq_value *result)
{
	struct pq_rebuild rebuild;
	pq_rebuild_start(&rebuild, arena, value);
	for (uint32_t i = 0; i < value->object->count; i++) {
		const struct pq_member *member = &value->object->members[i];
		const struct pq_node *below = pq_value_is_plain(&member->value)
						      ? NULL /* nothing to do */
						      : pq_node_find_member(node, member);
		struct pq_value kept = member->value;
		if (below != NULL && is_unwanted_null(below, &member->value)) {
			if (!pq_rebuild_drop(&rebuild, i))
				return false;
			continue;
		}
		if (below != NULL && !drop_nulls(below, arena, &member->value, &kept))
			return false;
		if (!pq_rebuild_keep(&rebuild, i, &kept))
			return false;
	}
	return pq_rebuild_finish(&rebuild, result);
}

static bool drop_in_array(const struct pq_node *node, struct pq_arena *arena,
			  const struct pq_value *value, struct pq_value *result)
{
	struct pq_rebuild rebuild;
	pq_rebuild_start(&rebuild, arena, value);
	for (uint32_t i = 0; i < value->length; i++) {
		struct pq_value kept;
		if (!drop_nulls(node->items, arena, &value->items[i], &kept) ||
		    !pq_rebuild_keep(&rebuild, i, &kept))
			return false;
	}
	return pq_rebuild_finish(&rebuild, result);
}

static bool drop_nulls(const struct pq_node *node, struct pq_arena *arena,
		       const struct pq_value *value, struct pq_value *result)
{
	if (value->kind == PQ_OBJECT)
		return drop_in_object(node, arena, value, result);
	if (value->kind == PQ_ARRAY && node->items != NULL)
		return drop_in_array(node, arena, value, result);
	*result = *value;
	return true;
}

bool pq_schema_drop_nulls(const struct pq_schema *schema, struct pq_arena *arena,
			  const struct pq_value *value, struct pq_value *result)
{
	return drop_nulls(schema->root, arena, value, result);
}
