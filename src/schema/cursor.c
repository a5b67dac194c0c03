#include "schema/cursor.h"

#include "base/hash.h"
#include "schema/node.h"

const struct pq_node *pq_schema_root(const struct pq_schema *schema)
{
	return schema->root;
}

const struct pq_node *pq_schema_member(const struct pq_node *node, struct pq_string name)
{
	if (node == NULL)
		return NULL;
	const struct pq_node *found = pq_node_find_property(node, name, pq_hash(name));
	return found != NULL ? found : node->additional;
}

const struct pq_node *pq_schema_item(const struct pq_node *node)
{
	return node == NULL ? NULL : node->items;
}

const struct pq_node *pq_schema_each(const struct pq_node *node)
{
	return node == NULL || node->items != NULL ? pq_schema_item(node) : node->additional;
}

bool pq_schema_is_open(const struct pq_node *node)
{
	return node == NULL || (node->flags & PQ_NODE_PRESERVES_UNKNOWN) != 0 ||
	       ((node->flags & PQ_NODE_ADDITIONAL_GIVEN) != 0 && node->additional == NULL &&
		(node->flags & PQ_NODE_ADDITIONAL_REFUSED) == 0);
}

struct pq_string pq_schema_list_key(const struct pq_node *node, size_t index)
{
	if (node == NULL || node->list_type != PQ_LIST_MAP || node->extras == NULL ||
	    index >= node->extras->list_map_key_count)
		return (struct pq_string){ 0 };
	return node->extras->list_map_keys[index].text;
}
