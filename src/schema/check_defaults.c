/*
 * Defaults (schema/defaulting/validation.go): each has only fields that its schema knows and is
 * valid by it. Those below additionalProperties are not followed, as the API server does not.
 */
#include "schema/check.h"

#include "schema/compile.h"
#include "schema/embedded.h"
#include "schema/prune.h"
#include "schema/resource.h"
#include "schema/rule_programs.h"
#include "schema/surround.h"
#include "schema/validation.h"
#include "json/write.h"

struct default_check {
	const struct pq_check *check;
	const struct pq_schema *schema; /* the whole */
	const struct pq_place *place;
	int64_t *budget; /* what rules may still cost, of all defaults */
	bool is_root;
	bool in_metadata; /* of a resource, or its kind or apiVersion */
};

static void check_node(struct default_check around, const struct pq_node *node,
		       const struct pq_source *source, const struct pq_path *path);

static bool is_resource(const struct default_check *around, const struct pq_node *node)
{
	return around->is_root || (node->flags & PQ_NODE_EMBEDDED_RESOURCE) != 0;
}

static void check_pruned(struct default_check around, const struct pq_node *node,
			 const struct pq_value *value, const struct pq_path *path)
{
	const struct pq_check *check = around.check;
	struct pq_value pruned;
	if (!pq_node_prune(node, is_resource(&around, node), check->arena, value, NULL, &pruned))
		check->findings->dropped++;
	else if (!pq_value_equal(&pruned, value))
		pq_check_add_value(check, PQ_FINDING_INVALID, path, value, value,
				   PQ_S("must not have unknown fields"));
}

static bool read_one(const struct pq_value *resource, const struct pq_path *path, void *context)
{
	const struct pq_check *check = context;
	size_t before = check->findings->count;
	if (check->options->read_embedded != NULL)
		check->options->read_embedded(resource, path, check->findings,
					      check->options->context);
	return check->findings->count == before;
}

static bool judge_one(const struct pq_value *resource, const struct pq_path *path, void *context)
{
	const struct pq_check *check = context;
	check->options->judge_embedded(resource, path, check->findings, check->options->context);
	return true;
}

/* Whether the resources that a default is or holds are all right. */
static bool check_resources(struct default_check around, const struct pq_node *node,
			    const struct pq_value *value, const struct pq_path *path)
{
	struct pq_check check = *around.check;
	size_t before = check.findings->count;
	if (check.options->judge_embedded == NULL)
		return true;
	if (!pq_node_each_resource(node, around.is_root, value, path, read_one, &check))
		return false;
	pq_node_each_resource(node, around.is_root, value, path, judge_one, &check);
	return check.findings->count == before;
}

/* A name for what it is, unless it has one. */
static bool add_type_meta(struct pq_arena *arena, struct pq_value *resource)
{
	const struct pq_value kind = pq_value_from_string(PQ_S("Validation"));
	const struct pq_value api_version = pq_value_from_string(PQ_S("validation/v1"));
	if (pq_value_find(resource, PQ_S("kind")) == NULL &&
	    !pq_value_with_member(arena, resource, PQ_S("kind"), &kind, resource))
		return false;
	return pq_value_find(resource, PQ_S("apiVersion")) != NULL ||
	       pq_value_with_member(arena, resource, PQ_S("apiVersion"), &api_version, resource);
}

/* All findings in one text, as Go's aggregates are printed. */
static void write_aggregate(struct pq_buffer *text, const struct pq_findings *findings)
{
	pq_buffer_append_text(text, findings->count > 1 ? "[" : "");
	for (size_t i = 0; i < findings->count; i++) {
		pq_buffer_append_text(text, i == 0 ? "" : ", ");
		pq_buffer_append_string(text, findings->items[i].field);
		pq_buffer_append_text(text, ": ");
		pq_buffer_append_string(text, findings->items[i].message);
	}
	pq_buffer_append_text(text, findings->count > 1 ? "]" : "");
}

/* Whether a default for a part of a resource's metadata gives metadata that may be. */
static bool check_metadata(struct default_check around, const struct pq_value *value,
			   const struct pq_path *path)
{
	const struct pq_check *check = around.check;
	struct pq_value resource = *value;
	struct pq_findings findings;
	pq_findings_init(&findings, check->arena, 0);
	if (check->options->judge_embedded == NULL ||
	    !pq_place_surround(check->arena, around.place, &resource) ||
	    !add_type_meta(check->arena, &resource))
		return true;
	const struct pq_check apart = {
		.kind = check->kind,
		.options = check->options,
		.arena = check->arena,
		.findings = &findings,
	};
	if (read_one(&resource, NULL, (void *)&apart))
		check->options->judge_embedded(&resource, NULL, &findings, check->options->context);
	if (pq_findings_is_empty(&findings))
		return true;
	struct pq_buffer detail;
	pq_buffer_init_in(&detail, check->arena, 0);
	pq_buffer_append_text(&detail, "must result in valid metadata: ");
	write_aggregate(&detail, &findings);
	if (pq_buffer_failed(&detail))
		check->findings->dropped++;
	else
		pq_check_add_value(check, PQ_FINDING_INVALID, path, value, value,
				   pq_buffer_view(&detail));
	return false;
}

