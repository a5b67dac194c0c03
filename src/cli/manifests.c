/* `pratique manifests`: what to give a cluster so that pratique judges there. */
#include "manifests/manifests.h"
#include "base/integer.h"
#include "certs/certs.h"
#include "cli/command.h"
#include "cli/schemas.h"
#include "cli/service_name.h"
#include "formats/names.h"
#include "operators/shipped.h"

struct manifests_settings {
	struct pq_option_list schemas;
	const char *service;
	const char *url;
	const char *ca;
	const char *name;
};

#define FIELD(field) offsetof(struct manifests_settings, field)

static const struct pq_option table[] = {
	PQ_SCHEMAS_OPTION(FIELD(schemas)),
	{ .name = "service",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(service),
	  .default_value = "pratique.pratique-system",
	  .value_name = "NAME.NAMESPACE",
	  .help = "The Service in front of pratique; its namespace is never judged" },
	{ .name = "url",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(url),
	  .value_name = "URL",
	  .help = "Where the API server finds a pratique outside the cluster: "
		  "https://192.0.2.7:9443" },
	{ .name = "ca",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(ca),
	  .value_name = "FILE",
	  .help = "The CAs to trust, a ca.crt; else somebody has to set caBundle later" },
	{ .name = "name",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(name),
	  .default_value = "pratique",
	  .value_name = "NAME",
	  .help = "The name of both webhook configurations" },
	{ 0 },
};

/* What is collected while documents are read. */
struct collection {
	struct pq_policy_builder *builder;
	struct pq_manifest_schemas schemas;
	size_t added;
	size_t refused;
	struct pq_error error; /* what ended it, or code NONE */
};

static void refuse(const struct pq_error *error, void *context)
{
	struct collection *collection = context;
	collection->refused++;
	pq_command_fail("manifests", error);
}

static void collect(const struct pq_policy_document *document, void *context)
{
	struct collection *collection = context;
	struct pq_error error;
	switch (pq_policy_builder_add(collection->builder, document->value, document->path,
				      document->text, &error)) {
	case PQ_POLICY_ADDED:
		collection->added++;
		if (!pq_manifest_add_schema(&collection->schemas, document->value, &error))
			collection->error = error;
		break;
	case PQ_POLICY_NOT_OURS:
		break;
	case PQ_POLICY_REFUSED:
		pq_error_add_path(&error, document->path);
		refuse(&error, collection);
		break;
	}
}

static bool read_schemas(const struct pq_option_list *paths, struct collection *collection,
			 struct pq_error *error)
{
	const struct pq_policy_document_visitor visitor = {
		.visit = collect,
		.refuse = refuse,
		.context = collection,
	};
	if (paths->count == 0)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "name CRDs and AdmissionSchemas with --schemas");
	collection->builder = pq_policy_builder_new();
	if (collection->builder == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for schemas");
	bool fine = pq_policy_each_document(paths->items, paths->count, &visitor, error);
	pq_policy_builder_free(collection->builder);
	if (fine && collection->error.code != PQ_ERROR_NONE) {
		*error = collection->error;
		return false;
	}
	if (fine && collection->refused > 0)
		return pq_error_set(error, PQ_ERROR_USAGE, "%zu of the schemas cannot be used",
				    collection->refused);
	if (fine && collection->added == 0)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "there are no schemas in what --schemas names");
	return fine;
}

/* Behind the host, or none. The API server takes any number for one, and then fails to call. */
static bool has_good_port(struct pq_string host)
{
	int64_t port;
	ptrdiff_t bracket = pq_string_find_byte(host, ']'); /* of an address of IPv6 */
	host = pq_string_slice(host, (size_t)(bracket + 1), host.length);
	ptrdiff_t colon = pq_string_find_byte(host, ':');
	if (colon < 0)
		return true;
	host = pq_string_slice(host, (size_t)colon + 1, host.length);
	return pq_integer_read(host, &port) == NULL && port > 0 && port <= UINT16_MAX;
}

/* What the API server takes for a webhook's URL, but for the path, which is added. */
static bool check_url(struct pq_string *url, struct pq_error *error)
{
	static const struct pq_string scheme = PQ_LITERAL("https://");
	struct pq_string host = pq_string_slice(*url, scheme.length, url->length);
	if (pq_string_ends_with(host, PQ_S("/")))
		host.length--;
	for (size_t i = 0; i < host.length; i++) {
		if (memchr("/?#@\"\\ ", host.data[i], 7) != NULL ||
		    (unsigned char)host.data[i] < ' ')
			host.length = 0;
	}
	if (!pq_string_starts_with(*url, scheme) || host.length == 0 || !has_good_port(host))
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "--url: \"%.*s\" is not https://HOST or https://HOST:PORT",
				    PQ_STRING_ARGUMENT(*url));
	url->length = scheme.length + host.length;
	return true;
}

