/* ResourceQuotas. */
#include "registry/builtin/pod.h"
#include "registry/builtin/rules.h"

#include "json/write.h"

static const char *const scopes[] = {
	"Terminating",
	"NotTerminating",
	"BestEffort",
	"NotBestEffort",
	"PriorityClass",
	"VolumeAttributesClass",
	"CrossNamespacePodAffinity",
	NULL,
};

/* helper.IsResourceQuotaScopeValidForResource, for resources that quotas know. */
static bool fits_scope(struct pq_string scope, struct pq_string name)
{
	static const char *const compute[] = {
		"cpu",          "memory",          "limits.cpu", "limits.memory",
		"requests.cpu", "requests.memory", NULL
	};
	bool is_compute = false;
	for (size_t i = 0; compute[i] != NULL; i++)
		is_compute |= pq_string_is(name, compute[i]);
	if (pq_string_is(scope, "BestEffort"))
		return pq_string_is(name, "pods");
	if (pq_string_is(scope, "VolumeAttributesClass"))
		return pq_string_is(name, "persistentvolumeclaims") ||
		       pq_string_is(name, "requests.storage");
	for (size_t i = 0; scopes[i] != NULL; i++) {
		if (pq_string_is(scope, scopes[i]))
			return pq_string_is(name, "pods") || is_compute;
	}
	return true;
}

enum { SCOPES = sizeof scopes / sizeof scopes[0] - 1 };

/* Of each scope, how many of the resources that quotas know it does not fit. */
struct misfits {
	size_t counts[SCOPES];
};

static struct misfits count_misfits(const struct place *hard)
{
	struct misfits misfits = { { 0 } };
	for (size_t i = 0; i < place_count(hard); i++) {
		struct pq_string name = place_key(hard, i);
		if (!resource_is_quota(name))
			continue;
		for (size_t j = 0; j < SCOPES; j++)
			misfits.counts[j] += !fits_scope(pq_string_from(scopes[j]), name);
	}
	return misfits;
}

static size_t misfits_of(const struct misfits *misfits, const struct place *scope)
{
	for (size_t i = 0; i < SCOPES; i++) {
		if (place_is_text(scope, scopes[i]))
			return misfits->counts[i];
	}
	return 0;
}

static bool conflict(const struct pq_map *seen, const char *a, const char *b)
{
	return pq_map_find(seen, pq_string_from(a)) != NULL &&
	       pq_map_find(seen, pq_string_from(b)) != NULL;
}

/* Told of the scopes, whichever list they stand in. */
static void check_conflicts(const struct place *told, const struct place *list,
			    const struct pq_map *seen)
{
	struct pq_string shown = refuse_place_json(list);
	if (conflict(seen, "BestEffort", "NotBestEffort"))
		refuse_shown(told, shown, "conflicting scopes");
	if (conflict(seen, "Terminating", "NotTerminating"))
		refuse_shown(told, shown, "conflicting scopes");
}

/* validateResourceQuotaScopes */
static void check_scopes(const struct place *spec)
{
	const struct place list = place_field(spec, "scopes");
	const struct place hard = place_field(spec, "hard");
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	const struct misfits misfits = count_misfits(&hard);
	for (size_t i = 0; i < place_count(&list); i++) {
		const struct place scope = place_item(&list, i);
		if (!place_is_one_of(&scope, scopes))
			refuse_value(&list, "unsupported scope");
		for (size_t j = misfits_of(&misfits, &scope); j > 0; j--)
			refuse_value(&list, "unsupported scope applied to resource");
		place_note(&scope, &seen, place_text(&scope));
	}
	check_conflicts(&list, &list, &seen);
}

