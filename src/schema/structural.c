/*
 * Structural rules (schema/validation.go): every field has a type outside of junctors, and junctors
 * say nothing that pruning and defaulting would have to know.
 *
 * An overlay describes a part of an object and prunes nothing, so that only the rules which keep
 * defaults and patterns meaningful hold for it.
 */
#include "schema/check.h"

#include "regex/regex.h"

enum level { LEVEL_ROOT, LEVEL_ITEM, LEVEL_FIELD };

static void check_schema(const struct pq_check *check, const struct pq_source *source,
			 enum level level, const struct pq_path *path);
static void check_nested(const struct pq_check *check, const struct pq_source *source,
			 bool skip_any_of, const struct pq_path *path);

static void forbid(const struct pq_check *check, bool is_set, const struct pq_path *path,
		   const struct pq_source *source, const char *keyword, const char *detail)
{
	if (is_set)
		pq_check_add_keyword(check, PQ_FINDING_FORBIDDEN, path, source, keyword, detail);
}

static void require(const struct pq_check *check, bool is_missing, const struct pq_path *path,
		    const struct pq_source *source, const char *keyword, const char *detail)
{
	if (is_missing)
		pq_check_add_keyword(check, PQ_FINDING_REQUIRED, path, source, keyword, detail);
}

/* Whether a branch says nothing but a type. additionalProperties: false is no part of what the
 * server looks at, nor are keywords that no CRD may have, which are empty then. */
static bool is_bare_type(const struct pq_source *branch, const char *type)
{
	static const struct pq_string names[] = {
		PQ_LITERAL("type"),         PQ_LITERAL("$ref"),
		PQ_LITERAL("definitions"),  PQ_LITERAL("patternProperties"),
		PQ_LITERAL("dependencies"), PQ_LITERAL("additionalProperties"),
	};
	enum { NAMES = sizeof names / sizeof names[0] };
	bool is_closed = (branch->given & PQ_GIVEN_ADDITIONAL_PROPERTIES) != 0 &&
			 !branch->additional_allowed;
	return pq_string_is(branch->type, type) &&
	       !pq_source_has_other(branch, names, is_closed ? NAMES : NAMES - 1);
}

/* anyOf: [{type: integer}, {type: string}] and nothing else, which int-or-string may be written
 * as. */
static bool is_int_or_string(const struct pq_source_list *any_of)
{
	return any_of->count == 2 && is_bare_type(any_of->items[0], "integer") &&
	       is_bare_type(any_of->items[1], "string");
}

static void check_pattern(const struct pq_check *check, const struct pq_source *source,
			  const struct pq_path *path)
{
	struct pq_error error;
	if (source->pattern.length == 0 || pq_regex_syntax_check(source->pattern, NULL, &error))
		return;
	struct pq_path step = pq_path_property(path, PQ_S("pattern"));
	const struct pq_value *pattern = pq_value_find(source->value, PQ_S("pattern"));
	struct pq_buffer detail;
	pq_buffer_init_in(&detail, check->arena, 0);
	pq_buffer_append_text(&detail, "must be a valid regular expression, but isn't: ");
	pq_regex_write_error(&detail, source->pattern, &error);
	if (pq_buffer_failed(&detail))
		check->findings->dropped++;
	else
		pq_check_add_value(check, PQ_FINDING_INVALID, &step, pattern, pattern,
				   pq_buffer_view(&detail));
}

static void check_list(const struct pq_check *check, const struct pq_source_list *list,
		       bool skip_first, const struct pq_path *path, const char *keyword)
{
	struct pq_path above = pq_path_property(path, pq_string_from(keyword));
	for (size_t i = 0; i < list->count; i++) {
		struct pq_path step = pq_path_index(&above, i);
		check_nested(check, list->items[i], skip_first && i == 0, &step);
	}
}

static void check_junctors(const struct pq_check *check, const struct pq_source *source,
			   bool skip_any_of, bool skip_first_all_of, const struct pq_path *path)
{
	if (!skip_any_of)
		check_list(check, &source->any_of, false, path, "anyOf");
	check_list(check, &source->all_of, skip_first_all_of, path, "allOf");
	check_list(check, &source->one_of, false, path, "oneOf");
	if (source->not != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("not"));
		check_nested(check, source->not, false, &step);
	}
	check_pattern(check, source, path);
}

/* What is forbidden in a junctor of a CRD. */
static void check_nested_resource(const struct pq_check *check, const struct pq_source *source,
				  const struct pq_path *path)
{
	static const char empty[] = "must be empty to be structural";
	static const char undefined[] = "must be undefined to be structural";
	static const char negative[] = "must be false to be structural";
	forbid(check, source->type.length > 0, path, source, "type", empty);
	/* additionalProperties: false is as good as none there. */
	forbid(check, source->additional_allowed, path, source, "additionalProperties", undefined);
	forbid(check, source->title.length > 0, path, source, "title", empty);
	forbid(check, source->description.length > 0, path, source, "description", empty);
	forbid(check, source->nullable, path, source, "nullable", negative);
	forbid(check, source->preserve_unknown_fields, path, source,
	       "x-kubernetes-preserve-unknown-fields", negative);
	forbid(check, source->embedded_resource, path, source, "x-kubernetes-embedded-resource",
	       negative);
	forbid(check, source->int_or_string, path, source, "x-kubernetes-int-or-string", negative);
	struct pq_path keyword = pq_path_property(path, PQ_S("properties"));
	struct pq_path metadata = pq_path_key(&keyword, PQ_S("metadata"));
	const struct pq_source *property = pq_source_find_property(source, metadata.name);
	if (property != NULL)
		pq_check_add(check, PQ_FINDING_FORBIDDEN, &metadata, property->value,
			     PQ_S("must not be specified in a nested context"));
}

