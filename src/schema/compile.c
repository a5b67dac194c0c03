#include "schema/compile.h"

#include "base/hash.h"
#include "schema/compiling.h"
#include "schema/rule_programs.h"

#include <stdlib.h>

static struct pq_node *compile_node(struct pq_compiling *compiling, const struct pq_source *source,
				    const struct pq_path *path);

bool pq_compiling_fail_memory(struct pq_compiling *compiling)
{
	return pq_error_set(compiling->error, PQ_ERROR_MEMORY,
			    "out of memory while compiling a schema");
}

bool pq_compiling_fail_at(struct pq_compiling *compiling, const struct pq_path *path,
			  const char *keyword, const char *message)
{
	struct pq_path step = pq_path_property(path, pq_string_from(keyword));
	struct pq_buffer text;
	pq_buffer_init_in(&text, compiling->arena, 0);
	pq_path_write(&text, &step);
	pq_error_set(compiling->error, PQ_ERROR_INVALID, "%s", message);
	if (!pq_buffer_failed(&text))
		pq_error_add_path(compiling->error, pq_buffer_view(&text));
	return false;
}

static bool copy_name(struct pq_compiling *compiling, struct pq_string text,
		      struct pq_node_name *name)
{
	name->text = pq_arena_copy(compiling->arena, text);
	if (name->text.data == NULL)
		return pq_compiling_fail_memory(compiling);
	name->hash = pq_hash(name->text);
	return true;
}

static const struct pq_node_name *copy_names(struct pq_compiling *compiling,
					     const struct pq_source_names *names)
{
	struct pq_node_name *copies =
		pq_arena_alloc_array(compiling->arena, names->count, sizeof *copies);
	if (copies == NULL) {
		pq_compiling_fail_memory(compiling);
		return NULL;
	}
	for (size_t i = 0; i < names->count; i++) {
		if (!copy_name(compiling, names->items[i], &copies[i]))
			return NULL;
	}
	return copies;
}

/* Keywords that mean something, but nothing that a served schema may have. Defaults beside them are
 * judged all the same. */
static bool check_supported(struct pq_compiling *compiling, const struct pq_source *source,
			    const struct pq_path *path)
{
	const struct {
		const char *keyword;
		bool used;
	} refused[] = {
		{ "$ref", source->ref.length > 0 },
		{ "patternProperties", source->pattern_properties.count > 0 },
		{ "dependencies", (source->given & PQ_GIVEN_DEPENDENCIES) != 0 },
		{ "additionalItems", (source->given & PQ_GIVEN_ADDITIONAL_ITEMS) != 0 },
		{ "items", source->items_list.count > 0 },
		{ "uniqueItems", source->unique_items },
	};
	if (compiling->mode == PQ_COMPILE_DEFAULTS)
		return true;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		if (refused[i].used)
			return pq_compiling_fail_at(compiling, path, refused[i].keyword,
						    "is not supported");
	}
	return true;
}

static bool index_properties(struct pq_compiling *compiling, struct pq_node_properties *properties)
{
	uint32_t slot_count = 4;
	while (slot_count < properties->count * 2)
		slot_count *= 2;
	uint32_t *slots = pq_arena_alloc_array(compiling->arena, slot_count, sizeof *slots);
	if (slots == NULL)
		return pq_compiling_fail_memory(compiling);
	properties->slot_mask = slot_count - 1;
	properties->slots = slots;
	for (uint32_t i = 0; i < properties->count; i++) {
		uint32_t slot = properties->items[i].name.hash & properties->slot_mask;
		while (slots[slot] != 0)
			slot = (slot + 1) & properties->slot_mask;
		slots[slot] = i + 1;
	}
	return true;
}

static bool compile_properties(struct pq_compiling *compiling, const struct pq_source *source,
			       const struct pq_path *path, struct pq_node *node)
{
	if (source->properties.count == 0 && source->required.count == 0)
		return true;
	struct pq_node_properties *made = pq_arena_alloc(compiling->arena, sizeof *made);
	struct pq_node_property *items =
		pq_arena_alloc_array(compiling->arena, source->properties.count, sizeof *items);
	if (made == NULL || items == NULL)
		return pq_compiling_fail_memory(compiling);
	made->count = (uint32_t)source->properties.count;
	made->items = items;
	struct pq_path keyword = pq_path_property(path, PQ_S("properties"));
	for (size_t i = 0; i < source->properties.count; i++) {
		const struct pq_source_member *member = &source->properties.items[i];
		struct pq_path step = pq_path_key(&keyword, member->name);
		if (!copy_name(compiling, member->name, &items[i].name))
			return false;
		items[i].node = compile_node(compiling, member->schema, &step);
		if (items[i].node == NULL)
			return false;
	}
	made->required_count = source->required.count;
	made->required = copy_names(compiling, &source->required);
	node->properties = made;
	return made->required != NULL && index_properties(compiling, made);
}

