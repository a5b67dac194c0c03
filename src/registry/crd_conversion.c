/* How a CRD's versions are converted: spec.conversion and the webhook that it may name. */
#include "registry/crd_check.h"
#include "registry/name_index.h"
#include "registry/webhook_address.h"

enum { PORT_MAX = 65535 };

static void check_service(const struct crd_check *check, const struct pq_value *service,
			  const struct pq_path *path)
{
	/* The server takes the one for the other: what lacks is told under the wrong name. */
	struct pq_path name_path = pq_path_property(path, PQ_S("name"));
	struct pq_path namespace_path = pq_path_property(path, PQ_S("namespace"));
	struct pq_path port_path = pq_path_property(path, PQ_S("port"));
	const struct pq_value *port = pq_value_find(service, PQ_S("port"));
	const struct pq_value *place = pq_value_find(service, PQ_S("path"));
	if (pq_value_find_string(service, PQ_S("namespace")).length == 0)
		crd_check_add_required(check, &name_path, service->offset, "");
	if (pq_value_find_string(service, PQ_S("name")).length == 0)
		crd_check_add_required(check, &namespace_path, service->offset, "");
	if (port != NULL && (port->integer < 1 || port->integer > PORT_MAX))
		finding_add_invalid_typed(
			check->findings, &port_path, port,
			PQ_S("port is not valid: must be between 1 and 65535, inclusive"));
	if (place != NULL && place->kind == PQ_STRING)
		webhook_check_path(check->findings, place, path);
}

static const struct pq_value *bundle_of(const struct pq_value *conversion)
{
	const struct pq_value *bundle = pq_value_find(
		pq_value_find_path(conversion, 2, "webhook", "clientConfig"), PQ_S("caBundle"));
	return bundle != NULL && bundle->kind == PQ_STRING && bundle->length > 0 ? bundle : NULL;
}

/* A bundle may be bad until the CRD is established, and then as long as it was. */
static void check_bundle(const struct crd_check *check, const struct pq_value *conversion,
			 const struct pq_path *config_path)
{
	struct pq_path path = pq_path_property(config_path, PQ_S("caBundle"));
	const struct pq_value *bundle = bundle_of(conversion);
	if (bundle == NULL || check->old == NULL || !crd_is_established(check->old))
		return;
	const struct pq_value *before =
		bundle_of(pq_value_find_path(check->old, 2, "spec", "conversion"));
	if (before != NULL && webhook_bundle_problem(check->arena, before) != NULL)
		return;
	const char *problem = webhook_bundle_problem(check->arena, bundle);
	if (problem != NULL)
		finding_add_invalid(check->findings, &path, bundle,
				    pq_arena_format(check->arena,
						    "unable to load root certificates: %s",
						    problem));
}

static void check_client_config(const struct crd_check *check, const struct pq_value *conversion,
				const struct pq_path *parent)
{
	const struct pq_value *webhook = pq_value_find(conversion, PQ_S("webhook"));
	struct pq_path path = pq_path_property(parent, PQ_S("webhookClientConfig"));
	const struct pq_value *config = pq_value_find(webhook, PQ_S("clientConfig"));
	if (config == NULL) {
		crd_check_add_required(check, &path,
				       webhook == NULL ? PQ_OFFSET_NONE : webhook->offset,
				       "required when strategy is set to Webhook");
		return;
	}
	const struct pq_value *url = pq_value_find(config, PQ_S("url"));
	const struct pq_value *service = pq_value_find(config, PQ_S("service"));
	struct pq_path url_path = pq_path_property(&path, PQ_S("url"));
	struct pq_path service_path = pq_path_property(&path, PQ_S("service"));
	if ((url == NULL) == (service == NULL))
		crd_check_add_required(check, &path, config->offset,
				       "exactly one of url or service is required");
	else if (url != NULL)
		webhook_check_url(check->findings, url, &url_path);
	else
		check_service(check, service, &service_path);
	check_bundle(check, conversion, &path);
}

static bool is_known_review(struct pq_string version)
{
	return pq_string_is(version, "v1") || pq_string_is(version, "v1beta1");
}

/* Whether one of the versions must be known: not when none was before. */
static bool needs_known_review(const struct crd_check *check)
{
	const struct pq_value *versions =
		pq_value_find(pq_value_find_path(check->old, 3, "spec", "conversion", "webhook"),
			      PQ_S("conversionReviewVersions"));
	if (versions == NULL || versions->kind != PQ_ARRAY || versions->length == 0)
		return true;
	for (size_t i = 0; i < versions->length; i++) {
		if (is_known_review(pq_value_string(&versions->items[i])))
			return true;
	}
	return false;
}

static void check_review_versions(const struct crd_check *check, const struct pq_value *versions,
				  const struct pq_path *path, uint32_t offset)
{
	bool has_known = !needs_known_review(check);
	struct name_index index;
	if (versions == NULL || versions->kind != PQ_ARRAY || versions->length == 0) {
		crd_check_add_required(check, path, offset, "");
		return;
	}
	name_index_build(&index, check->arena, versions, NULL);
	for (size_t i = 0; i < versions->length; i++) {
		const struct pq_value *version = &versions->items[i];
		struct pq_string name = pq_value_string(version);
		struct pq_path step = pq_path_index(path, i);
		if (name_index_find(&index, name) != version) {
			finding_add_invalid_typed(check->findings, &step, version,
						  PQ_S("duplicate version"));
			continue;
		}
		const char *problem = crd_check_label_problem(check, name, false);
		if (problem != NULL)
			finding_add_invalid_typed(check->findings, &step, version,
						  pq_string_from(problem));
		has_known |= is_known_review(name);
	}
	if (!has_known)
		finding_add_invalid_typed(check->findings, path, versions,
					  PQ_S("must include at least one of v1, v1beta1"));
}

void crd_check_conversion(const struct crd_check *check, const struct pq_value *conversion,
			  const struct pq_path *path)
{
	static const char *const strategies[] = { "None", "Webhook", NULL };
	if (conversion == NULL)
		return;
	struct pq_path strategy_path = pq_path_property(path, PQ_S("strategy"));
	struct pq_path config_path = pq_path_property(path, PQ_S("webhookClientConfig"));
	struct pq_path versions_path = pq_path_property(path, PQ_S("conversionReviewVersions"));
	struct pq_string strategy = pq_value_find_string(conversion, PQ_S("strategy"));
	const struct pq_value *webhook = pq_value_find(conversion, PQ_S("webhook"));
	const struct pq_value *config = pq_value_find(webhook, PQ_S("clientConfig"));
	const struct pq_value *versions = pq_value_find(webhook, PQ_S("conversionReviewVersions"));
	crd_check_choice(check, &strategy_path, strategy, conversion->offset, strategies);
	if (pq_string_is(strategy, "Webhook")) {
		check_client_config(check, conversion, path);
		check_review_versions(check, versions, &versions_path, conversion->offset);
		return;
	}
	if (config != NULL)
		crd_check_add_forbidden(check, &config_path, config->offset,
					"should not be set when strategy is not set to Webhook");
	if (versions != NULL && versions->kind == PQ_ARRAY && versions->length > 0)
		crd_check_add_forbidden(check, &versions_path, versions->offset,
					"should not be set when strategy is not set to Webhook");
}
