/*
 * Keywords one by one (ValidateCustomResourceDefinitionOpenAPISchema): types, keywords nobody may
 * use, where defaults may stand, list and map types, keys of lists.
 */
#include "schema/check.h"

#include "base/map.h"
#include "schema/check_rule_scope.h"
#include "schema/show.h"
#include "json/write.h"

#include <stdio.h>

/* What is known of the schemas above (specStandardValidatorV3). */
struct surroundings {
	const char *no_defaults; /* why defaults are forbidden, or NULL */
	bool is_root;
	bool in_metadata; /* of the root or of an embedded resource; also kind and apiVersion */
	struct pq_rule_scope *scope; /* of the schema itself; NULL: its rules are not compiled */
};

static void check_schema(const struct pq_check *check, const struct pq_source *source,
			 struct surroundings around, const struct pq_path *path);

static void forbid(const struct pq_check *check, bool is_used, const struct pq_path *path,
		   const struct pq_source *source, const char *keyword, const char *detail)
{
	if (is_used)
		pq_check_add_keyword(check, PQ_FINDING_FORBIDDEN, path, source, keyword, detail);
}

bool pq_check_is_known_type(const struct pq_source *source)
{
	static const char *const known[] = { "array",  "boolean", "integer",
					     "number", "object",  "string" };
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (pq_string_is(source->type, known[i]))
			return true;
	}
	return source->type.length == 0;
}

static void check_type(const struct pq_check *check, const struct pq_source *source,
		       const struct pq_path *path)
{
	if (pq_check_forgives(check, PQ_SCHEMA_UNKNOWN_TYPE) || pq_check_is_known_type(source))
		return;
	pq_check_add_keyword_text(check, PQ_FINDING_NOT_SUPPORTED, path, source, "type",
				  source->type,
				  "supported values: \"array\", \"boolean\", \"integer\", "
				  "\"number\", \"object\", \"string\"");
}

static void check_default_allowed(const struct pq_check *check, const struct pq_source *source,
				  struct surroundings around, const struct pq_path *path)
{
	if (source->default_value == NULL || around.no_defaults == NULL)
		return;
	char detail[128];
	snprintf(detail, sizeof detail, "must not be set %s", around.no_defaults);
	pq_check_add_keyword(check, PQ_FINDING_FORBIDDEN, path, source, "default", detail);
}

