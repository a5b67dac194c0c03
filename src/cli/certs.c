#include "certs/certs.h"

#include "cli/certs_apply.h"
#include "cli/command.h"
#include "cli/service_name.h"
#include "config/option.h"

#include <errno.h>
#include <stdio.h>

struct certs_settings {
	const char *certs;
	struct pq_option_list dns;
	struct pq_option_list ip;
	struct pq_option_list services;
	int64_t ca_lifetime;
	int64_t lifetime;
	int64_t overlap;
	bool overwrite;
	struct pq_certs_apply apply;
};

#define FIELD(name) offsetof(struct certs_settings, name)

static const struct pq_option table[] = {
	{ .name = "certs",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(certs),
	  .default_value = "certs",
	  .value_name = "DIR",
	  .help = "Folder of ca.crt, ca.key, tls.crt and tls.key" },
	{ .name = "dns",
	  .type = PQ_OPTION_LIST,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(dns),
	  .value_name = "NAME",
	  .help = "A DNS name the certificate is for; may be repeated" },
	{ .name = "ip",
	  .type = PQ_OPTION_LIST,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(ip),
	  .value_name = "ADDR",
	  .help = "An IP address the certificate is for; may be repeated" },
	{ .name = "service",
	  .type = PQ_OPTION_LIST,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(services),
	  .value_name = "NAME.NAMESPACE",
	  .help = "A Service the certificate is for, by its names in the cluster; may be "
		  "repeated" },
	{ .name = "lifetime",
	  .type = PQ_OPTION_DURATION,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(lifetime),
	  .default_value = "2160h",
	  .minimum = PQ_HOUR,
	  .maximum = PQ_CERTS_CA_LIFETIME,
	  .help = "How long the serving certificate is valid; 2160h are 90 days" },
	{ .name = "ca-lifetime",
	  .type = PQ_OPTION_DURATION,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(ca_lifetime),
	  .default_value = "87600h",
	  .minimum = PQ_HOUR,
	  .maximum = 10 * PQ_CERTS_CA_LIFETIME,
	  .help = "How long a CA made now is valid; 87600h are 10 years" },
	{ .name = "overlap",
	  .type = PQ_OPTION_DURATION,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(overlap),
	  .default_value = "168h",
	  .minimum = 0,
	  .maximum = PQ_CERTS_CA_LIFETIME,
	  .help = "How long a new CA is in the bundle before it signs; 168h are 7 days" },
	{ .name = "overwrite",
	  .type = PQ_OPTION_SWITCH,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(overwrite),
	  .help = "Replace a serving pair that is there; the CA is kept, and so are its "
		  "names when none are given" },
	{ .name = "kubeconfig",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(apply.kubeconfig),
	  .value_name = "FILE",
	  .help = "The cluster of apply; else that of the Pod it runs in" },
	{ .name = "secret",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(apply.secret),
	  .default_value = "pratique-certs",
	  .value_name = "NAME",
	  .help = "The Secret of the serving pair, made by apply" },
	{ .name = "ca-secret",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(apply.ca_secret),
	  .default_value = "pratique-ca",
	  .value_name = "NAME",
	  .help = "The Secret of the CA and its key, made by apply" },
	{ .name = "configuration",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(apply.configuration),
	  .default_value = "pratique",
	  .value_name = "NAME",
	  .help = "The webhook configurations whose caBundle apply sets" },
	{ .name = "crd",
	  .type = PQ_OPTION_LIST,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(apply.crds),
	  .value_name = "NAME",
	  .help = "A CRD whose conversion webhook apply sets caBundle of; may be repeated" },
	{ .name = "dry-run",
	  .type = PQ_OPTION_SWITCH,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(apply.dry_run),
	  .help = "Have the API server judge what apply would write, but store nothing" },
	{ 0 },
};

/* The names that a Service has in its cluster; the API server asks for the first. */
static const char *const service_suffixes[] = { ".svc", ".svc.cluster.local" };

enum { SERVICE_SUFFIXES = sizeof service_suffixes / sizeof service_suffixes[0] };