static bool compile_below(struct pq_compiling *compiling, const struct pq_source *source,
			  const struct pq_path *path, struct pq_node *node)
{
	if (source->items != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("items"));
		node->items = compile_node(compiling, source->items, &step);
		if (node->items == NULL)
			return false;
	}
	if (source->additional_properties != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("additionalProperties"));
		bool was_in_additional = compiling->in_additional;
		compiling->in_additional = true;
		node->additional = compile_node(compiling, source->additional_properties, &step);
		compiling->in_additional = was_in_additional;
		if (node->additional == NULL)
			return false;
	}
	return compile_properties(compiling, source, path, node);
}

static bool compile_branches(struct pq_compiling *compiling, const struct pq_source_list *list,
			     const struct pq_path *path, const char *keyword,
			     struct pq_node_branches *branches)
{
	const struct pq_node **items =
		pq_arena_alloc_array(compiling->arena, list->count, sizeof *items);
	if (items == NULL)
		return pq_compiling_fail_memory(compiling);
	struct pq_path above = pq_path_property(path, pq_string_from(keyword));
	for (size_t i = 0; i < list->count; i++) {
		struct pq_path step = pq_path_index(&above, i);
		items[i] = compile_node(compiling, list->items[i], &step);
		if (items[i] == NULL)
			return false;
	}
	*branches = (struct pq_node_branches){ .items = items, .count = list->count };
	return true;
}

static bool compile_all_junctors(struct pq_compiling *compiling, const struct pq_source *source,
				 const struct pq_path *path, struct pq_node *node)
{
	if (source->all_of.count + source->any_of.count + source->one_of.count == 0 &&
	    source->not == NULL)
		return true;
	struct pq_node_junctors *made = pq_arena_alloc(compiling->arena, sizeof *made);
	if (made == NULL)
		return pq_compiling_fail_memory(compiling);
	if (source->not != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("not"));
		made->not = compile_node(compiling, source->not, &step);
		if (made->not == NULL)
			return false;
	}
	node->junctors = made;
	return compile_branches(compiling, &source->all_of, path, "allOf", &made->all_of) &&
	       compile_branches(compiling, &source->any_of, path, "anyOf", &made->any_of) &&
	       compile_branches(compiling, &source->one_of, path, "oneOf", &made->one_of);
}

static bool compile_junctors(struct pq_compiling *compiling, const struct pq_source *source,
			     const struct pq_path *path, struct pq_node *node)
{
	bool was_in_junctor = compiling->in_junctor;
	compiling->in_junctor = true;
	bool fine = compile_all_junctors(compiling, source, path, node);
	compiling->in_junctor = was_in_junctor;
	return fine;
}

static bool compile_extras(struct pq_compiling *compiling, const struct pq_source *source,
			   struct pq_node *node)
{
	if (source->default_value == NULL && source->rules == NULL &&
	    source->list_map_keys.count == 0 && node->types != PQ_NODE_TYPE_UNKNOWN)
		return true;
	struct pq_node_extras *made = pq_arena_alloc(compiling->arena, sizeof *made);
	if (made == NULL)
		return pq_compiling_fail_memory(compiling);
	node->extras = made;
	if (node->types == PQ_NODE_TYPE_UNKNOWN) {
		made->unknown_type = pq_arena_copy(compiling->arena, source->type);
		if (made->unknown_type.data == NULL)
			return pq_compiling_fail_memory(compiling);
	}
	made->list_map_key_count = source->list_map_keys.count;
	made->list_map_keys = copy_names(compiling, &source->list_map_keys);
	if (made->list_map_keys == NULL)
		return false;
	if (source->default_value == NULL)
		return true;
	return pq_compiling_take_default(compiling, node, source->default_value, made);
}

