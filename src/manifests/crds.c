/* The CRDs, and who converts their objects. */
#include "manifests/manifests.h"

#include "yaml/write.h"
#include "json/read.h"

static bool has_rules(const struct pq_manifest_schemas *schemas, const struct pq_value *crd_spec)
{
	struct pq_string group = pq_value_find_string(crd_spec, PQ_S("group"));
	struct pq_string kind =
		pq_value_find_string(pq_value_find(crd_spec, PQ_S("names")), PQ_S("kind"));
	for (size_t i = 0; i < schemas->conversion_count; i++) {
		const struct pq_value *spec = pq_value_find(&schemas->conversions[i], PQ_S("spec"));
		if (pq_string_equal(pq_value_find_string(spec, PQ_S("group")), group) &&
		    pq_string_equal(pq_value_find_string(spec, PQ_S("kind")), kind))
			return true;
	}
	return false;
}

static bool names_a_webhook(const struct pq_value *spec)
{
	const struct pq_value *conversion = pq_value_find(spec, PQ_S("conversion"));
	return pq_string_is(pq_value_find_string(conversion, PQ_S("strategy")), "Webhook");
}

/* Everything in it has been checked to need no escape. */
static bool make_conversion(struct pq_arena *arena, const struct pq_manifest_place *place,
			    struct pq_value *conversion)
{
	struct pq_buffer text;
	struct pq_error ignored;
	pq_buffer_init_in(&text, arena, 0);
	pq_buffer_append_text(&text, "{\"strategy\":\"Webhook\",\"webhook\":{"
				     "\"conversionReviewVersions\":[\"v1\"],\"clientConfig\":{");
	if (place->ca_bundle.length > 0)
		pq_buffer_append_format(&text, "\"caBundle\":\"%.*s\",",
					PQ_STRING_ARGUMENT(place->ca_bundle));
	if (place->url.length > 0)
		pq_buffer_append_format(&text, "\"url\":\"%.*s/convert\"}}}",
					PQ_STRING_ARGUMENT(place->url));
	else
		pq_buffer_append_format(&text,
					"\"service\":{\"name\":\"%.*s\",\"namespace\":\"%.*s\","
					"\"path\":\"/convert\",\"port\":443}}}}",
					PQ_STRING_ARGUMENT(place->service),
					PQ_STRING_ARGUMENT(place->namespace));
	return !pq_buffer_failed(&text) &&
	       pq_json_read_copy(arena, pq_buffer_view(&text), NULL, conversion, &ignored);
}

static bool add_conversion(struct pq_arena *arena, const struct pq_manifest_place *place,
			   const struct pq_value *crd, struct pq_value *result)
{
	const struct pq_value *spec = pq_value_find(crd, PQ_S("spec"));
	struct pq_value conversion, changed;
	return make_conversion(arena, place, &conversion) &&
	       pq_value_with_member(arena, spec, PQ_S("conversion"), &conversion, &changed) &&
	       pq_value_with_member(arena, crd, PQ_S("spec"), &changed, result);
}

void pq_manifest_write_crds(struct pq_buffer *text, const struct pq_manifest_schemas *schemas,
			    const struct pq_manifest_place *place)
{
	for (size_t i = 0; i < schemas->crd_count; i++) {
		struct pq_value crd = schemas->crds[i];
		const struct pq_value *spec = pq_value_find(&crd, PQ_S("spec"));
		if (has_rules(schemas, spec) && !names_a_webhook(spec) &&
		    !add_conversion(schemas->arena, place, &schemas->crds[i], &crd)) {
			text->failed = true;
			return;
		}
		pq_buffer_append_text(text, "---\n");
		pq_yaml_write(text, &crd);
	}
}