/* specStandardValidatorV3.validate */
static void check_standard(const struct pq_check *check, const struct pq_source *source,
			   struct surroundings around, const struct pq_path *path)
{
	check_type(check, source, path);
	check_default_allowed(check, source, around, path);
	forbid(check, source->id.length > 0, path, source, "id", "id is not supported");
	forbid(check, (source->given & PQ_GIVEN_ADDITIONAL_ITEMS) != 0, path, source,
	       "additionalItems", "additionalItems is not supported");
	forbid(check, source->pattern_properties.count > 0, path, source, "patternProperties",
	       "patternProperties is not supported");
	forbid(check, source->definitions.count > 0, path, source, "definitions",
	       "definitions is not supported");
	forbid(check, (source->given & PQ_GIVEN_DEPENDENCIES) != 0, path, source, "dependencies",
	       "dependencies is not supported");
	forbid(check, (source->given & PQ_GIVEN_REF) != 0, path, source, "$ref",
	       "$ref is not supported");
	forbid(check, pq_string_is(source->type, "null"), path, source, "type",
	       "type cannot be set to null, use nullable as an alternative");
	forbid(check, source->items_list.count > 0, path, source, "items",
	       "items must be a schema object and not an array");
	forbid(check, around.in_metadata && source->embedded_resource, path, source,
	       "x-kubernetes-embedded-resource", "must not be used inside of resource meta");
	forbid(check, source->unique_items, path, source, "uniqueItems",
	       "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
}

static void check_additional(const struct pq_check *check, const struct pq_source *source,
			     struct surroundings around, const struct pq_path *path)
{
	if ((source->given & PQ_GIVEN_ADDITIONAL_PROPERTIES) == 0)
		return;
	forbid(check,
	       source->properties.count > 0 &&
		       (!source->additional_allowed || source->additional_properties != NULL),
	       path, source, "additionalProperties",
	       "additionalProperties and properties are mutual exclusive");
	if (source->additional_properties == NULL)
		return;
	around.is_root = false;
	if (around.in_metadata)
		around.no_defaults = "inside additionalProperties applying to object metadata";
	struct pq_path step = pq_path_property(path, PQ_S("additionalProperties"));
	struct pq_rule_scope scope;
	if (around.scope != NULL) {
		pq_rule_scope_init_value(&scope, around.scope, source->additional_properties);
		around.scope = &scope;
	}
	check_schema(check, source->additional_properties, around, &step);
}

static void check_property(const struct pq_check *check, const struct pq_source *source,
			   const struct pq_source_member *member, struct surroundings around,
			   const struct pq_path *path)
{
	static const struct {
		const char *name;
		const char *no_defaults;
	} meta[] = {
		{ "metadata", "in top-level metadata" },
		{ "kind", "in top-level kind" },
		{ "apiVersion", "in top-level apiVersion" },
	};
	bool is_resource =
		source->embedded_resource || (around.is_root && check->kind == PQ_SCHEMA_RESOURCE);
	for (size_t i = 0; is_resource && i < sizeof meta / sizeof meta[0]; i++) {
		if (!pq_string_is(member->name, meta[i].name))
			continue;
		around.in_metadata = true;
		if (around.is_root)
			around.no_defaults = meta[i].no_defaults;
	}
	around.is_root = false;
	struct pq_rule_scope scope;
	if (around.scope != NULL) {
		pq_rule_scope_init_property(&scope, around.scope, member->schema, member->name,
					    path->parent->parent);
		around.scope = &scope;
	}
	check_schema(check, member->schema, around, path);
}

static void check_list(const struct pq_check *check, const struct pq_source_list *list,
		       struct surroundings around, const struct pq_path *path, const char *keyword)
{
	struct pq_path above = pq_path_property(path, pq_string_from(keyword));
	for (size_t i = 0; i < list->count; i++) {
		struct pq_path step = pq_path_index(&above, i);
		check_schema(check, list->items[i], around, &step);
	}
}

static void check_members(const struct pq_check *check, const struct pq_source_members *members,
			  struct surroundings around, const struct pq_path *path,
			  const char *keyword)
{
	struct pq_path above = pq_path_property(path, pq_string_from(keyword));
	for (size_t i = 0; i < members->count; i++) {
		struct pq_path step = pq_path_key(&above, members->items[i].name);
		check_schema(check, members->items[i].schema, around, &step);
	}
}

static void check_items(const struct pq_check *check, const struct pq_source *items,
			struct surroundings around, const struct pq_path *path)
{
	struct pq_path step = pq_path_property(path, PQ_S("items"));
	struct pq_rule_scope scope;
	if (around.scope != NULL) {
		pq_rule_scope_init_item(&scope, around.scope, items, path);
		around.scope = &scope;
	}
	check_schema(check, items, around, &step);
}

static void check_below(const struct pq_check *check, const struct pq_source *source,
			struct surroundings around, const struct pq_path *path)
{
	check_additional(check, source, around, path);
	struct pq_path properties = pq_path_property(path, PQ_S("properties"));
	for (size_t i = 0; i < source->properties.count; i++) {
		const struct pq_source_member *member = &source->properties.items[i];
		struct pq_path step = pq_path_key(&properties, member->name);
		check_property(check, source, member, around, &step);
	}
	around.is_root = false;
	/* Rules of schemas that describe the same value again cannot be compiled. */
	struct surroundings again = around;
	again.scope = NULL;
	if (source->not != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("not"));
		check_schema(check, source->not, again, &step);
	}
	check_list(check, &source->all_of, again, path, "allOf");
	check_list(check, &source->one_of, again, path, "oneOf");
	check_list(check, &source->any_of, again, path, "anyOf");
	check_members(check, &source->definitions, again, path, "definitions");
	if (source->items != NULL)
		check_items(check, source->items, around, path);
	check_list(check, &source->items_list, again, path, "items");
	check_members(check, &source->dependencies, again, path, "dependencies");
}

/* The type that a keyword asks for. */
static void check_type_is(const struct pq_check *check, const struct pq_source *source,
			  const struct pq_path *path, const char *type, const char *detail)
{
	if (pq_string_is(source->type, type))
		return;
	if (source->type.length == 0)
		pq_check_add_keyword(check, PQ_FINDING_REQUIRED, path, source, "type", detail);
	else
		pq_check_add_keyword_text(check, PQ_FINDING_INVALID, path, source, "type",
					  source->type, detail);
}

static void check_map_type(const struct pq_check *check, const struct pq_source *source,
			   const struct pq_path *path)
{
	if ((source->given & PQ_GIVEN_MAP_TYPE) == 0)
		return;
	check_type_is(check, source, path, "object",
		      "must be object if x-kubernetes-map-type is specified");
	if (!pq_string_is(source->map_type, "atomic") &&
	    !pq_string_is(source->map_type, "granular"))
		pq_check_add_keyword_text(check, PQ_FINDING_NOT_SUPPORTED, path, source,
					  "x-kubernetes-map-type", source->map_type,
					  "supported values: \"atomic\", \"granular\"");
}

