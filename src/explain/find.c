/* From what was asked to a kind and a field. */
#include "explain/kinds.h"

#include "base/hash.h"
#include "base/nearest.h"
#include "formats/names.h"
#include "formats/resource_names.h"

#include <strings.h>

static bool equal_in_any_case(struct pq_string a, struct pq_string b)
{
	return a.length == b.length && strncasecmp(a.data, b.data, a.length) == 0;
}

static bool is_called(const struct pq_explain_kind *kind, struct pq_string name)
{
	if (equal_in_any_case(kind->kind, name) || equal_in_any_case(kind->plural, name) ||
	    equal_in_any_case(kind->singular, name))
		return true;
	for (size_t i = 0; i < kind->short_name_count; i++) {
		if (equal_in_any_case(kind->short_names[i], name))
			return true;
	}
	return false;
}

/* A kind that fits, and what of the request is behind its name. */
struct candidate {
	const struct pq_explain_kind *kind;
	struct pq_string rest;
	bool names_group;
};

static bool ends_name(struct pq_string rest)
{
	return rest.length == 0 || rest.data[0] == '.' || rest.data[0] == '[';
}

static struct candidate candidate_of(const struct pq_explain_kind *kind, struct pq_string rest)
{
	struct candidate candidate = { .kind = kind, .rest = rest };
	struct pq_string behind = pq_string_slice(rest, 1, rest.length);
	if (kind->group.length == 0 || rest.length == 0 || rest.data[0] != '.' ||
	    !pq_string_starts_with(behind, kind->group))
		return candidate;
	behind = pq_string_slice(behind, kind->group.length, behind.length);
	if (!ends_name(behind))
		return candidate;
	candidate.names_group = true;
	candidate.rest = behind;
	return candidate;
}

/* Whether a is meant rather than b. */
static bool is_before(const struct candidate *a, const struct candidate *b)
{
	if (a->names_group != b->names_group)
		return a->names_group;
	if (a->kind->is_served != b->kind->is_served)
		return a->kind->is_served;
	if (a->kind->is_custom != b->kind->is_custom)
		return b->kind->is_custom;
	if (pq_string_equal(a->kind->group, b->kind->group))
		return pq_resource_compare_versions(a->kind->version, b->kind->version) > 0;
	return a->kind->group.length == 0;
}

static bool is_of(const struct pq_explain_kind *kind, struct pq_string api_version)
{
	return api_version.length == 0 ||
	       (pq_string_equal(kind->group, pq_names_group_of(api_version)) &&
		pq_string_equal(kind->version, pq_names_version_of(api_version)));
}

static bool fail_kind(const struct pq_explain *explain, struct pq_string name,
		      struct pq_string api_version, struct pq_error *error)
{
	char hint[PQ_NEAREST_HINT_MAX];
	struct pq_nearest nearest = pq_nearest_to(name);
	for (size_t i = 0; i < explain->count; i++) {
		const struct pq_explain_kind *kind = &explain->kinds[i];
		if (api_version.length > 0 && is_called(kind, name))
			return pq_error_set(
				error, PQ_ERROR_NOT_FOUND,
				"there is no kind \"%.*s\" in %.*s, but in %.*s%s%.*s",
				PQ_STRING_ARGUMENT(name), PQ_STRING_ARGUMENT(api_version),
				PQ_STRING_ARGUMENT(kind->group), kind->group.length > 0 ? "/" : "",
				PQ_STRING_ARGUMENT(kind->version));
		pq_nearest_consider(&nearest, kind->singular);
		pq_nearest_consider(&nearest, kind->plural);
		pq_nearest_consider(&nearest, kind->kind);
	}
	pq_nearest_hint(&nearest, "\"", "\"", hint);
	return pq_error_set(
		error, PQ_ERROR_NOT_FOUND, "there is no kind \"%.*s\"%s", PQ_STRING_ARGUMENT(name),
		hint[0] == '\0' ? "; name the CRD of a custom kind with --schemas" : hint);
}

static bool find_kind(const struct pq_explain *explain, struct pq_string request,
		      struct pq_string api_version, struct candidate *best, struct pq_error *error)
{
	size_t end = 0;
	while (!ends_name(pq_string_slice(request, end, request.length)))
		end++;
	const struct pq_string name = pq_string_slice(request, 0, end);
	const struct pq_string rest = pq_string_slice(request, end, request.length);
	for (size_t i = 0; i < explain->count; i++) {
		const struct pq_explain_kind *kind = &explain->kinds[i];
		if (!is_called(kind, name) || !is_of(kind, api_version))
			continue;
		struct candidate candidate = candidate_of(kind, rest);
		if (best->kind == NULL || is_before(&candidate, best))
			*best = candidate;
	}
	return best->kind != NULL || fail_kind(explain, name, api_version, error);
}

/* A path while it is followed. */
struct path {
	struct pq_explain_target *target;
	/* Of the target's field, or of what it holds when an index or a key has been followed. */
	struct pq_explain_schema schema;
	bool is_map_value; /* schema is of what a map holds, whose key was the last name */
	struct pq_string rest;
};