static bool find_place(const struct manifests_settings *settings, struct pq_buffer *ca_bundle,
		       struct pq_manifest_place *place, struct pq_error *error)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	struct pq_service_name service;
	place->name = pq_string_from(settings->name);
	if (pq_names_check_dns1123_subdomain(place->name, problems) > 0)
		return pq_error_set(error, PQ_ERROR_USAGE, "--name: %s", problems[0]);
	if (!pq_service_name_parse(settings->service, &service, error))
		return false;
	place->service = service.name;
	place->namespace = service.namespace;
	place->url = pq_string_from(settings->url);
	if (settings->url != NULL && !check_url(&place->url, error))
		return false;
	if (settings->ca == NULL)
		return true;
	if (!pq_certs_bundle_file(settings->ca, ca_bundle, error))
		return false;
	place->ca_bundle = pq_buffer_view(ca_bundle);
	return true;
}

static void write_roles(struct pq_buffer *text, const struct pq_manifest_schemas *schemas,
			const struct pq_manifest_place *place)
{
	pq_manifest_write_roles(text, schemas, place, pq_controllers_shipped);
}

/* In the order in which a cluster is best given them. */
static const struct {
	const char *name;
	void (*write)(struct pq_buffer *text, const struct pq_manifest_schemas *schemas,
		      const struct pq_manifest_place *place);
} parts[] = {
	{ "crds", pq_manifest_write_crds },
	{ "rbac", write_roles },
	{ "webhooks", pq_manifest_write_webhooks },
};

enum { PARTS = sizeof parts / sizeof parts[0] };

static bool choose_parts(const struct pq_option_list *words, bool chosen[PARTS],
			 struct pq_error *error)
{
	for (size_t part = 0; part < PARTS; part++)
		chosen[part] = words->count == 0;
	for (size_t i = 0; i < words->count; i++) {
		size_t part = 0;
		while (part < PARTS && strcmp(words->items[i], parts[part].name) != 0)
			part++;
		if (part == PARTS)
			return pq_error_set(error, PQ_ERROR_USAGE,
					    "\"%s\" is none of crds, rbac and webhooks",
					    words->items[i]);
		chosen[part] = true;
	}
	return true;
}

static bool write_manifests(const struct manifests_settings *settings,
			    const struct pq_option_list *words, struct pq_arena *arena,
			    struct pq_buffer *text, struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer ca_bundle;
	struct pq_manifest_place place = { 0 };
	struct collection collection = { .schemas.arena = arena };
	bool chosen[PARTS];
	pq_buffer_init(&ca_bundle, 0);
	if (!choose_parts(words, chosen, error) ||
	    !find_place(settings, &ca_bundle, &place, error) ||
	    !read_schemas(&settings->schemas, &collection, error))
		return false;
	for (size_t part = 0; part < PARTS; part++) {
		if (chosen[part])
			parts[part].write(text, &collection.schemas, &place);
	}
	return true;
}

static int run_manifests(int argc, char **argv)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer text;
	struct manifests_settings settings = { 0 };
	struct pq_option_list words;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	pq_buffer_init(&text, 0);
	if (!pq_options_set_defaults(table, &settings, &arena, &error) ||
	    !pq_options_parse(table, argc, argv, &settings, &arena, &words, &error) ||
	    !write_manifests(&settings, &words, &arena, &text, &error))
		return pq_command_fail("manifests", &error);
	return pq_command_print(&text);
}

const struct pq_command pq_command_manifests = {
	.name = "manifests",
	.summary = "Write webhook configurations, RBAC and CRDs for a cluster",
	.usage = (const char *const[]){ "pratique manifests [crds|rbac|webhooks]... [OPTION]...",
					NULL },
	.description =
		"Writes YAML for `kubectl apply`: the CRDs of the schemas, a ClusterRole for each\n"
		"reconciler whose kind is among them, and webhook configurations that ask\n"
		"pratique about what the schemas judge, and about nothing else. What would be\n"
		"denied is refused while pratique does not answer; what would only be warned of\n"
		"is let pass. The API server never asks about kube-system, pratique's own\n"
		"namespace, Leases, reviews of access, AdmissionSchemas and AdmissionExemptions.\n"
		"CRDs of kinds with ConversionRules have pratique convert their objects.\n"
		"Write all of it anew when schemas change.\n\n"
		"Exit codes: 0 written, 2 not usable.\n",
	.options = table,
	.verbs = (const char *const[]){ "crds", "rbac", "webhooks", NULL },
	.examples =
		(const char *const[]){ "pratique manifests --schemas schemas | kubectl apply -f -",
				       "pratique manifests webhooks --schemas schemas --url "
				       "https://192.0.2.7:9443 --ca certs/ca.crt",
				       NULL },
	.run = run_manifests,
};