/* Whether items are lists that are compared by their own items. */
static bool has_granular_lists(const struct pq_source *items)
{
	return pq_string_is(items->type, "array") && (items->given & PQ_GIVEN_LIST_TYPE) != 0 &&
	       !pq_string_is(items->list_type, "atomic");
}

static bool has_granular_maps(const struct pq_source *items)
{
	return pq_string_is(items->type, "object") && !pq_string_is(items->map_type, "atomic");
}

bool pq_check_is_granular_set(const struct pq_source *source)
{
	return pq_string_is(source->list_type, "set") && source->items != NULL &&
	       (has_granular_lists(source->items) || has_granular_maps(source->items));
}

static void check_set_items(const struct pq_check *check, const struct pq_source *source,
			    const struct pq_path *path)
{
	const struct pq_source *items = source->items;
	if (pq_check_forgives(check, PQ_SCHEMA_GRANULAR_SET) || !pq_check_is_granular_set(source))
		return;
	/* The API server shows the list type in both cases, which it holds by a pointer: as JSON.
	 */
	struct pq_buffer shown;
	pq_buffer_init_in(&shown, check->arena, PQ_CHECK_SHOWN_MAX);
	if ((items->given & PQ_GIVEN_LIST_TYPE) == 0)
		pq_buffer_append_text(&shown, "null");
	else
		pq_json_write_string(&shown, items->list_type, PQ_JSON_ESCAPE_HTML);
	struct pq_path above = pq_path_property(path, PQ_S("items"));
	struct pq_path step =
		pq_path_property(&above, has_granular_lists(items) ? PQ_S("x-kubernetes-list-type")
								   : PQ_S("x-kubernetes-map-type"));
	pq_check_add_shown(
		check, PQ_FINDING_INVALID, &step, items->value, &shown,
		PQ_S("must be atomic as item of a list with x-kubernetes-list-type=set"));
}

static void check_list_type(const struct pq_check *check, const struct pq_source *source,
			    const struct pq_path *path)
{
	if ((source->given & PQ_GIVEN_LIST_TYPE) == 0)
		return;
	if (!pq_string_is(source->type, "array"))
		check_type_is(check, source, path, "array",
			      "must be array if x-kubernetes-list-type is specified");
	else
		check_set_items(check, source, path);
	if (!pq_string_is(source->list_type, "atomic") && !pq_string_is(source->list_type, "set") &&
	    !pq_string_is(source->list_type, "map"))
		pq_check_add_keyword_text(check, PQ_FINDING_NOT_SUPPORTED, path, source,
					  "x-kubernetes-list-type", source->list_type,
					  "supported values: \"atomic\", \"set\", \"map\"");
}

static void report_keys(const struct pq_check *check, const struct pq_source *source,
			const struct pq_path *path, const char *detail)
{
	const struct pq_value *keys =
		pq_value_find(source->value, PQ_S("x-kubernetes-list-map-keys"));
	struct pq_path step = pq_path_property(path, PQ_S("x-kubernetes-list-map-keys"));
	pq_check_add_value(check, PQ_FINDING_INVALID, &step, keys, keys, pq_string_from(detail));
}

/* Puts a name among others; false when it stands there already. */
static bool is_new(struct pq_map *names, struct pq_string name)
{
	static char mark;
	void *replaced = NULL;
	return !pq_map_put(names, name, &mark, &replaced) || replaced == NULL;
}

static void check_map_keys(const struct pq_check *check, const struct pq_source *source,
			   const struct pq_path *path)
{
	const struct pq_source_names *keys = &source->list_map_keys;
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	struct pq_path items = pq_path_property(path, PQ_S("items"));
	struct pq_path properties = pq_path_property(&items, PQ_S("properties"));
	for (size_t i = 0; i < keys->count; i++) {
		struct pq_path step = pq_path_key(&properties, keys->items[i]);
		const struct pq_source *key =
			pq_source_find_property(source->items, keys->items[i]);
		if (key == NULL)
			report_keys(check, source, path,
				    "entries must all be names of item properties");
		else if (pq_string_is(key->type, "array") || pq_string_is(key->type, "object"))
			pq_check_add_keyword_text(
				check, PQ_FINDING_INVALID, &step, key, "type", source->items->type,
				"must be a scalar type if parent array's x-kubernetes-list-type "
				"is map");
		if (!is_new(&seen, keys->items[i]))
			report_keys(check, source, path, "must not contain duplicate entries");
	}
}

static void check_single_schema(const struct pq_check *check, const struct pq_source *source,
				const struct pq_path *items)
{
	if ((source->given & PQ_GIVEN_ITEMS) == 0)
		return;
	struct pq_buffer shown;
	pq_buffer_init_in(&shown, check->arena, PQ_CHECK_SHOWN_MAX);
	pq_source_show_items(&shown, source);
	pq_check_add_shown(check, PQ_FINDING_INVALID, items, source->value, &shown,
			   PQ_S("must only have a single schema if x-kubernetes-list-type is map"));
}

