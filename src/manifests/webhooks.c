/* Webhook configurations. manifests/README.md says why each field has the value it has. */
#include "manifests/manifests.h"

#include "yaml/write.h"

/* One webhook: the rules that it is asked for, and what follows when it does not answer. */
struct webhook {
	const char *name;
	const char *path;
	const char *failure_policy;
	const char *reinvocation_policy; /* NULL for one that only validates */
	bool (*is_for)(const struct pq_manifest_rule *rule);
};

static bool gives_defaults(const struct pq_manifest_rule *rule)
{
	return rule->defaults;
}

static bool denies(const struct pq_manifest_rule *rule)
{
	return rule->denies;
}

static bool warns_only(const struct pq_manifest_rule *rule)
{
	return !rule->denies;
}

static const struct webhook mutating[] = {
	{ .name = "default.pratique.dev",
	  .path = "/mutate",
	  .failure_policy = "Fail",
	  .reinvocation_policy = "IfNeeded",
	  .is_for = gives_defaults },
	{ 0 },
};

static const struct webhook validating[] = {
	{ .name = "validate.pratique.dev",
	  .path = "/validate",
	  .failure_policy = "Fail",
	  .is_for = denies },
	{ .name = "warn.pratique.dev",
	  .path = "/validate",
	  .failure_policy = "Ignore",
	  .is_for = warns_only },
	{ 0 },
};

/* What the API server is never to ask about, whatever the rules say. */
static const struct {
	const char *name;
	const char *expression;
} conditions[] = {
	{ "not-leases", "request.resource.group != 'coordination.k8s.io'" },
	{ "not-access-reviews",
	  "!(request.resource.group in ['authentication.k8s.io', 'authorization.k8s.io'])" },
	{ "not-own-configuration", "request.resource.group != 'admission.pratique.dev'" },
};

enum { TIMEOUT_SECONDS = 5 };

static void write_list(struct pq_buffer *text, const char *key, const struct pq_value *items)
{
	pq_buffer_append_format(text, "    %s:\n", key);
	for (size_t i = 0; i < items->length; i++) {
		pq_buffer_append_text(text, "    - ");
		pq_yaml_write_string(text, pq_value_string(&items->items[i]));
		pq_buffer_append_byte(text, '\n');
	}
}

static void write_rule(struct pq_buffer *text, const struct pq_manifest_rule *rule)
{
	pq_buffer_append_text(text, "  - operations:\n    - CREATE\n    - UPDATE\n");
	write_list(text, "apiGroups", &rule->groups);
	write_list(text, "apiVersions", &rule->versions);
	write_list(text, "resources", &rule->resources);
	pq_buffer_append_text(text, "    scope: ");
	pq_yaml_write_string(text, pq_string_from(rule->scope));
	pq_buffer_append_byte(text, '\n');
}

static void write_client(struct pq_buffer *text, const struct webhook *webhook,
			 const struct pq_manifest_place *place)
{
	pq_buffer_append_text(text, "  clientConfig:\n");
	if (place->ca_bundle.length > 0)
		pq_buffer_append_format(text, "    caBundle: %.*s\n",
					PQ_STRING_ARGUMENT(place->ca_bundle));
	if (place->url.length > 0)
		pq_buffer_append_format(text, "    url: \"%.*s%s\"\n",
					PQ_STRING_ARGUMENT(place->url), webhook->path);
	else
		pq_buffer_append_format(text,
					"    service:\n      name: %.*s\n      namespace: %.*s\n"
					"      path: %s\n      port: 443\n",
					PQ_STRING_ARGUMENT(place->service),
					PQ_STRING_ARGUMENT(place->namespace), webhook->path);
}

static void write_webhook(struct pq_buffer *text, const struct webhook *webhook,
			  const struct pq_manifest_schemas *schemas,
			  const struct pq_manifest_place *place)
{
	pq_buffer_append_format(text,
				"- name: %s\n  admissionReviewVersions:\n  - v1\n  - v1beta1\n",
				webhook->name);
	write_client(text, webhook, place);
	pq_buffer_append_text(text, "  rules:\n");
	for (size_t i = 0; i < schemas->rule_count; i++) {
		if (webhook->is_for(&schemas->rules[i]))
			write_rule(text, &schemas->rules[i]);
	}
	pq_buffer_append_format(text,
				"  matchPolicy: Equivalent\n"
				"  namespaceSelector:\n    matchExpressions:\n"
				"    - key: kubernetes.io/metadata.name\n      operator: NotIn\n"
				"      values:\n      - kube-system\n      - %.*s\n"
				"  matchConditions:\n",
				PQ_STRING_ARGUMENT(place->namespace));
	for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++)
		pq_buffer_append_format(text, "  - name: %s\n    expression: \"%s\"\n",
					conditions[i].name, conditions[i].expression);
	pq_buffer_append_format(text, "  failurePolicy: %s\n", webhook->failure_policy);
	if (webhook->reinvocation_policy != NULL)
		pq_buffer_append_format(text, "  reinvocationPolicy: %s\n",
					webhook->reinvocation_policy);
	pq_buffer_append_format(text, "  sideEffects: None\n  timeoutSeconds: %d\n",
				TIMEOUT_SECONDS);
}

static bool has_work(const struct webhook *webhook, const struct pq_manifest_schemas *schemas)
{
	for (size_t i = 0; i < schemas->rule_count; i++) {
		if (webhook->is_for(&schemas->rules[i]))
			return true;
	}
	return false;
}

static void write_configuration(struct pq_buffer *text, const char *kind,
				const struct webhook *webhooks,
				const struct pq_manifest_schemas *schemas,
				const struct pq_manifest_place *place)
{
	bool begun = false;
	for (const struct webhook *webhook = webhooks; webhook->name != NULL; webhook++) {
		if (!has_work(webhook, schemas))
			continue;
		if (!begun)
			pq_buffer_append_format(
				text,
				"---\napiVersion: admissionregistration.k8s.io/v1\nkind: %s\n"
				"metadata:\n  name: %.*s\n"
				"  labels:\n    app.kubernetes.io/name: pratique\nwebhooks:\n",
				kind, PQ_STRING_ARGUMENT(place->name));
		begun = true;
		write_webhook(text, webhook, schemas, place);
	}
}

void pq_manifest_write_webhooks(struct pq_buffer *text, const struct pq_manifest_schemas *schemas,
				const struct pq_manifest_place *place)
{
	write_configuration(text, "MutatingWebhookConfiguration", mutating, schemas, place);
	write_configuration(text, "ValidatingWebhookConfiguration", validating, schemas, place);
}