static uint32_t own_flags(const struct pq_compiling *compiling, const struct pq_source *source)
{
	uint32_t flags = 0;
	/* In a junctor additionalProperties may only be false, which is no part of a structural
	 * schema: defaults are not judged by it. */
	bool is_given = (source->given & PQ_GIVEN_ADDITIONAL_PROPERTIES) != 0 &&
			!(compiling->mode == PQ_COMPILE_DEFAULTS && compiling->in_junctor);
	if (source->nullable)
		flags |= PQ_NODE_NULLABLE;
	if (source->preserve_unknown_fields)
		flags |= PQ_NODE_PRESERVES_UNKNOWN;
	if (source->embedded_resource)
		flags |= PQ_NODE_EMBEDDED_RESOURCE | PQ_NODE_EMBEDDED_BELOW;
	if (source->int_or_string)
		flags |= PQ_NODE_INT_OR_STRING;
	if (pq_string_is(source->format, "password"))
		flags |= PQ_NODE_PASSWORD_BELOW;
	if (is_given)
		flags |= PQ_NODE_ADDITIONAL_GIVEN;
	if (is_given && !source->additional_allowed)
		flags |= PQ_NODE_ADDITIONAL_REFUSED;
	return flags;
}

static uint32_t flags_from_below(const struct pq_node *below)
{
	if (below == NULL)
		return 0;
	uint32_t flags = below->flags & (PQ_NODE_DEFAULTS_BELOW | PQ_NODE_LISTS_BELOW |
					 PQ_NODE_EMBEDDED_BELOW | PQ_NODE_PASSWORD_BELOW);
	return pq_node_default(below) != NULL ? flags | PQ_NODE_DEFAULTS_BELOW : flags;
}

static void gather_flags(struct pq_node *node)
{
	if (node->list_type != PQ_LIST_ATOMIC)
		node->flags |= PQ_NODE_LISTS_BELOW;
	node->flags |= flags_from_below(node->items) | flags_from_below(node->additional);
	for (uint32_t i = 0; node->properties != NULL && i < node->properties->count; i++)
		node->flags |= flags_from_below(node->properties->items[i].node);
}

static struct pq_node *compile_node(struct pq_compiling *compiling, const struct pq_source *source,
				    const struct pq_path *path)
{
	struct pq_node *node = pq_arena_alloc(compiling->arena, sizeof *node);
	if (node == NULL) {
		pq_compiling_fail_memory(compiling);
		return NULL;
	}
	node->flags = own_flags(compiling, source);
	if (pq_string_is(source->list_type, "set"))
		node->list_type = PQ_LIST_SET;
	else if (pq_string_is(source->list_type, "map"))
		node->list_type = PQ_LIST_MAP;
	node->map_is_atomic = pq_string_is(source->map_type, "atomic");
	if (!check_supported(compiling, source, path) ||
	    !pq_compiling_take_value(compiling, source, path, node) ||
	    !compile_below(compiling, source, path, node) ||
	    !compile_junctors(compiling, source, path, node))
		return NULL;
	gather_flags(node);
	return compile_extras(compiling, source, node) ? node : NULL;
}

struct pq_schema *pq_source_compile(const struct pq_source *source, enum pq_schema_kind kind,
				    enum pq_compile_mode mode, struct pq_error *error)
{
	struct pq_schema *schema = calloc(1, sizeof *schema);
	if (schema == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "out of memory while compiling a schema");
		return NULL;
	}
	const struct pq_rules_attachment attachment = {
		.is_resource = kind == PQ_SCHEMA_RESOURCE,
	};
	atomic_init(&schema->references, 1);
	schema->kind = kind;
	pq_arena_init(&schema->arena, 0);
	struct pq_compiling compiling = {
		.schema = schema,
		.arena = &schema->arena,
		.mode = mode,
		.error = error,
	};
	schema->root = compile_node(&compiling, source, NULL);
	if (schema->root != NULL && mode == PQ_COMPILE_SERVING &&
	    !pq_rules_attach(schema, source, &attachment)) {
		pq_compiling_fail_memory(&compiling);
		schema->root = NULL;
	}
	if (schema->root == NULL) {
		pq_schema_unref(schema);
		return NULL;
	}
	return schema;
}

const struct pq_schema *pq_schema_compile(const struct pq_value *source, enum pq_schema_kind kind,
					  struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena scratch;
	pq_arena_init(&scratch, 0);
	struct pq_source *read = NULL;
	if (!pq_source_read(&scratch, source, NULL, &read, error))
		return NULL;
	return pq_source_compile(read, kind, PQ_COMPILE_SERVING, error);
}