static void check_list_map(const struct pq_check *check, const struct pq_source *source,
			   const struct pq_path *path)
{
	static const char non_map[] = "must be map if x-kubernetes-list-map-keys is non-empty";
	bool is_map = pq_string_is(source->list_type, "map");
	if (source->list_map_keys.count > 0 && !is_map) {
		if ((source->given & PQ_GIVEN_LIST_TYPE) == 0)
			pq_check_add_keyword(check, PQ_FINDING_REQUIRED, path, source,
					     "x-kubernetes-list-type", non_map);
		else
			pq_check_add_keyword_text(check, PQ_FINDING_INVALID, path, source,
						  "x-kubernetes-list-type", source->list_type,
						  non_map);
	}
	if (!is_map)
		return;
	if (source->list_map_keys.count == 0)
		pq_check_add_keyword(check, PQ_FINDING_REQUIRED, path, source,
				     "x-kubernetes-list-map-keys",
				     "must not be empty if x-kubernetes-list-type is map");
	if ((source->given & PQ_GIVEN_ITEMS) == 0)
		pq_check_add_keyword(check, PQ_FINDING_REQUIRED, path, source, "items",
				     "must have a schema if x-kubernetes-list-type is map");
	struct pq_path items = pq_path_property(path, PQ_S("items"));
	if (source->items == NULL) {
		check_single_schema(check, source, &items);
		return;
	}
	if (pq_string_is(source->items->type, "object"))
		check_map_keys(check, source, path);
	else
		pq_check_add_keyword_text(
			check, PQ_FINDING_INVALID, &items, source->items, "type",
			source->items->type,
			"must be object if parent array's x-kubernetes-list-type is map");
}

/* validateMapListKeysMapSet: items and keys are there when it comes to comparing them. */
void pq_check_list_items(const struct pq_check *check, const struct pq_source *source,
			 const struct pq_path *path)
{
	bool is_map = pq_string_is(source->list_type, "map");
	const struct pq_source *items = source->items;
	if (items == NULL || (!is_map && !pq_string_is(source->list_type, "set")))
		return;
	struct pq_path step = pq_path_property(path, PQ_S("items"));
	forbid(check, items->nullable, &step, items, "nullable",
	       is_map ? "cannot be nullable when x-kubernetes-list-type is map"
		      : "cannot be nullable when x-kubernetes-list-type is set");
	pq_cleanup_map struct pq_map required;
	pq_map_init(&required);
	for (size_t i = 0; is_map && i < items->required.count; i++)
		is_new(&required, items->required.items[i]);
	struct pq_path properties = pq_path_property(&step, PQ_S("properties"));
	for (size_t i = 0; is_map && i < source->list_map_keys.count; i++) {
		struct pq_string name = source->list_map_keys.items[i];
		const struct pq_source *key = pq_source_find_property(items, name);
		if (key == NULL)
			continue;
		struct pq_path at = pq_path_key(&properties, name);
		if (pq_map_find(&required, name) == NULL && key->default_value == NULL)
			pq_check_add_keyword(check, PQ_FINDING_REQUIRED, &at, key, "default",
					     "this property is in x-kubernetes-list-map-keys, so "
					     "it must have a default or be a required property");
		forbid(check, key->nullable, &at, key, "nullable",
		       "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
	}
}

static void check_schema(const struct pq_check *check, const struct pq_source *source,
			 struct surroundings around, const struct pq_path *path)
{
	size_t before = check->findings->count + check->findings->dropped;
	check_standard(check, source, around, path);
	check_below(check, source, around, path);
	if ((source->given & PQ_GIVEN_PRESERVE_UNKNOWN) != 0 && !source->preserve_unknown_fields)
		pq_check_add_keyword_flag(check, path, source,
					  "x-kubernetes-preserve-unknown-fields", false,
					  "must be true or undefined");
	check_map_type(check, source, path);
	check_list_type(check, source, path);
	check_list_map(check, source, path);
	if (!pq_check_forgives(check, PQ_SCHEMA_LOOSE_ITEMS))
		pq_check_list_items(check, source, path);
	pq_check_rules(check, source, path);
	if (around.scope != NULL && check->findings->count + check->findings->dropped == before)
		pq_check_compile_rules(check, around.scope, path);
}

void pq_check_keywords(const struct pq_check *check, const struct pq_source *source,
		       const struct pq_path *path)
{
	struct pq_rule_scope scope;
	struct surroundings around = { .is_root = true };
	if (check->rules != NULL) {
		pq_rule_scope_init_root(&scope, source, check->kind == PQ_SCHEMA_RESOURCE);
		around.scope = &scope;
	}
	check_schema(check, source, around, path);
}