/* A default comes in with an update that leaves it alone, and with a create. */
static void run_rules(struct default_check around, const struct pq_node *node,
		      const struct pq_value *value, const struct pq_path *path)
{
	struct pq_findings *findings = around.check->findings;
	struct pq_rules_run run = { .node = node, .value = value, .old = value, .path = path };
	int64_t budget = *around.budget;
	size_t before = findings->count;
	if (!pq_rules_run(around.schema, around.check->arena, &run, around.budget, findings))
		findings->dropped++;
	if (findings->count != before)
		return;
	run.old = NULL;
	if (!pq_rules_run(around.schema, around.check->arena, &run, &budget, findings))
		findings->dropped++;
	if (budget < *around.budget)
		*around.budget = budget;
}

static void check_default(struct default_check around, const struct pq_node *node,
			  const struct pq_value *value, const struct pq_path *path)
{
	const struct pq_check *check = around.check;
	bool good;
	if (check->kind == PQ_SCHEMA_RESOURCE && !around.in_metadata &&
	    !pq_check_forgives(check, PQ_SCHEMA_UNPRUNED_DEFAULT))
		check_pruned(around, node, value, path);
	if (around.in_metadata)
		good = check_metadata(around, value, path);
	else
		good = check_resources(around, node, value, path);
	size_t before = check->findings->count;
	if (!good)
		return;
	if (!pq_node_validate(node, check->arena, value, path, check->findings))
		check->findings->dropped++;
	else if (check->findings->count == before)
		run_rules(around, node, value, path);
}

static void check_properties(struct default_check around, const struct pq_node *node,
			     const struct pq_source *source, const struct pq_path *path)
{
	struct pq_path keyword = pq_path_property(path, PQ_S("properties"));
	bool has_metadata = is_resource(&around, node);
	for (uint32_t i = 0; i < source->properties.count; i++) {
		const struct pq_source_member *member = &source->properties.items[i];
		struct pq_path step = pq_path_key(&keyword, member->name);
		const struct pq_place place = { .above = around.place, .name = member->name };
		struct default_check below = around;
		below.place = &place;
		below.is_root = false;
		below.in_metadata |= has_metadata && pq_is_type_or_object_meta(member->name);
		check_node(below, node->properties->items[i].node, member->schema, &step);
	}
}

static void check_node(struct default_check around, const struct pq_node *node,
		       const struct pq_source *source, const struct pq_path *path)
{
	static const struct pq_place resource = { .above = NULL };
	if (*around.budget < 0)
		return;
	if (is_resource(&around, node)) {
		around.in_metadata = false;
		around.place = &resource;
	}
	if (source->default_value != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("default"));
		check_default(around, node, source->default_value, &step);
	}
	if (source->items != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("items"));
		const struct pq_place place = { .above = around.place, .is_item = true };
		struct default_check below = around;
		below.place = &place;
		below.is_root = false;
		check_node(below, node->items, source->items, &step);
	}
	check_properties(around, node, source, path);
}

/* Here, or in a schema below that is followed. */
static bool has_default(const struct pq_source *source)
{
	if (source->default_value != NULL)
		return true;
	for (size_t i = 0; i < source->properties.count; i++) {
		if (has_default(source->properties.items[i].schema))
			return true;
	}
	return source->items != NULL && has_default(source->items);
}

void pq_check_defaults(const struct pq_check *check, const struct pq_source *source,
		       const struct pq_path *path)
{
	struct pq_error error;
	if (!has_default(source))
		return;
	struct pq_schema *schema =
		pq_source_compile(source, check->kind, PQ_COMPILE_DEFAULTS, &error);
	/* What does not compile is told by the checks of keywords. */
	if (schema == NULL)
		return;
	bool is_crd = check->kind == PQ_SCHEMA_RESOURCE;
	int64_t budget = PQ_RULES_BUDGET;
	struct default_check around = {
		.check = check,
		.schema = schema,
		.budget = &budget,
		.is_root = is_crd,
	};
	const struct pq_rules_attachment attachment = {
		.is_resource = is_crd,
		.for_defaults = true,
	};
	if (!pq_rules_attach(schema, source, &attachment))
		check->findings->dropped++;
	else
		check_node(around, schema->root, source, path);
	pq_schema_unref(schema);
}