/* Passes dots, indices and keys in brackets by, and goes into the lists and maps that those are of;
 * what is neither stays. */
static void skip_brackets(struct path *path)
{
	struct pq_string *rest = &path->rest;
	while (rest->length > 0 && (rest->data[0] == '.' || rest->data[0] == '[')) {
		bool is_dot = rest->data[0] == '.';
		ptrdiff_t close = is_dot ? 0 : pq_string_find_byte(*rest, ']');
		*rest = pq_string_slice(*rest, close < 0 ? rest->length : (size_t)close + 1,
					rest->length);
		if (!is_dot)
			pq_explain_below(&path->schema, &path->schema);
	}
}

/* False when there is none. */
static bool take_name(struct pq_string *rest, struct pq_string *name)
{
	size_t end = 0;
	while (!ends_name(pq_string_slice(*rest, end, rest->length)))
		end++;
	*name = pq_string_slice(*rest, 0, end);
	*rest = pq_string_slice(*rest, end, rest->length);
	return end > 0;
}

static const struct pq_member *find_property(const struct pq_explain_schema *schema,
					     struct pq_string name)
{
	const struct pq_object *properties = pq_explain_properties(schema);
	return properties == NULL ? NULL : pq_object_find(properties, name, pq_hash(name));
}

/* A map's key may be called as a field of what the map holds: it is the key then if what follows is
 * known there, and not of the field. */
static bool is_key(const struct path *path, struct pq_string name)
{
	struct pq_explain_schema values, field;
	struct path ahead = *path;
	struct pq_string next;
	if (!pq_explain_values(&path->schema, &values))
		return false;
	const struct pq_member *property = find_property(&path->schema, name);
	if (property == NULL)
		return true;
	field = pq_explain_schema_at(path->schema.components, &property->value);
	skip_brackets(&ahead);
	return take_name(&ahead.rest, &next) && find_property(&field, next) == NULL &&
	       find_property(&values, next) != NULL;
}

/* Whether a name goes on with a map's key, which has a dot: no field of the value can be meant. */
static bool continues_key(const struct path *path)
{
	return path->is_map_value && pq_explain_properties(&path->schema) == NULL;
}

static bool fail_field(const struct pq_explain_target *target,
		       const struct pq_explain_fields *fields, struct pq_string path,
		       struct pq_string name, struct pq_error *error)
{
	char hint[PQ_NEAREST_HINT_MAX];
	struct pq_nearest nearest = pq_nearest_to(name);
	const struct pq_string kind = target->kind->kind;
	if (fields->count == 0)
		return pq_error_set(error, PQ_ERROR_NOT_FOUND,
				    "%.*s has no field \"%.*s\": nothing is known of what is in "
				    "\"%.*s\"",
				    PQ_STRING_ARGUMENT(kind), PQ_STRING_ARGUMENT(path),
				    PQ_STRING_ARGUMENT(target->field.name));
	for (size_t i = 0; i < fields->count; i++)
		pq_nearest_consider(&nearest, fields->items[i].name);
	return pq_error_set(error, PQ_ERROR_NOT_FOUND, "%.*s has no field \"%.*s\"%s",
			    PQ_STRING_ARGUMENT(kind), PQ_STRING_ARGUMENT(path),
			    pq_nearest_hint(&nearest, "\"", "\"", hint));
}

static bool find_field(struct path *path, struct pq_string name, struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_explain_fields fields;
	struct pq_explain_target *target = path->target;
	pq_arena_init(&arena, 0);
	if (!pq_explain_list_fields(&path->schema, &arena, &fields))
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory to list fields");
	for (size_t i = 0; i < fields.count; i++) {
		if (pq_string_equal(fields.items[i].name, name)) {
			target->field = fields.items[i];
			path->schema = target->field.schema;
			path->is_map_value = false;
			return true;
		}
	}
	size_t behind = (size_t)(name.data + name.length - target->path.data);
	return fail_field(target, &fields, pq_string_slice(target->path, 0, behind), name, error);
}

/* A key leads to no field of its own: its map is what is explained. */
static bool follow(struct path *path, struct pq_string name, struct pq_error *error)
{
	if (continues_key(path))
		return true;
	if (!is_key(path, name))
		return find_field(path, name, error);
	path->is_map_value = pq_explain_values(&path->schema, &path->schema);
	return true;
}

bool pq_explain_find(const struct pq_explain *explain, struct pq_string request,
		     struct pq_string api_version, struct pq_explain_target *target,
		     struct pq_error *error)
{
	struct candidate candidate = { .kind = NULL };
	struct pq_string name;
	if (!find_kind(explain, request, api_version, &candidate, error))
		return false;
	struct pq_string rest = candidate.rest;
	struct pq_explain_target found = {
		.kind = candidate.kind,
		.path = pq_string_slice(rest, 1, rest.length),
		.field.schema = pq_explain_schema_at(&explain->components, &candidate.kind->schema),
	};
	struct path path = { .target = &found, .schema = found.field.schema, .rest = rest };
	for (skip_brackets(&path); take_name(&path.rest, &name); skip_brackets(&path)) {
		if (!follow(&path, name, error))
			return false;
	}
	*target = found;
	return true;
}