static void check_nested(const struct pq_check *check, const struct pq_source *source,
			 bool skip_any_of, const struct pq_path *path)
{
	check_junctors(check, source, skip_any_of, false, path);
	if (source->items != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("items"));
		check_nested(check, source->items, false, &step);
	}
	struct pq_path keyword = pq_path_property(path, PQ_S("properties"));
	for (size_t i = 0; i < source->properties.count; i++) {
		struct pq_path step = pq_path_key(&keyword, source->properties.items[i].name);
		check_nested(check, source->properties.items[i].schema, false, &step);
	}
	if (check->kind == PQ_SCHEMA_RESOURCE)
		check_nested_resource(check, source, path);
	forbid(check, source->default_value != NULL, path, source, "default",
	       "must be undefined to be structural");
	forbid(check, source->list_map_keys.count > 0, path, source, "x-kubernetes-list-map-keys",
	       "must be empty to be structural");
	forbid(check, (source->given & PQ_GIVEN_LIST_TYPE) != 0, path, source,
	       "x-kubernetes-list-type", "must be undefined to be structural");
	forbid(check, (source->given & PQ_GIVEN_MAP_TYPE) != 0, path, source,
	       "x-kubernetes-map-type", "must be undefined to be structural");
	forbid(check, source->rules != NULL && source->rules->length > 0, path, source,
	       "x-kubernetes-validations", "must be empty to be structural");
}

static void check_type(const struct pq_check *check, const struct pq_source *source,
		       enum level level, const struct pq_path *path)
{
	static const char *const missing[] = {
		[LEVEL_ROOT] = "must not be empty at the root",
		[LEVEL_ITEM] = "must not be empty for specified array items",
		[LEVEL_FIELD] = "must not be empty for specified object fields",
	};
	static const char embedded[] = "must be object if x-kubernetes-embedded-resource is true";
	bool is_object = pq_string_is(source->type, "object");
	if (source->embedded_resource && !is_object) {
		if (source->type.length == 0)
			require(check, true, path, source, "type", embedded);
		else
			pq_check_add_keyword_text(check, PQ_FINDING_INVALID, path, source, "type",
						  source->type, embedded);
	} else if (source->type.length == 0 && !source->int_or_string &&
		   !source->preserve_unknown_fields) {
		require(check, true, path, source, "type", missing[level]);
	}
	if (level == LEVEL_ROOT && source->type.length > 0 && !is_object)
		pq_check_add_keyword_text(check, PQ_FINDING_INVALID, path, source, "type",
					  source->type, "must be object at the root");
}

static void check_property_type(const struct pq_check *check, const struct pq_source *source,
				const struct pq_path *path, const char *name, const char *type,
				const char *detail)
{
	struct pq_source *property = pq_source_find_property(source, pq_string_from(name));
	if (property == NULL || pq_string_is(property->type, type))
		return;
	struct pq_path keyword = pq_path_property(path, PQ_S("properties"));
	struct pq_path step = pq_path_key(&keyword, pq_string_from(name));
	pq_check_add_keyword_text(check, PQ_FINDING_INVALID, &step, property, "type",
				  property->type, detail);
}

/* The root's metadata is implied; only its names may be restricted. */
static bool restricts_more_than_names(const struct pq_source *metadata)
{
	static const struct pq_string allowed[] = {
		PQ_LITERAL("type"),         PQ_LITERAL("default"),
		PQ_LITERAL("properties"),   PQ_LITERAL("$ref"),
		PQ_LITERAL("definitions"),  PQ_LITERAL("patternProperties"),
		PQ_LITERAL("dependencies"),
	};
	for (size_t i = 0; i < metadata->properties.count; i++) {
		struct pq_string name = metadata->properties.items[i].name;
		if (!pq_string_is(name, "name") && !pq_string_is(name, "generateName"))
			return true;
	}
	return pq_source_has_other(metadata, allowed, sizeof allowed / sizeof allowed[0]);
}

