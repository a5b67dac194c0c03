/* Types as kube-openapi's schemaconv (openapi.go, smd.go) makes them of a CRD's OpenAPI v3 schema,
 * in which apiextensions-apiserver has put ObjectMeta (controller/openapi/builder). */
#include "schema/merge_type.h"

#include "schema/resource.h"

static bool is_of_any_type(const struct merge_type *type)
{
	if (type->form != MERGE_NODE)
		return type->form != MERGE_FINALIZERS && type->form != MERGE_OWNERS;
	return type->node->types == 0 || (type->node->flags & PQ_NODE_INT_OR_STRING) != 0;
}

enum merge_atom merge_type_atom(const struct merge_type *type, const struct pq_value *value)
{
	if (!is_of_any_type(type)) {
		if (type->form != MERGE_NODE || type->node->types == 1 << PQ_ARRAY)
			return MERGE_LIST;
		return type->node->types == 1 << PQ_OBJECT ? MERGE_MAP : MERGE_SCALAR;
	}
	if (value->kind == PQ_OBJECT || value->kind == PQ_NULL)
		return MERGE_MAP;
	return value->kind == PQ_ARRAY ? MERGE_LIST : MERGE_SCALAR;
}

bool merge_type_is_atomic_map(const struct merge_type *type)
{
	return type->form == MERGE_OWNER || (type->form == MERGE_NODE && type->node->map_is_atomic);
}

enum pq_node_list_type merge_type_list(const struct merge_type *type)
{
	switch (type->form) {
	case MERGE_NODE:
		return (enum pq_node_list_type)type->node->list_type;
	case MERGE_FINALIZERS:
		return PQ_LIST_SET;
	case MERGE_OWNERS:
		return PQ_LIST_MAP;
	default:
		return PQ_LIST_ATOMIC;
	}
}

struct pq_string merge_type_key(const struct merge_type *type, size_t index)
{
	static const struct pq_string uid = PQ_LITERAL("uid");
	if (type->form == MERGE_OWNERS)
		return index == 0 ? uid : (struct pq_string){ 0 };
	const struct pq_node_extras *extras = type->node->extras;
	if (extras == NULL || index >= extras->list_map_key_count)
		return (struct pq_string){ 0 };
	return extras->list_map_keys[index].text;
}

const struct pq_value *merge_type_key_default(const struct merge_type *type, size_t index)
{
	if (type->form == MERGE_OWNERS || type->node->items == NULL)
		return NULL;
	const struct pq_node_name *key = &type->node->extras->list_map_keys[index];
	const struct pq_node *node = pq_node_find_property(type->node->items, key->text, key->hash);
	return node == NULL || node->extras == NULL ? NULL : node->extras->default_value;
}

static struct merge_type of_form(enum merge_form form)
{
	return (struct merge_type){ .form = form };
}

static struct merge_type of_node(const struct merge_type *parent, const struct pq_node *node)
{
	return (struct merge_type){
		.form = MERGE_NODE,
		.node = node,
		.is_resource = (node->flags & PQ_NODE_EMBEDDED_RESOURCE) != 0,
		.preserves = parent->preserves || (node->flags & PQ_NODE_PRESERVES_UNKNOWN) != 0,
	};
}

struct merge_type merge_type_root(const struct pq_schema *schema)
{
	const struct merge_type none = { .preserves = schema->kind == PQ_SCHEMA_OVERLAY };
	struct merge_type root = of_node(&none, schema->root);
	root.is_resource = true;
	return root;
}

static struct merge_type meta_member(struct pq_string name)
{
	if (pq_string_is(name, "finalizers"))
		return of_form(MERGE_FINALIZERS);
	return of_form(pq_string_is(name, "ownerReferences") ? MERGE_OWNERS : MERGE_DEDUCED);
}

/* What no property names. Where there are no properties at all, anything may be. */
static struct merge_type unnamed_member(const struct merge_type *type)
{
	const struct pq_node *node = type->node;
	bool has_properties =
		type->is_resource || (node->properties != NULL && node->properties->count > 0);
	if (node->additional != NULL)
		return of_node(type, node->additional);
	if ((node->flags & PQ_NODE_ADDITIONAL_REFUSED) != 0)
		return of_form(MERGE_UNDECLARED);
	bool is_free =
		(node->flags & PQ_NODE_ADDITIONAL_GIVEN) != 0 || type->preserves || !has_properties;
	return of_form(is_free ? MERGE_DEDUCED : MERGE_UNDECLARED);
}

struct merge_type merge_type_member(const struct merge_type *type, const struct pq_member *member)
{
	if (type->form == MERGE_OBJECT_META)
		return meta_member(member->key);
	if (type->form != MERGE_NODE)
		return of_form(MERGE_DEDUCED);
	if (type->is_resource && pq_string_is(member->key, "metadata"))
		return of_form(MERGE_OBJECT_META);
	if (type->is_resource && pq_is_type_meta(member->key))
		return of_form(MERGE_DEDUCED);
	const struct pq_node *node = pq_node_find_property(type->node, member->key, member->hash);
	return node != NULL ? of_node(type, node) : unnamed_member(type);
}

struct merge_type merge_type_item(const struct merge_type *type)
{
	if (type->form == MERGE_OWNERS)
		return of_form(MERGE_OWNER);
	if (type->form != MERGE_NODE || type->node->items == NULL)
		return of_form(MERGE_DEDUCED);
	return of_node(type, type->node->items);
}
