/*
 * Whether an object is already as pruning, the dropping of nulls and defaulting would leave it
 * (prune.c, nulls.c, defaulting.c), told by one walk with one look for each member: what an API
 * server sends has been through all three.
 *
 * Where it would take more than that to know, the answer is no: the three then find that there is
 * nothing to do.
 */
#include "schema/prune.h"

#include "schema/resource.h"

static bool is_settled(const struct pq_node *node, unsigned treatment,
		       const struct pq_value *value);

/* What a schema knows nothing about, but that it may be there: objects in it lose their members. */
static bool is_without_members(const struct pq_value *value)
{
	if (value->kind == PQ_OBJECT)
		return value->object->count == 0;
	for (uint32_t i = 0; value->kind == PQ_ARRAY && i < value->length; i++) {
		if (pq_value_is_container(&value->items[i]))
			return false;
	}
	return true;
}

/* Only a null that may be one stays in every place. */
static bool is_settled_below(const struct pq_node *node, unsigned treatment,
			     const struct pq_value *value)
{
	if (node == NULL)
		return (treatment & PQ_PRUNE_NOTHING) != 0 || is_without_members(value);
	if (value->kind == PQ_NULL)
		return (node->flags & PQ_NODE_NULLABLE) != 0;
	return is_settled(node, treatment, value);
}

static bool has_defaults(const struct pq_node *node, const struct pq_object *object)
{
	const struct pq_node_properties *properties = node->properties;
	if (properties == NULL || (node->flags & PQ_NODE_DEFAULTS_BELOW) == 0)
		return true;
	for (uint32_t i = 0; i < properties->count; i++) {
		const struct pq_node_property *property = &properties->items[i];
		if (pq_node_default(property->node) != NULL &&
		    pq_object_find(object, property->name.text, property->name.hash) == NULL)
			return false;
	}
	return true;
}

static bool is_settled_member(const struct pq_node *node, unsigned treatment,
			      const struct pq_member *member)
{
	const struct pq_node *property = pq_node_find_property(node, member->key, member->hash);
	bool known = property != NULL || (node->flags & PQ_NODE_ADDITIONAL_GIVEN) != 0;
	unsigned below = treatment & PQ_PRUNE_NOTHING;
	if ((treatment & PQ_PRUNE_AS_RESOURCE) != 0 && pq_is_type_or_object_meta(member->key))
		below = PQ_PRUNE_NOTHING;
	else if (!known)
		return (treatment & (PQ_PRUNE_NOTHING | PQ_PRUNE_PRESERVING)) != 0;
	return pq_value_is_plain(&member->value) ||
	       is_settled_below(property != NULL ? property : node->additional, below,
				&member->value);
}

static bool is_settled_object(const struct pq_node *node, unsigned treatment,
			      const struct pq_object *object)
{
	for (uint32_t i = 0; i < object->count; i++) {
		if (!is_settled_member(node, treatment, &object->members[i]))
			return false;
	}
	return has_defaults(node, object);
}

static bool is_settled_array(const struct pq_node *node, unsigned treatment,
			     const struct pq_value *array)
{
	treatment &= PQ_PRUNE_PRESERVING | PQ_PRUNE_NOTHING;
	if (treatment != 0 && node->items == NULL)
		return true;
	for (uint32_t i = 0; i < array->length; i++) {
		if (!is_settled_below(node->items, treatment, &array->items[i]))
			return false;
	}
	return true;
}

static bool is_settled(const struct pq_node *node, unsigned treatment, const struct pq_value *value)
{
	treatment = pq_prune_treatment(node, treatment);
	if (value->kind == PQ_OBJECT)
		return is_settled_object(node, treatment, value->object);
	return value->kind != PQ_ARRAY || is_settled_array(node, treatment, value);
}

bool pq_schema_is_settled(const struct pq_schema *schema, const struct pq_value *value)
{
	bool prunes = schema->kind != PQ_SCHEMA_OVERLAY;
	return is_settled(schema->root, prunes ? PQ_PRUNE_AS_RESOURCE : PQ_PRUNE_NOTHING, value);
}
