/*
 * An API server serves the groups of Kubernetes and those of CRDs, which have a dot. So a kind that
 * is in none of the former is a mistake, or has moved from one version to another.
 */
#include "check/unknown.h"

#include "base/nearest.h"
#include "check/list.h"
#include "formats/names.h"
#include "formats/resource_names.h"

/* Of Kubernetes itself, though no API server serves them unless it is told to. */
static const char *const optional_groups[] = { "internal.apiserver.k8s.io",
					       "storagemigration.k8s.io" };

struct kind {
	struct pq_string group;
	struct pq_string version;
	struct pq_string kind;
};

struct search {
	const struct kind *wanted;
	bool knows_group;
	bool is_found;
	struct pq_string group; /* which has the kind, if it is found; the wanted one first */
	struct pq_string version;
	struct pq_nearest nearest; /* of the kinds of the wanted version */
};

static void consider_version(struct search *search, struct pq_string group,
			     struct pq_string version)
{
	struct pq_string wanted = search->wanted->group;
	bool is_better =
		!search->is_found ||
		(pq_string_equal(group, wanted) && !pq_string_equal(search->group, wanted)) ||
		(pq_string_equal(group, search->group) &&
		 pq_resource_compare_versions(version, search->version) > 0);
	if (!is_better)
		return;
	search->is_found = true;
	search->group = group;
	search->version = version;
}

/* One of the server's kinds, "GROUP/VERSION/KIND". */
static void consider(struct search *search, struct pq_string kind)
{
	const struct kind *wanted = search->wanted;
	struct pq_string group, version;
	if (!pq_string_split(&kind, '/', &group) || !pq_string_split(&kind, '/', &version))
		return;
	bool is_in_group = pq_string_equal(group, wanted->group);
	search->knows_group |= is_in_group;
	if (is_in_group && pq_string_equal(version, wanted->version))
		pq_nearest_consider(&search->nearest, kind);
	if (pq_string_equal(kind, wanted->kind))
		consider_version(search, group, version);
}

static void search_kinds(struct search *search, const struct pq_value *kinds)
{
	for (size_t i = 0; i < kinds->object->count; i++)
		consider(search, kinds->object->members[i].key);
}

static bool is_optional(struct pq_string group)
{
	for (size_t i = 0; i < sizeof optional_groups / sizeof optional_groups[0]; i++) {
		if (pq_string_is(group, optional_groups[i]))
			return true;
	}
	return false;
}

static bool may_be_custom(const struct search *search)
{
	struct pq_string group = search->wanted->group;
	return !search->knows_group && pq_string_find_byte(group, '.') >= 0 && !is_optional(group);
}

static struct pq_string describe_list(const struct pq_check_unknown_object *unknown)
{
	return unknown->is_item ? PQ_S(": a list in a list is not taken apart, and kubectl does "
				       "not do it either: put its items into the outer list")
				: PQ_S(": a list is not one object; `pratique check` takes it "
				       "apart, or name one of its items");
}

static struct pq_string describe_custom(struct pq_arena *arena, const char *refused_crd)
{
	return refused_crd != NULL
		       ? pq_arena_format(arena, ": its CRD is refused (%s)", refused_crd)
		       : PQ_S(": its CRD is not among the schemas; name it with --schemas");
}

static struct pq_string describe(struct pq_arena *arena, const struct search *search,
				 const struct pq_check_unknown_object *unknown)
{
	char hint[PQ_NEAREST_HINT_MAX];
	if (check_is_list(unknown->value))
		return describe_list(unknown);
	if (may_be_custom(search))
		return describe_custom(arena, unknown->refused_crd);
	if (search->is_found)
		return pq_arena_format(arena, ": it is served as \"%.*s%s%.*s\"",
				       PQ_STRING_ARGUMENT(search->group),
				       search->group.length > 0 ? "/" : "",
				       PQ_STRING_ARGUMENT(search->version));
	if (search->nearest.name[0] != '\0')
		return pq_arena_copy(
			arena, pq_string_from(pq_nearest_hint(&search->nearest, "\"", "\"", hint)));
	if (!search->knows_group && is_optional(search->wanted->group))
		return PQ_S(": the API server serves this group only where it is told to; name "
			    "what such a server answers with --openapi");
	return PQ_S(": the API server takes no such kind");
}

struct pq_check_unknown_reason
pq_check_explain_unknown(struct pq_arena *arena, const struct pq_openapi *openapi,
			 const struct pq_check_unknown_object *unknown)
{
	struct pq_string api_version = pq_value_find_string(unknown->value, PQ_S("apiVersion"));
	const struct kind wanted = {
		.group = pq_names_group_of(api_version),
		.version = pq_names_version_of(api_version),
		.kind = pq_value_find_string(unknown->value, PQ_S("kind")),
	};
	struct search search = { .wanted = &wanted, .nearest = pq_nearest_to(wanted.kind) };
	search_kinds(&search, pq_openapi_kinds(openapi));
	struct pq_string hint = describe(arena, &search, unknown);
	struct pq_check_unknown_reason reason = {
		.lacks_crd = !check_is_list(unknown->value) && unknown->refused_crd == NULL &&
			     may_be_custom(&search),
	};
	if (hint.data != NULL)
		reason.text = pq_arena_format(
			arena, "no matches for kind \"%.*s\" in version \"%.*s%s%.*s\"%.*s",
			PQ_STRING_ARGUMENT(wanted.kind), PQ_STRING_ARGUMENT(wanted.group),
			wanted.group.length > 0 ? "/" : "", PQ_STRING_ARGUMENT(wanted.version),
			PQ_STRING_ARGUMENT(hint));
	return reason;
}
