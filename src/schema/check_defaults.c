/*
 * Defaults (schema/defaulting/validation.go): each has only fields that its schema knows and is
 * valid by it. Those below additionalProperties are not followed, as the API server does not.
 *
 * The metadata inside embedded resources is the registry's to judge.
 */
#include "schema/check.h"

#include "schema/compile.h"
#include "schema/prune.h"
#include "schema/validation.h"

struct default_check {
	const struct pq_check *check;
	bool is_root;
	bool in_metadata; /* of a resource: fields nobody knows are dropped there silently */
};

static void check_node(struct default_check around, const struct pq_node *node,
		       const struct pq_source *source, const struct pq_path *path);

static void check_pruned(const struct pq_check *check, const struct pq_node *node,
			 const struct pq_value *value, const struct pq_path *path)
{
	struct pq_findings unknown;
	struct pq_value pruned;
	bool is_resource = (node->flags & PQ_NODE_EMBEDDED_RESOURCE) != 0;
	pq_findings_init(&unknown, check->arena, 0);
	if (!pq_node_prune(node, is_resource, check->arena, value, &unknown, &pruned)) {
		check->findings->dropped++;
		return;
	}
	if (!pq_value_equal(&pruned, value))
		pq_check_add_value(check, PQ_FINDING_INVALID, path, value, value,
				   "must not have unknown fields");
}

static void check_default(struct default_check around, const struct pq_node *node,
			  const struct pq_value *value, const struct pq_path *path)
{
	const struct pq_check *check = around.check;
	if (!around.in_metadata && check->kind == PQ_SCHEMA_RESOURCE)
		check_pruned(check, node, value, path);
	if (!pq_node_validate(node, check->arena, value, path, check->findings))
		check->findings->dropped++;
}

static void check_properties(struct default_check around, const struct pq_node *node,
			     const struct pq_source *source, const struct pq_path *path)
{
	struct pq_path keyword = pq_path_property(path, PQ_S("properties"));
	for (uint32_t i = 0; i < source->properties.count; i++) {
		const struct pq_source_member *member = &source->properties.items[i];
		struct pq_path step = pq_path_key(&keyword, member->name);
		struct default_check below = around;
		below.is_root = false;
		if ((around.is_root || (node->flags & PQ_NODE_EMBEDDED_RESOURCE) != 0) &&
		    (pq_string_is(member->name, "metadata") ||
		     pq_string_is(member->name, "apiVersion") ||
		     pq_string_is(member->name, "kind")))
			below.in_metadata = true;
		check_node(below, node->properties->items[i].node, member->schema, &step);
	}
}

static void check_node(struct default_check around, const struct pq_node *node,
		       const struct pq_source *source, const struct pq_path *path)
{
	if ((node->flags & PQ_NODE_EMBEDDED_RESOURCE) != 0)
		around.in_metadata = false;
	if (source->default_value != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("default"));
		check_default(around, node, source->default_value, &step);
	}
	if (source->items != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("items"));
		struct default_check below = around;
		below.is_root = false;
		check_node(below, node->items, source->items, &step);
	}
	check_properties(around, node, source, path);
}

void pq_check_defaults(const struct pq_check *check, const struct pq_source *source,
		       const struct pq_path *path)
{
	struct pq_error error;
	const struct pq_schema *schema =
		pq_source_compile(source, check->kind, PQ_COMPILE_DEFAULTS, &error);
	/* What does not compile is told by the checks of keywords. */
	if (schema == NULL)
		return;
	struct default_check around = {
		.check = check,
		.is_root = check->kind == PQ_SCHEMA_RESOURCE,
	};
	check_node(around, schema->root, source, path);
	pq_schema_unref(schema);
}
