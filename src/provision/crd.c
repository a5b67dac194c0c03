#include "provision/bundle.h"

#include "kube/list.h"
#include "json/write.h"

static const struct pq_kube_resource crds = { "apiextensions.k8s.io", "v1",
					      "customresourcedefinitions",
					      "CustomResourceDefinition", false };

static void write_patch(struct pq_buffer *body, struct pq_string name, const struct pq_value *crd,
			struct pq_string bundle)
{
	pq_buffer_append_text(body, "{\"apiVersion\":\"apiextensions.k8s.io/v1\","
				    "\"kind\":\"CustomResourceDefinition\","
				    "\"metadata\":{\"name\":");
	pq_json_write_string(body, name, 0);
	pq_buffer_append_text(body, ",\"resourceVersion\":");
	pq_json_write_string(body, pq_kube_metadata(crd, PQ_S("resourceVersion")), 0);
	pq_buffer_append_text(body,
			      "},\"spec\":{\"conversion\":{\"strategy\":\"Webhook\",\"webhook\":"
			      "{\"clientConfig\":{\"caBundle\":");
	pq_json_write_string(body, bundle, 0);
	pq_buffer_append_text(body, "}}}}}");
}

bool crd_set_bundle(struct pq_kube_client *client, struct pq_arena *arena, struct pq_string name,
		    struct pq_string bundle, bool *changed, struct pq_error *error)
{
	struct pq_kube_target target = { .resource = &crds, .name = name };
	struct pq_value crd;
	struct pq_buffer body;
	if (!pq_kube_get(client, arena, &target, &crd, error))
		return false;
	const struct pq_value *webhook =
		pq_value_find_path(&crd, 4, "spec", "conversion", "webhook", "clientConfig");
	if (webhook == NULL)
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "CRD %.*s has no conversion webhook to set caBundle of",
				    PQ_STRING_ARGUMENT(name));
	*changed = !pq_string_equal(pq_value_find_string(webhook, PQ_S("caBundle")), bundle);
	if (!*changed)
		return true;
	pq_buffer_init_in(&body, arena, 0);
	write_patch(&body, name, &crd, bundle);
	if (pq_buffer_failed(&body))
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a CRD");
	return pq_kube_apply(client, arena, &target, pq_buffer_view(&body), NULL, error);
}
