/*
 * An API server serves the groups of Kubernetes and those of CRDs, which have a dot. So a kind that
 * is in none of the former is a mistake, or has moved from one version to another.
 */
#include "check/unknown.h"

#include "base/nearest.h"
#include "check/list.h"
#include "formats/resource_names.h"

struct search {
	const struct pq_policy_subject *subject;
	bool knows_group;
	bool is_found;
	struct pq_string group; /* which has the kind, if it is found; the subject's own first */
	struct pq_string version;
	struct pq_nearest nearest; /* of the kinds of the subject's version */
};

static void consider_version(struct search *search, struct pq_string group,
			     struct pq_string version)
{
	struct pq_string wanted = search->subject->group;
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
	const struct pq_policy_subject *subject = search->subject;
	struct pq_string group, version;
	if (!pq_string_split(&kind, '/', &group) || !pq_string_split(&kind, '/', &version))
		return;
	bool is_in_group = pq_string_equal(group, subject->group);
	search->knows_group |= is_in_group;
	if (is_in_group && pq_string_equal(version, subject->version))
		pq_nearest_consider(&search->nearest, kind);
	if (pq_string_equal(kind, subject->kind))
		consider_version(search, group, version);
}

static void search_kinds(struct search *search, const struct pq_value *kinds)
{
	for (size_t i = 0; i < kinds->object->count; i++)
		consider(search, kinds->object->members[i].key);
}

static struct pq_string describe(struct pq_arena *arena, const struct check_world *world,
				 const struct search *search)
{
	const struct pq_policy_subject *subject = search->subject;
	char hint[PQ_NEAREST_HINT_MAX];
	const char *refused = check_world_find_refused_kind(world, subject->group, subject->kind);
	bool may_be_custom = !search->knows_group && pq_string_find_byte(subject->group, '.') >= 0;
	if (check_is_list(subject->object))
		return PQ_S(": a list in a list is not taken apart, by kubectl neither: put its "
			    "items into the outer list");
	if (may_be_custom && refused != NULL)
		return pq_arena_format(arena, ": its CRD is refused (%s)", refused);
	if (may_be_custom)
		return PQ_S(": its CRD is not among the schemas; name it with --schemas");
	if (search->is_found)
		return pq_arena_format(arena, ": it is served as \"%.*s%s%.*s\"",
				       PQ_STRING_ARGUMENT(search->group),
				       search->group.length > 0 ? "/" : "",
				       PQ_STRING_ARGUMENT(search->version));
	if (search->nearest.name[0] != '\0')
		return pq_arena_copy(
			arena, pq_string_from(pq_nearest_hint(&search->nearest, "\"", "\"", hint)));
	return PQ_S(": the API server takes no such kind");
}

struct pq_string check_describe_unknown(struct pq_arena *arena, const struct check_world *world,
					const struct pq_policy_subject *subject)
{
	struct search search = { .subject = subject, .nearest = pq_nearest_to(subject->kind) };
	search_kinds(&search, pq_openapi_kinds(world->settings->openapi));
	struct pq_string reason = describe(arena, world, &search);
	if (reason.data == NULL)
		return reason;
	return pq_arena_format(arena, "no matches for kind \"%.*s\" in version \"%.*s%s%.*s\"%.*s",
			       PQ_STRING_ARGUMENT(subject->kind),
			       PQ_STRING_ARGUMENT(subject->group),
			       subject->group.length > 0 ? "/" : "",
			       PQ_STRING_ARGUMENT(subject->version), PQ_STRING_ARGUMENT(reason));
}
