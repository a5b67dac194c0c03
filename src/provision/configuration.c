#include "provision/bundle.h"

#include "kube/list.h"
#include "json/write.h"

#define GROUP "admissionregistration.k8s.io"

static const struct pq_kube_resource kinds[] = {
	{ GROUP, "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", false },
	{ GROUP, "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", false },
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static const struct pq_value *webhooks_of(const struct pq_value *configuration)
{
	const struct pq_value *webhooks = pq_value_find(configuration, PQ_S("webhooks"));
	return webhooks != NULL && webhooks->kind == PQ_ARRAY ? webhooks : NULL;
}

static bool has_bundle(const struct pq_value *configuration, struct pq_string bundle)
{
	const struct pq_value *webhooks = webhooks_of(configuration);
	for (size_t i = 0; webhooks != NULL && i < webhooks->length; i++) {
		const struct pq_value *client =
			pq_value_find(&webhooks->items[i], PQ_S("clientConfig"));
		if (!pq_string_equal(pq_value_find_string(client, PQ_S("caBundle")), bundle))
			return false;
	}
	return true;
}

/* Webhooks are told apart by their names, so that nothing else has to be said of them. */
static void write_patch(struct pq_buffer *body, const struct pq_kube_resource *kind,
			struct pq_string name, const struct pq_value *configuration,
			struct pq_string bundle)
{
	const struct pq_value *webhooks = webhooks_of(configuration);
	pq_buffer_append_format(body, "{\"apiVersion\":\"" GROUP "/v1\",\"kind\":\"%s\"",
				kind->kind);
	pq_buffer_append_text(body, ",\"metadata\":{\"name\":");
	pq_json_write_string(body, name, 0);
	pq_buffer_append_text(body, ",\"resourceVersion\":");
	pq_json_write_string(body, pq_kube_metadata(configuration, PQ_S("resourceVersion")), 0);
	pq_buffer_append_text(body, "},\"webhooks\":[");
	for (size_t i = 0; i < webhooks->length; i++) {
		pq_buffer_append_text(body, i == 0 ? "{\"name\":" : ",{\"name\":");
		pq_json_write_string(body, pq_value_find_string(&webhooks->items[i], PQ_S("name")),
				     0);
		pq_buffer_append_text(body, ",\"clientConfig\":{\"caBundle\":");
		pq_json_write_string(body, bundle, 0);
		pq_buffer_append_text(body, "}}");
	}
	pq_buffer_append_text(body, "]}");
}

static bool set_bundle(struct pq_kube_client *client, struct pq_arena *arena,
		       const struct pq_kube_target *target, const struct pq_value *configuration,
		       struct pq_string bundle, struct pq_error *error)
{
	struct pq_buffer body;
	pq_buffer_init_in(&body, arena, 0);
	write_patch(&body, target->resource, target->name, configuration, bundle);
	if (pq_buffer_failed(&body))
		return pq_error_set(error, PQ_ERROR_MEMORY,
				    "no memory for a webhook configuration");
	return pq_kube_apply(client, arena, target, pq_buffer_view(&body), NULL, error);
}

bool configuration_set_bundle(struct pq_kube_client *client, struct pq_arena *arena,
			      struct pq_string name, struct pq_string bundle, size_t *changed,
			      struct pq_error *error)
{
	size_t absent = 0, set = 0;
	for (size_t i = 0; i < KINDS; i++) {
		struct pq_kube_target target = { .resource = &kinds[i], .name = name };
		struct pq_value configuration;
		if (!pq_kube_get(client, arena, &target, &configuration, error)) {
			if (error->code != PQ_ERROR_NOT_FOUND)
				return false;
			absent++;
		} else if (!has_bundle(&configuration, bundle)) {
			if (!set_bundle(client, arena, &target, &configuration, bundle, error))
				return false;
			set++;
		}
	}
	if (absent == KINDS)
		return pq_error_set(error, PQ_ERROR_NOT_FOUND,
				    "there is no webhook configuration \"%.*s\" to set caBundle of",
				    PQ_STRING_ARGUMENT(name));
	*changed = set;
	return true;
}
