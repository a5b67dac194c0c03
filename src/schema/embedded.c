/* Embedded resources of an object, in the order in which schema/objectmeta/validation.go meets
 * them: a resource before those inside it. */
#include "schema/embedded.h"

struct visiting {
	pq_schema_visit_embedded *visit;
	void *context;
};

static bool visit_below(const struct visiting *visiting, const struct pq_node *node,
			const struct pq_value *value, const struct pq_path *path)
{
	if (node == NULL || (node->flags & PQ_NODE_EMBEDDED_BELOW) == 0)
		return true;
	if (value->kind == PQ_OBJECT) {
		if ((node->flags & PQ_NODE_EMBEDDED_RESOURCE) != 0 &&
		    !visiting->visit(value, path, visiting->context))
			return false;
		for (uint32_t i = 0; i < value->object->count; i++) {
			const struct pq_member *member = &value->object->members[i];
			const struct pq_node *property =
				pq_node_find_property(node, member->key, member->hash);
			struct pq_path step = property != NULL ? pq_path_property(path, member->key)
							       : pq_path_key(path, member->key);
			if (!visit_below(visiting, property != NULL ? property : node->additional,
					 &member->value, &step))
				return false;
		}
	} else if (value->kind == PQ_ARRAY) {
		for (uint32_t i = 0; i < value->length; i++) {
			struct pq_path step = pq_path_index(path, i);
			if (!visit_below(visiting, node->items, &value->items[i], &step))
				return false;
		}
	}
	return true;
}

bool pq_node_each_embedded(const struct pq_node *node, const struct pq_value *value,
			   const struct pq_path *path, pq_schema_visit_embedded *visit,
			   void *context)
{
	const struct visiting visiting = { .visit = visit, .context = context };
	return visit_below(&visiting, node, value, path);
}

bool pq_node_each_resource(const struct pq_node *node, bool is_root, const struct pq_value *value,
			   const struct pq_path *path, pq_schema_visit_embedded *visit,
			   void *context)
{
	bool is_first = is_root && (node->flags & PQ_NODE_EMBEDDED_RESOURCE) == 0 &&
			value->kind == PQ_OBJECT;
	return (!is_first || visit(value, path, context)) &&
	       pq_node_each_embedded(node, value, path, visit, context);
}

bool pq_schema_each_embedded(const struct pq_schema *schema, const struct pq_value *value,
			     pq_schema_visit_embedded *visit, void *context)
{
	return pq_node_each_embedded(schema->root, value, NULL, visit, context);
}

bool pq_schema_each_resource(const struct pq_schema *schema, const struct pq_value *value,
			     pq_schema_visit_embedded *visit, void *context)
{
	return pq_node_each_resource(schema->root, true, value, NULL, visit, context);
}
