#include "registry/webhook_address.h"

#include "base/base64.h"
#include "formats/certificate.h"
#include "formats/names.h"
#include "formats/pem.h"
#include "formats/uri.h"
#include "registry/finding.h"
#include "json/write.h"

void webhook_check_path(struct pq_findings *findings, const struct pq_value *value,
			const struct pq_path *parent)
{
	struct pq_path path = pq_path_property(parent, PQ_S("path"));
	struct pq_string text = pq_value_string(value), rest, step;
	if (text.length == 0 || pq_string_is(text, "/"))
		return;
	if (pq_string_is(text, "//")) {
		finding_add_invalid_typed(findings, &path, value,
					  PQ_S("segment[0] may not be empty"));
		return;
	}
	if (text.data[0] != '/')
		finding_add_invalid_typed(findings, &path, value, PQ_S("must start with a '/'"));
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
			finding_add_invalid_typed(findings, &path, value, detail);
		}
	}
}

#define URL_FORM "; desired format: https://host[/path]"

static void refuse_url(struct pq_findings *findings, const struct pq_uri_fault *fault,
		       const struct pq_path *path, uint32_t offset)
{
	struct pq_buffer detail;
	pq_buffer_init_in(&detail, findings->arena, 0);
	pq_buffer_append_text(&detail, "Required value: url must be a valid URL: ");
	pq_uri_write_fault(&detail, fault);
	pq_buffer_append_text(&detail, URL_FORM);
	struct pq_string text = pq_buffer_view(&detail);
	if (pq_buffer_failed(&detail))
		findings->dropped++;
	else
		pq_findings_add_format(findings, PQ_FINDING_REQUIRED, path, offset, "%.*s",
				       PQ_STRING_ARGUMENT(text));
}

void webhook_check_url(struct pq_findings *findings, const struct pq_value *value,
		       const struct pq_path *path)
{
	struct pq_uri uri;
	struct pq_uri_fault fault;
	if (!pq_uri_parse(pq_value_string(value), &uri, &fault)) {
		refuse_url(findings, &fault, path, value->offset);
		return;
	}
	struct pq_string scheme = pq_arena_copy_lower(findings->arena, uri.scheme);
	if (!pq_string_is(scheme, "https"))
		finding_add_invalid_text(findings, path, scheme, value->offset,
					 PQ_S("'https' is the only allowed URL scheme" URL_FORM));
	if (uri.host.length == 0)
		finding_add_invalid_text(findings, path, PQ_S(""), value->offset,
					 PQ_S("host must be specified" URL_FORM));
	if (uri.user.data != NULL)
		finding_add_invalid_text(findings, path, uri.user, value->offset,
					 PQ_S("user information is not permitted in the URL"));
	if (uri.fragment.length > 0)
		finding_add_invalid_text(findings, path, uri.fragment, value->offset,
					 PQ_S("fragments are not permitted in the URL"));
	if (uri.query.length > 0)
		finding_add_invalid_text(findings, path, uri.query, value->offset,
					 PQ_S("query parameters are not permitted in the URL"));
}

const char *webhook_bundle_problem(struct pq_arena *arena, const struct pq_value *bundle)
{
	const char *problem = NULL;
	struct pq_pem_block block;
	struct pq_string rest = pq_base64_decode(arena, pq_value_string(bundle));
	while (pq_pem_next_block(arena, &rest, &block)) {
		if (!pq_string_is(block.type, "CERTIFICATE") || block.has_headers)
			continue;
		const char *certificate = pq_certificate_problem(block.bytes);
		if (certificate == NULL)
			return NULL;
		if (problem == NULL)
			problem = pq_arena_format(arena, "failed to parse certificate: %s",
						  certificate)
					  .data;
	}
	if (problem != NULL)
		return problem;
	return rest.length > 0 ? "unable to parse bytes as PEM block"
			       : "no valid certificate authority data seen";
}
