/* How a CRD's versions are converted: spec.conversion and the webhook that it may name. */
#include "registry/crd_check.h"

#include "formats/names.h"

enum { PORT_MAX = 65535 };

static void check_service_path(const struct crd_check *check, const struct pq_value *value,
			       const struct pq_path *parent)
{
	struct pq_path path = pq_path_property(parent, PQ_S("path"));
	struct pq_string text = pq_value_string(value), rest, step;
	if (text.length == 0 || pq_string_is(text, "/"))
		return;
	if (pq_string_is(text, "//")) {
		finding_add_invalid_typed(check->findings, &path, value,
					  "segment[0] may not be empty");
		return;
	}
	if (text.data[0] != '/')
		finding_add_invalid_typed(check->findings, &path, value, "must start with a '/'");
	rest = pq_string_slice(text, 1, text.length);
	if (pq_string_ends_with(rest, PQ_S("/")))
		rest.length--;
	for (size_t i = 0; pq_string_split(&rest, '/', &step); i++) {
		const char *problems[PQ_NAME_PROBLEMS_MAX] = { "may not be empty" };
		size_t count =
			step.length == 0 ? 1 : pq_names_check_dns1123_subdomain(step, problems);
		for (size_t j = 0; j < count; j++) {
			struct pq_string detail =
				pq_arena_format(check->arena, "segment[%zu]%s %s", i,
						step.length == 0 ? "" : ":", problems[j]);
			finding_add_invalid_typed(check->findings, &path, value, detail.data);
		}
	}
}

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
			"port is not valid: must be between 1 and 65535, inclusive");
	if (place != NULL && place->kind == PQ_STRING)
		check_service_path(check, place, path);
}

/* The parts of a URL that ValidateWebhookURL looks at. */
static void check_url(const struct crd_check *check, const struct pq_value *value,
		      const struct pq_path *path)
{
	struct pq_string url = pq_value_string(value), scheme = PQ_S(""), rest = url;
	ptrdiff_t colon = pq_string_find_byte(url, ':');
	if (colon > 0) {
		scheme = pq_string_slice(url, 0, (size_t)colon);
		rest = pq_string_slice(url, (size_t)colon + 1, url.length);
	}
	if (!pq_string_is(scheme, "https"))
		finding_add_invalid_text(check->findings, path, scheme, value->offset,
					 "'https' is the only allowed URL scheme; desired format: "
					 "https://host[/path]");
	struct pq_string host = PQ_S("");
	if (pq_string_starts_with(rest, PQ_S("//"))) {
		rest = pq_string_slice(rest, 2, rest.length);
		size_t end = 0;
		while (end < rest.length && strchr("/?#", rest.data[end]) == NULL)
			end++;
		host = pq_string_slice(rest, 0, end);
		rest = pq_string_slice(rest, end, rest.length);
	}
	ptrdiff_t at = pq_string_find_byte(host, '@');
	struct pq_string user = pq_string_slice(host, 0, at < 0 ? 0 : (size_t)at);
	if (at >= 0)
		host = pq_string_slice(host, (size_t)at + 1, host.length);
	if (host.length == 0)
		finding_add_invalid_text(check->findings, path, PQ_S(""), value->offset,
					 "host must be specified; desired format: "
					 "https://host[/path]");
	if (at >= 0)
		finding_add_invalid_text(check->findings, path, user, value->offset,
					 "user information is not permitted in the URL");
	ptrdiff_t hash = pq_string_find_byte(rest, '#');
	if (hash >= 0) {
		struct pq_string fragment = pq_string_slice(rest, (size_t)hash + 1, rest.length);
		rest.length = (size_t)hash;
		if (fragment.length > 0)
			finding_add_invalid_text(check->findings, path, fragment, value->offset,
						 "fragments are not permitted in the URL");
	}
	ptrdiff_t mark = pq_string_find_byte(rest, '?');
	if (mark >= 0 && (size_t)mark + 1 < rest.length)
		finding_add_invalid_text(
			check->findings, path, pq_string_slice(rest, (size_t)mark + 1, rest.length),
			value->offset, "query parameters are not permitted in the URL");
}

static void check_client_config(const struct crd_check *check, const struct pq_value *webhook,
				const struct pq_path *parent)
{
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
		check_url(check, url, &url_path);
	else
		check_service(check, service, &service_path);
}

static void check_review_versions(const struct crd_check *check, const struct pq_value *versions,
				  const struct pq_path *path, uint32_t offset)
{
	bool has_known = false;
	if (versions == NULL || versions->kind != PQ_ARRAY || versions->length == 0) {
		crd_check_add_required(check, path, offset, "");
		return;
	}
	for (size_t i = 0; i < versions->length; i++) {
		const struct pq_value *version = &versions->items[i];
		struct pq_string name = pq_value_string(version);
		struct pq_path step = pq_path_index(path, i);
		bool is_repeated = false;
		for (size_t j = 0; j < i && !is_repeated; j++)
			is_repeated = pq_value_equal(version, &versions->items[j]);
		if (is_repeated) {
			finding_add_invalid_typed(check->findings, &step, version,
						  "duplicate version");
			continue;
		}
		const char *problem = crd_check_label_problem(check, name, false);
		if (problem != NULL)
			finding_add_invalid_typed(check->findings, &step, version, problem);
		has_known |= pq_string_is(name, "v1") || pq_string_is(name, "v1beta1");
	}
	if (!has_known)
		finding_add_invalid_typed(check->findings, path, versions,
					  "must include at least one of v1, v1beta1");
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
		check_client_config(check, webhook, path);
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