/* A requirement of the selector, told of the list without an index. */
static void check_scope_requirement(const struct place *list, const struct place *requirement)
{
	static const char *const alone[] = { "BestEffort",
					     "NotBestEffort",
					     "Terminating",
					     "NotTerminating",
					     "CrossNamespacePodAffinity",
					     NULL };
	static const char *const with[] = { "In", "NotIn", NULL };
	static const char *const without[] = { "Exists", "DoesNotExist", NULL };
	struct place told = *requirement;
	told.path = list->path;
	told.parent = list->parent;
	const struct place name = place_field(&told, "scopeName");
	const struct place operator= place_field(&told, "operator");
	const struct place values = place_field(&told, "values");
	if (!place_is_one_of(&name, scopes))
		refuse_word(&name, place_text(&name), "unsupported scope");
	if (place_is_one_of(&name, alone) && !place_is_text(&operator, "Exists"))
		refuse_word(&operator, place_text(&operator),
			    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, "
			    "ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, "
			    "ResourceQuotaScopeNotBestEffort or "
			    "ResourceQuotaScopeCrossNamespacePodAffinity");
	if (place_is_one_of(&operator, with)) {
		if (place_count(&values) == 0)
			refuse_required(&values, "must be at least one value when `operator` is "
						 "'In' or 'NotIn' for scope selector");
	} else if (place_is_one_of(&operator, without)) {
		if (place_count(&values) > 0)
			refuse_value(&values, "must be no value when `operator` is 'Exist' or "
					      "'DoesNotExist' for scope selector");
	} else {
		refuse_word(&operator, place_text(&operator), "not a valid selector operator");
	}
}

/* The selector by the names of Go's fields. */
static struct pq_string show_scope_selector(const struct place *list)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, list->findings->arena, 0);
	pq_buffer_append_text(&text, "{\"MatchExpressions\":[");
	for (size_t i = 0; i < place_count(list); i++) {
		const struct place item = place_item(list, i);
		const struct place name = place_field(&item, "scopeName");
		const struct place operator= place_field(&item, "operator");
		const struct place values = place_field(&item, "values");
		pq_buffer_append_text(&text, i == 0 ? "{\"ScopeName\":" : ",{\"ScopeName\":");
		pq_json_write_string(&text, place_text(&name), PQ_JSON_ESCAPE_HTML);
		pq_buffer_append_text(&text, ",\"Operator\":");
		pq_json_write_string(&text, place_text(&operator), PQ_JSON_ESCAPE_HTML);
		pq_buffer_append_text(&text, ",\"Values\":");
		if (place_is_set(&values))
			pq_json_write(&text, values.value, PQ_JSON_ESCAPE_HTML);
		else
			pq_buffer_append_text(&text, "null");
		pq_buffer_append_byte(&text, '}');
	}
	pq_buffer_append_text(&text, "]}");
	return pq_buffer_failed(&text) ? PQ_S("") : pq_buffer_view(&text);
}

/* validateScopedResourceSelectorRequirement */
static void check_scope_selector(const struct place *spec)
{
	const struct place hard = place_field(spec, "hard");
	const struct place list = place_field(spec, "scopes");
	const struct place selector = place_field(spec, "scopeSelector");
	const struct place expressions = place_field(&selector, "matchExpressions");
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	const struct misfits misfits = count_misfits(&hard);
	struct pq_string shown = show_scope_selector(&expressions);
	for (size_t i = 0; i < place_count(&expressions); i++) {
		const struct place requirement = place_item(&expressions, i);
		const struct place name = place_field(&requirement, "scopeName");
		check_scope_requirement(&expressions, &requirement);
		for (size_t j = misfits_of(&misfits, &name); j > 0; j--)
			refuse_shown(&expressions, shown, "unsupported scope applied to resource");
		place_note(&name, &seen, place_text(&name));
	}
	check_conflicts(&expressions, &list, &seen);
}

static void check_quantities(const struct place *map)
{
	for (size_t i = 0; i < place_count(map); i++) {
		const struct place quantity = place_member(map, i);
		resource_check_quota_name(&quantity, place_key(map, i));
		resource_check_value(&quantity, place_key(map, i));
	}
}

/* ValidateResourceQuotaSpec; of a status nothing is taken on create. */
void rules_check_resource_quota(const struct place *quota)
{
	const struct place spec = place_field(quota, "spec");
	const struct place hard = place_field(&spec, "hard");
	check_quantities(&hard);
	check_scopes(&spec);
	check_scope_selector(&spec);
}