/* suffixes: how many names of each Service. */
static bool add_services(const struct certs_settings *settings, size_t suffixes,
			 struct pq_arena *arena, struct pq_certs_request *request,
			 struct pq_error *error)
{
	size_t count = settings->dns.count, services = settings->services.count;
	const char **names =
		pq_arena_alloc_array(arena, count + services * suffixes, sizeof *names);
	if (names == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	for (size_t i = 0; i < count; i++)
		names[i] = settings->dns.items[i];
	for (size_t i = 0; i < services; i++) {
		const char *name = settings->services.items[i];
		struct pq_service_name service;
		if (!pq_service_name_parse(name, &service, error))
			return false;
		for (size_t suffix = 0; suffix < suffixes; suffix++)
			names[count++] =
				pq_arena_format(arena, "%s%s", name, service_suffixes[suffix]).data;
	}
	request->dns_names = names;
	request->dns_name_count = count;
	return !pq_arena_is_exhausted(arena) ||
	       pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
}

static bool init(const struct pq_certs_request *request, const struct certs_settings *settings,
		 struct pq_error *error)
{
	(void)settings;
	if (!pq_certs_init(request, &pq_clock_system, error))
		return false;
	fprintf(stderr, "%s: ca.crt, ca.key, tls.crt and tls.key are ready\n", request->folder);
	return true;
}

static bool renew(const struct pq_certs_request *request, const struct certs_settings *settings,
		  struct pq_error *error)
{
	const struct pq_certs_renewal renewal = { .request = *request,
						  .overlap = settings->overlap };
	struct pq_certs_renewed renewed;
	if (!pq_certs_renew(&renewal, &pq_clock_system, &renewed, error))
		return false;
	if (renewed.dropped > 0)
		fprintf(stderr, "%s/ca.crt: %zu that nothing is signed by any more left\n",
			request->folder, renewed.dropped);
	if (renewed.published)
		fprintf(stderr,
			"%s/ca.crt: a new CA is in it; give clients the bundle before it signs\n",
			request->folder);
	if (renewed.taken)
		fprintf(stderr, "%s/ca.crt: the new CA signs from now on\n", request->folder);
	if (renewed.issued)
		fprintf(stderr, "%s: tls.crt and tls.key are new\n", request->folder);
	else
		fprintf(stderr, "%s/tls.crt: is not due yet\n", request->folder);
	return true;
}

static bool print(const struct pq_buffer *text, struct pq_error *error)
{
	printf("%.*s", PQ_STRING_ARGUMENT(pq_buffer_view(text)));
	return fflush(stdout) == 0 ||
	       pq_error_set(error, PQ_ERROR_IO, "cannot write to standard output: %s",
			    strerror(errno));
}

static bool show(const struct pq_certs_request *request, const struct certs_settings *settings,
		 struct pq_error *error)
{
	(void)settings;
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	return pq_certs_show(request->folder, &pq_clock_system, &text, error) &&
	       print(&text, error);
}

static bool bundle(const struct pq_certs_request *request, const struct certs_settings *settings,
		   struct pq_error *error)
{
	(void)settings;
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	if (!pq_certs_bundle(request, &text, error))
		return false;
	pq_buffer_append_byte(&text, '\n');
	return print(&text, error);
}

static bool serve_check(const struct pq_certs_request *request,
			const struct certs_settings *settings, struct pq_error *error)
{
	(void)settings;
	if (!pq_certs_check(request, &pq_clock_system, error))
		return false;
	fprintf(stderr, "%s: can be served\n", request->folder);
	return true;
}

static bool apply(const struct pq_certs_request *request, const struct certs_settings *settings,
		  struct pq_error *error)
{
	struct pq_certs_apply how = settings->apply;
	how.service = settings->services.items[0];
	how.overlap = settings->overlap;
	return pq_certs_apply_run(request, &how, error);
}

static const struct {
	const char *name;
	bool (*run)(const struct pq_certs_request *request, const struct certs_settings *settings,
		    struct pq_error *error);
	size_t suffixes; /* how many of a Service's names it is about */
} verbs[] = {
	{ "init", init, SERVICE_SUFFIXES },
	{ "renew", renew, SERVICE_SUFFIXES },
	{ "show", show, 0 },
	{ "bundle", bundle, 0 },
	{ "serve-check", serve_check, 1 },
	{ "apply", apply, SERVICE_SUFFIXES },
};

/* In a cluster there is always a Service. */
static void add_default_service(struct certs_settings *settings)
{
	static const char *service = "pratique.pratique-system";
	if (settings->services.count == 0)
		settings->services = (struct pq_option_list){ .items = &service, .count = 1 };
}

static bool run(struct certs_settings *settings, const struct pq_option_list *words,
		struct pq_arena *arena, struct pq_error *error)
{
	struct pq_certs_request request = {
		.folder = settings->certs,
		.ip_addresses = settings->ip.items,
		.ip_address_count = settings->ip.count,
		.ca_lifetime = settings->ca_lifetime,
		.serving_lifetime = settings->lifetime,
		.overwrite = settings->overwrite,
	};
	if (words->count == 0)
		return pq_error_set(
			error, PQ_ERROR_USAGE,
			"say init, renew, show, bundle, serve-check or apply; see `pratique "
			"certs --help`");
	if (words->count > 1)
		return pq_error_set(error, PQ_ERROR_USAGE, "unexpected argument \"%s\"",
				    words->items[1]);
	if (strcmp(words->items[0], "apply") == 0)
		add_default_service(settings);
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
		if (strcmp(words->items[0], verbs[i].name) == 0)
			return add_services(settings, verbs[i].suffixes, arena, &request, error) &&
			       verbs[i].run(&request, settings, error);
	}
	return pq_error_set(
		error, PQ_ERROR_USAGE,
		"\"%s\" is none of init, renew, show, bundle, serve-check and apply; see "
		"`pratique certs --help`",
		words->items[0]);
}

