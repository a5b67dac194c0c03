/*
 * Defaulting (pkg/apiserver/schema/defaulting): what is absent, or null where null may not be, is
 * given its default; nothing is created inside a parent that is absent and has none.
 *
 * A default inserted is complete already (compile_default.c), so that each insertion is one
 * operation.
 */
#include "schema/defaulting.h"

#include "json/pointer.h"

static bool append(struct pq_patch *patch, enum pq_patch_verb verb, const struct pq_path *path,
		   const struct pq_value *value)
{
	struct pq_string pointer = pq_json_pointer_from_path(patch->arena, path);
	if (pointer.data == NULL)
		return false;
	pq_patch_append(patch, (struct pq_patch_operation){
				       .verb = verb,
				       .path = pointer,
				       .value = *value,
			       });
	return !patch->failed;
}

static bool default_value(const struct pq_node *node, const struct pq_value *value,
			  const struct pq_path *path, struct pq_patch *patch);

/* A value that is there: replaced when it is a null that may not be one. */
static bool default_present(const struct pq_node *node, const struct pq_value *value,
			    const struct pq_path *path, struct pq_patch *patch)
{
	if (value->kind == PQ_NULL && (node->flags & PQ_NODE_NULLABLE) == 0) {
		const struct pq_value *complete = pq_node_default(node);
		return complete == NULL || append(patch, PQ_PATCH_REPLACE, path, complete);
	}
	return default_value(node, value, path, patch);
}

static bool default_object(const struct pq_node *node, const struct pq_value *value,
			   const struct pq_path *path, struct pq_patch *patch)
{
	const struct pq_object *object = value->object;
	for (uint32_t i = 0; i < object->count; i++) {
		const struct pq_member *member = &object->members[i];
		if (pq_value_is_plain(&member->value))
			continue;
		const struct pq_node *below = pq_node_find_member(node, member);
		if (below == NULL)
			continue;
		struct pq_path step = pq_path_property(path, member->key);
		if (!default_present(below, &member->value, &step, patch))
			return false;
	}
	const struct pq_node_properties *properties = node->properties;
	for (uint32_t i = 0; properties != NULL && i < properties->count; i++) {
		const struct pq_node_property *property = &properties->items[i];
		const struct pq_value *complete = pq_node_default(property->node);
		if (complete == NULL ||
		    pq_object_find(object, property->name.text, property->name.hash) != NULL)
			continue;
		struct pq_path step = pq_path_property(path, property->name.text);
		if (!append(patch, PQ_PATCH_ADD, &step, complete))
			return false;
	}
	return true;
}

static bool default_value(const struct pq_node *node, const struct pq_value *value,
			  const struct pq_path *path, struct pq_patch *patch)
{
	if ((node->flags & PQ_NODE_DEFAULTS_BELOW) == 0)
		return true;
	if (value->kind == PQ_OBJECT)
		return default_object(node, value, path, patch);
	if (value->kind != PQ_ARRAY || node->items == NULL)
		return true;
	for (uint32_t i = 0; i < value->length; i++) {
		struct pq_path step = pq_path_index(path, i);
		if (!default_present(node->items, &value->items[i], &step, patch))
			return false;
	}
	return true;
}

bool pq_node_append_defaults(const struct pq_node *node, const struct pq_value *value,
			     struct pq_patch *patch)
{
	return default_value(node, value, NULL, patch);
}

bool pq_schema_default(const struct pq_schema *schema, const struct pq_value *value,
		       struct pq_patch *patch)
{
	return pq_node_append_defaults(schema->root, value, patch);
}
