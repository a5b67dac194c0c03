/* Webhook configurations (pkg/apis/admissionregistration/validation). */
#include "registry/builtin/admission.h"
#include "registry/builtin/rules.h"
#include "registry/webhook_address.h"

/* validateAdmissionReviewVersions */
static void check_review_versions(const struct place *versions)
{
	bool has_known = false;
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	if (place_count(versions) == 0) {
		refuse_required(versions, "must specify one of v1, v1beta1");
		return;
	}
	for (size_t i = 0; i < place_count(versions); i++) {
		const struct place version = place_item(versions, i);
		if (!place_note(&version, &seen, place_text(&version))) {
			refuse_string(&version, place_text(&version), "duplicate version");
			continue;
		}
		check_name(&version, pq_names_check_dns1035_label);
		has_known |= place_is_text(&version, "v1") || place_is_text(&version, "v1beta1");
	}
	if (!has_known)
		refuse_value(versions, "must include at least one of v1, v1beta1");
}

/* IsFullyQualifiedName */
static void check_qualified(const struct place *name)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	struct pq_string rest = place_text(name), part;
	size_t parts = 0;
	if (!check_required(name))
		return;
	size_t count = pq_names_check_dns1123_subdomain(rest, problems);
	while (pq_string_split(&rest, '.', &part))
		parts++;
	if (count > 0)
		refuse_string(name, place_text(name), "%s%s%s", problems[0], count > 1 ? "," : "",
			      count > 1 ? problems[1] : "");
	else if (parts < 3)
		refuse_string(name, place_text(name),
			      "should be a domain with at least three segments separated by dots");
}

/* ValidateWebhookService, whose caller swaps name and namespace; an absent port is 443. */
static void check_service(const struct place *service)
{
	const struct place name = place_field(service, "name");
	const struct place namespace = place_field(service, "namespace");
	const struct place port = place_field(service, "port");
	const struct place path = place_field(service, "path");
	int64_t number = place_integer_or(&port, 443);
	if (place_text(&namespace).length == 0)
		refuse_required(&name, "");
	if (place_text(&name).length == 0)
		refuse_required(&namespace, "");
	if (number < 1 || number > 65535)
		refuse_number(&port, number,
			      "port is not valid: must be between 1 and 65535, inclusive");
	if (place_is_set(&path))
		webhook_check_path(service->findings, path.value, &service->path);
}

static void check_client(const struct place *hook)
{
	const struct place client = place_field(hook, "clientConfig");
	const struct place url = place_field(&client, "url");
	const struct place service = place_field(&client, "service");
	if (place_is_set(&url) == place_is_set(&service))
		refuse_required(&client, "exactly one of url or service is required");
	else if (place_is_set(&url))
		webhook_check_url(hook->findings, url.value, &url.path);
	else
		check_service(&service);
}

static void check_side_effects(const struct place *effects)
{
	static const char *const known[] = { "None", "NoneOnDryRun", NULL };
	if (!place_is_set(effects))
		refuse_required(effects, "must specify one of None, NoneOnDryRun");
	else
		check_enum(effects, known);
}

/* validateValidatingWebhook and validateMutatingWebhook */
static void check_hook(const struct place *hook)
{
	static const char *const reinvocations[] = { "IfNeeded", "Never", NULL };
	const struct place name = place_field(hook, "name");
	const struct place rules = place_field(hook, "rules");
	const struct place failure = place_field(hook, "failurePolicy");
	const struct place match = place_field(hook, "matchPolicy");
	const struct place effects = place_field(hook, "sideEffects");
	const struct place timeout = place_field(hook, "timeoutSeconds");
	const struct place spaces = place_field(hook, "namespaceSelector");
	const struct place objects = place_field(hook, "objectSelector");
	const struct place reinvocation = place_field(hook, "reinvocationPolicy");
	const struct place conditions = place_field(hook, "matchConditions");
	const struct place versions = place_field(hook, "admissionReviewVersions");
	check_qualified(&name);
	place_each(&rules, admission_check_rule);
	check_optional_enum(&failure, admission_failure_policies);
	check_optional_enum(&match, admission_match_policies);
	check_side_effects(&effects);
	if (place_is_set(&timeout) && (place_integer(&timeout) < 1 || place_integer(&timeout) > 30))
		refuse_number(&timeout, place_integer(&timeout),
			      "the timeout value must be between 1 and 30 seconds");
	check_label_selector(&spaces);
	check_label_selector(&objects);
	check_optional_enum(&reinvocation, reinvocations);
	check_client(hook);
	admission_check_conditions(&conditions, false);
	check_review_versions(&versions);
}

void rules_check_webhooks(const struct place *configuration)
{
	const struct place hooks = place_field(configuration, "webhooks");
	pq_cleanup_map struct pq_map names;
	pq_map_init(&names);
	for (size_t i = 0; i < place_count(&hooks); i++) {
		const struct place hook = place_item(&hooks, i);
		const struct place name = place_field(&hook, "name");
		check_hook(&hook);
		if (place_text(&name).length > 0 && !place_note(&name, &names, place_text(&name)))
			refuse_duplicate(&name, place_text(&name));
	}
}