static int run_certs(int argc, char **argv)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct certs_settings settings = { 0 };
	struct pq_option_list words;
	struct pq_error error;
	if (!pq_options_set_defaults(table, &settings, &arena, &error) ||
	    !pq_options_parse(table, argc, argv, &settings, &arena, &words, &error) ||
	    !run(&settings, &words, &arena, &error))
		return pq_command_fail("certs", &error);
	return PQ_EXIT_OK;
}

const struct pq_command pq_command_certs = {
	.name = "certs",
	.summary = "Make and show the webhook's certificates",
	.usage =
		(const char *const[]){
			"pratique certs init [--certs DIR] [--service NAME.NAMESPACE]... "
			"[OPTION]...",
			"pratique certs renew [--certs DIR] [--overlap TIME]",
			"pratique certs show|bundle [--certs DIR]",
			"pratique certs serve-check [--certs DIR] [--service NAME.NAMESPACE]...",
			"pratique certs apply [--kubeconfig FILE] [--service NAME.NAMESPACE]...",
			NULL },
	.description =
		"init makes an own CA, unless DIR has one, and a serving certificate signed by\n"
		"it; without --service, --dns and --ip it is for localhost, 127.0.0.1 and ::1.\n"
		"renew does what is due, and is made to be run daily: the serving certificate is\n"
		"replaced when a third of its life is left. So is the CA, in steps: the new one\n"
		"is published in the bundle, signs after the overlap, and the one before leaves\n"
		"the bundle when what it signed has expired.\n"
		"show tells who serves, who signs, and until when. bundle prints the CAs in\n"
		"base64, for caBundle of a webhook configuration. serve-check tells whether the\n"
		"pair can serve, under the names given, to clients that trust the bundle.\n"
		"apply does what init and renew do in a cluster, and is made to be run daily: it\n"
		"keeps the CA in one Secret and the serving pair in another, in the namespace of\n"
		"the Service (pratique.pratique-system), and sets caBundle of the webhook\n"
		"configurations. It may run more than once at a time.\n"
		"\n"
		"Exit codes: 0 done, 1 serve-check found why not, 2 could not be done.\n",
	.options = table,
	.verbs = (const char *const[]){ "init", "renew", "show", "bundle", "serve-check", "apply",
					NULL },
	.examples =
		(const char *const[]){
			"pratique certs init --certs certs --service pratique.pratique-system",
			"pratique certs init --certs certs --ip 127.0.0.1 --overwrite",
			"pratique certs renew --certs certs", "pratique certs bundle --certs certs",
			"pratique certs apply --kubeconfig ~/.kube/config --dry-run", NULL },
	.run = run_certs,
};
