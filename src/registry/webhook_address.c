#include "registry/webhook_address.h"

#include "formats/names.h"
#include "registry/finding.h"

void webhook_check_path(struct pq_findings *findings, const struct pq_value *value,
			const struct pq_path *parent)
{
	struct pq_path path = pq_path_property(parent, PQ_S("path"));
	struct pq_string text = pq_value_string(value), rest, step;
	if (text.length == 0 || pq_string_is(text, "/"))
		return;
	if (pq_string_is(text, "//")) {
		finding_add_invalid_typed(findings, &path, value, "segment[0] may not be empty");
		return;
	}
	if (text.data[0] != '/')
		finding_add_invalid_typed(findings, &path, value, "must start with a '/'");
	rest = pq_string_slice(text, 1, text.length);
	if (pq_string_ends_with(rest, PQ_S("/")))
		rest.length--;
	for (size_t i = 0; pq_string_split(&rest, '/', &step); i++) {
		const char *problems[PQ_NAME_PROBLEMS_MAX] = { "may not be empty" };
		size_t count =
			step.length == 0 ? 1 : pq_names_check_dns1123_subdomain(step, problems);
		for (size_t j = 0; j < count; j++) {
			struct pq_string detail =
				pq_arena_format(findings->arena, "segment[%zu]%s %s", i,
						step.length == 0 ? "" : ":", problems[j]);
			finding_add_invalid_typed(findings, &path, value, detail.data);
		}
	}
}

/* The parts of a URL that ValidateWebhookURL looks at. */
void webhook_check_url(struct pq_findings *findings, const struct pq_value *value,
		       const struct pq_path *path)
{
	struct pq_string url = pq_value_string(value), scheme = PQ_S(""), rest = url;
	ptrdiff_t colon = pq_string_find_byte(url, ':');
	if (colon > 0) {
		scheme = pq_string_slice(url, 0, (size_t)colon);
		rest = pq_string_slice(url, (size_t)colon + 1, url.length);
	}
	if (!pq_string_is(scheme, "https"))
		finding_add_invalid_text(findings, path, scheme, value->offset,
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
		finding_add_invalid_text(findings, path, PQ_S(""), value->offset,
					 "host must be specified; desired format: "
					 "https://host[/path]");
	if (at >= 0)
		finding_add_invalid_text(findings, path, user, value->offset,
					 "user information is not permitted in the URL");
	ptrdiff_t hash = pq_string_find_byte(rest, '#');
	if (hash >= 0) {
		struct pq_string fragment = pq_string_slice(rest, (size_t)hash + 1, rest.length);
		rest.length = (size_t)hash;
		if (fragment.length > 0)
			finding_add_invalid_text(findings, path, fragment, value->offset,
						 "fragments are not permitted in the URL");
	}
	ptrdiff_t mark = pq_string_find_byte(rest, '?');
	if (mark >= 0 && (size_t)mark + 1 < rest.length)
		finding_add_invalid_text(
			findings, path, pq_string_slice(rest, (size_t)mark + 1, rest.length),
			value->offset, "query parameters are not permitted in the URL");
}
