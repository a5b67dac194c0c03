/* The resources that the defaults of a schema are or hold: whoever accepts or serves the schema
 * passes them through their type, which is not known here. */
#include "schema/check.h"

#include "schema/compile.h"
#include "schema/embedded.h"
#include "schema/resource.h"

struct visiting {
	enum pq_schema_defaults which;
	pq_schema_visit_embedded *visit;
	void *context;
};

/* The defaults that are checked as resources: those outside of metadata. */
static void visit_defaults(const struct visiting *visiting, const struct pq_node *node,
			   const struct pq_source *source, bool is_root, const struct pq_path *path)
{
	bool is_resource = is_root || (node->flags & PQ_NODE_EMBEDDED_RESOURCE) != 0;
	if (source->default_value != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("default"));
		(void)pq_node_each_resource(node, is_root, source->default_value, &step,
					    visiting->visit, visiting->context);
	}
	if (source->items != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("items"));
		visit_defaults(visiting, node->items, source->items, false, &step);
	}
	if (source->additional_properties != NULL && visiting->which == PQ_DEFAULTS_ALL) {
		struct pq_path step = pq_path_property(path, PQ_S("additionalProperties"));
		visit_defaults(visiting, node->additional, source->additional_properties, false,
			       &step);
	}
	struct pq_path keyword = pq_path_property(path, PQ_S("properties"));
	for (uint32_t i = 0; i < source->properties.count; i++) {
		const struct pq_source_member *member = &source->properties.items[i];
		struct pq_path step = pq_path_key(&keyword, member->name);
		if (!is_resource || !pq_is_type_or_object_meta(member->name))
			visit_defaults(visiting, node->properties->items[i].node, member->schema,
				       false, &step);
	}
}

bool pq_schema_each_default_resource(const struct pq_value *value, enum pq_schema_defaults which,
				     const struct pq_path *path, struct pq_arena *arena,
				     pq_schema_visit_embedded *visit, void *context)
{
	const struct visiting visiting = { .which = which, .visit = visit, .context = context };
	struct pq_error error;
	struct pq_source *source;
	if (!pq_source_read(arena, value, NULL, &source, &error) ||
	    !pq_check_is_structural(arena, source))
		return !pq_arena_is_exhausted(arena);
	const struct pq_schema *schema =
		pq_source_compile(source, PQ_SCHEMA_RESOURCE, PQ_COMPILE_DEFAULTS, &error);
	if (schema == NULL)
		return true;
	visit_defaults(&visiting, schema->root, source, true, path);
	pq_schema_unref(schema);
	return !pq_arena_is_exhausted(arena);
}