static void check_metadata(const struct pq_check *check, const struct pq_source *source,
			   enum level level, const struct pq_path *path)
{
	if (level == LEVEL_ROOT || source->embedded_resource) {
		check_property_type(check, source, path, "kind", "string", "must be string");
		check_property_type(check, source, path, "apiVersion", "string", "must be string");
		check_property_type(check, source, path, "metadata", "object", "must be object");
	}
	struct pq_path keyword = pq_path_property(path, PQ_S("properties"));
	struct pq_path step = pq_path_key(&keyword, PQ_S("metadata"));
	const struct pq_source *metadata = pq_source_find_property(source, step.name);
	if (metadata != NULL && level == LEVEL_ROOT && restricts_more_than_names(metadata))
		pq_check_add(check, PQ_FINDING_FORBIDDEN, &step, metadata->value,
			     PQ_S("must not specify anything other than name and generateName, but "
				  "metadata is implicitly specified"));
}

static void check_resource(const struct pq_check *check, const struct pq_source *source,
			   enum level level, const struct pq_path *path)
{
	bool has_additional = (source->given & PQ_GIVEN_ADDITIONAL_PROPERTIES) != 0;
	require(check, pq_string_is(source->type, "array") && source->items == NULL, path, source,
		"items", "must be specified");
	forbid(check, has_additional && level == LEVEL_ROOT, path, source, "additionalProperties",
	       "must not be used at the root");
	check_type(check, source, level, path);
	forbid(check, has_additional && source->embedded_resource, path, source,
	       "additionalProperties", "must not be used if x-kubernetes-embedded-resource is set");
	check_metadata(check, source, level, path);
	require(check,
		source->embedded_resource && !source->preserve_unknown_fields &&
			source->properties.count == 0,
		path, source, "properties",
		"must not be empty if x-kubernetes-embedded-resource is true without "
		"x-kubernetes-preserve-unknown-fields");
}

static void check_extensions(const struct pq_check *check, const struct pq_source *source,
			     const struct pq_path *path)
{
	static const char detail[] = "must be false if x-kubernetes-int-or-string is true";
	if (source->int_or_string && source->preserve_unknown_fields)
		pq_check_add_keyword_flag(check, path, source,
					  "x-kubernetes-preserve-unknown-fields", true, detail);
	if (source->int_or_string && source->embedded_resource)
		pq_check_add_keyword_flag(check, path, source, "x-kubernetes-embedded-resource",
					  true, detail);
}

static void check_schema(const struct pq_check *check, const struct pq_source *source,
			 enum level level, const struct pq_path *path)
{
	if (source->items != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("items"));
		check_schema(check, source->items, LEVEL_ITEM, &step);
	}
	struct pq_path keyword = pq_path_property(path, PQ_S("properties"));
	for (size_t i = 0; i < source->properties.count; i++) {
		struct pq_path step = pq_path_key(&keyword, source->properties.items[i].name);
		check_schema(check, source->properties.items[i].schema, LEVEL_FIELD, &step);
	}
	if (source->additional_properties != NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("additionalProperties"));
		check_schema(check, source->additional_properties, LEVEL_FIELD, &step);
	}
	if (check->kind == PQ_SCHEMA_RESOURCE)
		check_resource(check, source, level, path);
	check_extensions(check, source, path);
	bool first_all_of =
		source->all_of.count > 0 && is_int_or_string(&source->all_of.items[0]->any_of);
	check_junctors(check, source, is_int_or_string(&source->any_of), first_all_of, path);
}

void pq_check_structure(const struct pq_check *check, const struct pq_source *source,
			const struct pq_path *path)
{
	check_schema(check, source, LEVEL_ROOT, path);
}

static bool has_dependencies(const struct pq_source *source)
{
	const struct pq_value *value = pq_value_find(source->value, PQ_S("dependencies"));
	return value != NULL && value->kind == PQ_OBJECT && value->object->count > 0;
}

/* Asked of one schema alone; *context is the text, if it is the one. */
static bool is_unsupported(const struct pq_source *source, void *context)
{
	const char **text = context;
	const struct {
		bool used;
		const char *text;
	} rows[] = {
		{ source->id.length > 0, "OpenAPIV3Schema 'id' is not supported" },
		{ source->schema.length > 0, "OpenAPIV3Schema 'schema' is not supported" },
		{ source->ref.length > 0, "OpenAPIV3Schema '$ref' is not supported" },
		{ source->pattern_properties.count > 0,
		  "OpenAPIV3Schema 'patternProperties' is not supported" },
		{ has_dependencies(source), "OpenAPIV3Schema 'dependencies' is not supported" },
		{ (source->given & PQ_GIVEN_ADDITIONAL_ITEMS) != 0,
		  "OpenAPIV3Schema 'additionalItems' is not supported" },
		{ source->definitions.count > 0, "OpenAPIV3Schema 'definitions' is not supported" },
		{ (source->given & PQ_GIVEN_PRESERVE_UNKNOWN) != 0 &&
			  !source->preserve_unknown_fields,
		  "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or "
		  "undefined" },
		{ source->items_list.count > 0,
		  "OpenAPIV3Schema 'items' must be a schema, but is an array" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (!rows[i].used)
			continue;
		*text = rows[i].text;
		return true;
	}
	return false;
}

const char *pq_check_find_unsupported(const struct pq_source *source)
{
	const char *text = NULL;
	pq_source_any(source, is_unsupported, &text);
	return text;
}
