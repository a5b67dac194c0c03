/* Claims of devices (dynamic resource allocation). */
#include "registry/builtin/pod.h"

#include <stdlib.h>

static struct pq_string shown_text(const struct place *text, const char *otherwise)
{
	return place_is_set(text) ? refuse_json(text, text->value) : pq_string_from(otherwise);
}

/* The server's internal struct. */
static struct pq_string show(const struct place *claim)
{
	const struct place name = place_field(claim, "name");
	const struct place own = place_field(claim, "resourceClaimName");
	const struct place template = place_field(claim, "resourceClaimTemplateName");
	return pq_arena_format(claim->findings->arena,
			       "{\"Name\":%.*s,\"ResourceClaimName\":%.*s,"
			       "\"ResourceClaimTemplateName\":%.*s}",
			       PQ_STRING_ARGUMENT(shown_text(&name, "\"\"")),
			       PQ_STRING_ARGUMENT(shown_text(&own, "null")),
			       PQ_STRING_ARGUMENT(shown_text(&template, "null")));
}

static void check_claim_name(const struct place *name, struct pq_map *names)
{
	if (!check_required(name))
		return;
	if (place_note(name, names, place_text(name)))
		check_name(name, pq_names_check_dns1123_label);
	else
		refuse_duplicate(name, place_text(name));
}

/* validatePodResourceClaims */
void pod_check_resource_claims(const struct pod *pod)
{
	const struct place claims = place_field(pod->spec, "resourceClaims");
	pq_cleanup_map struct pq_map names;
	pq_map_init(&names);
	for (size_t i = 0; i < place_count(&claims); i++) {
		const struct place claim = place_item(&claims, i);
		const struct place name = place_field(&claim, "name");
		const struct place own = place_field(&claim, "resourceClaimName");
		const struct place template = place_field(&claim, "resourceClaimTemplateName");
		check_claim_name(&name, &names);
		if (place_is_set(&own) && place_is_set(&template))
			refuse_shown(&claim, show(&claim),
				     "at most one of `resourceClaimName` or "
				     "`resourceClaimTemplateName` may be specified");
		if (!place_is_set(&own) && !place_is_set(&template))
			refuse_shown(&claim, show(&claim),
				     "must specify one of: `resourceClaimName`, "
				     "`resourceClaimTemplateName`");
		if (place_is_set(&own))
			check_name(&own, pq_names_check_dns1123_subdomain);
		if (place_is_set(&template))
			check_name(&template, pq_names_check_dns1123_subdomain);
	}
}

static int compare_texts(const void *a, const void *b)
{
	return pq_string_compare(*(const struct pq_string *)a, *(const struct pq_string *)b);
}

/* The names of a pod's claims in order, without those that are empty or repeated. */
static const char *list_names(const struct pod *pod)
{
	struct pq_arena *arena = pod->spec->findings->arena;
	const struct place claims = place_field(pod->spec, "resourceClaims");
	size_t count = 0, total = place_count(&claims);
	struct pq_string *names = pq_arena_alloc_array(arena, total, sizeof *names);
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	for (size_t i = 0; names != NULL && i < total; i++) {
		const struct place claim = place_item(&claims, i);
		const struct place name = place_field(&claim, "name");
		if (place_text(&name).length > 0)
			names[count++] = place_text(&name);
	}
	if (count > 0)
		qsort(names, count, sizeof *names, compare_texts);
	pq_buffer_append_text(&text, "must be one of the names in pod.spec.resourceClaims");
	if (count == 0)
		pq_buffer_append_text(&text, " which is empty");
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && pq_string_equal(names[i - 1], names[i]))
			continue;
		pq_buffer_append_text(&text, i == 0 ? ": " : ", ");
		pq_buffer_append_string(&text, names[i]);
	}
	pq_buffer_append_byte(&text, '\0');
	return pq_buffer_failed(&text) ? "" : text.data;
}

static bool has_claim(const struct pod *pod, struct pq_string name)
{
	const struct place claims = place_field(pod->spec, "resourceClaims");
	for (size_t i = 0; i < place_count(&claims); i++) {
		const struct place claim = place_item(&claims, i);
		const struct place claim_name = place_field(&claim, "name");
		if (pq_string_equal(place_text(&claim_name), name))
			return true;
	}
	return false;
}

/* A claim as a whole is taken twice with each of its requests that was taken before. */
static void check_requests_before(const struct place *claim, const struct pq_map *seen,
				  struct pq_string name)
{
	for (size_t i = 0; i < seen->count; i++) {
		struct pq_string key = seen->entries[i].key;
		ptrdiff_t slash = pq_string_find_byte(key, '/');
		if (slash >= 0 && pq_string_equal(pq_string_slice(key, 0, (size_t)slash), name))
			refuse_duplicate(claim, name);
	}
}

static void check_use(const struct place *claim, struct pq_map *seen, struct pq_string name)
{
	const struct place request = place_field(claim, "request");
	struct pq_string text = place_text(&request), key = name;
	if (pq_map_find(seen, name) != NULL) {
		refuse_duplicate(claim, name);
		return;
	}
	if (text.length > 0) {
		check_name(&request, pq_names_check_dns1123_label);
		key = pq_arena_format(claim->findings->arena, "%.*s/%.*s", PQ_STRING_ARGUMENT(name),
				      PQ_STRING_ARGUMENT(text));
	}
	if (pq_map_find(seen, key) != NULL)
		refuse_duplicate(claim, key);
	else if (text.length == 0)
		check_requests_before(claim, seen, name);
	place_note(claim, seen, key);
}

/* validateResourceClaimNames */
void pod_check_claim_names(const struct pod *pod, const struct place *resources)
{
	const struct place claims = place_field(resources, "claims");
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = 0; i < place_count(&claims); i++) {
		const struct place claim = place_item(&claims, i);
		const struct place name = place_field(&claim, "name");
		if (place_text(&name).length == 0) {
			refuse_required(&claim, "");
			continue;
		}
		check_use(&claim, &seen, place_text(&name));
		if (!has_claim(pod, place_text(&name)))
			refuse_not_found_among(&claim, place_text(&name), list_names(pod));
	}
}
