#include "certs/certs.h"

#include "cli/command.h"
#include "config/option.h"

#include <errno.h>
#include <stdio.h>

struct certs_settings {
	const char *certs;
	struct pq_option_list dns;
	struct pq_option_list ip;
	int64_t ca_lifetime;
	int64_t lifetime;
	bool overwrite;
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
	{ .name = "overwrite",
	  .type = PQ_OPTION_SWITCH,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(overwrite),
	  .help = "Replace a serving pair that is there; the CA is kept" },
	{ 0 },
};

static bool init(const struct certs_settings *settings, struct pq_error *error)
{
	struct pq_certs_request request = {
		.folder = settings->certs,
		.dns_names = settings->dns.items,
		.dns_name_count = settings->dns.count,
		.ip_addresses = settings->ip.items,
		.ip_address_count = settings->ip.count,
		.ca_lifetime = settings->ca_lifetime,
		.serving_lifetime = settings->lifetime,
		.overwrite = settings->overwrite,
	};
	if (!pq_certs_init(&request, &pq_clock_system, error))
		return false;
	fprintf(stderr, "%s: ca.crt, ca.key, tls.crt and tls.key are ready\n", settings->certs);
	return true;
}

static bool bundle(const struct certs_settings *settings, struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	if (!pq_certs_bundle(settings->certs, &text, error))
		return false;
	printf("%.*s\n", PQ_STRING_ARGUMENT(pq_buffer_view(&text)));
	return fflush(stdout) == 0 ||
	       pq_error_set(error, PQ_ERROR_IO, "cannot write to standard output: %s",
			    strerror(errno));
}

static bool run(const struct certs_settings *settings, const struct pq_option_list *verbs,
		struct pq_error *error)
{
	if (verbs->count == 0)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "say init or bundle; see `pratique certs --help`");
	if (verbs->count > 1)
		return pq_error_set(error, PQ_ERROR_USAGE, "unexpected argument \"%s\"",
				    verbs->items[1]);
	if (strcmp(verbs->items[0], "init") == 0)
		return init(settings, error);
	if (strcmp(verbs->items[0], "bundle") == 0)
		return bundle(settings, error);
	return pq_error_set(error, PQ_ERROR_USAGE,
			    "\"%s\" is neither init nor bundle; see `pratique certs --help`",
			    verbs->items[0]);
}

static int run_certs(int argc, char **argv)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct certs_settings settings = { 0 };
	struct pq_option_list verbs;
	struct pq_error error;
	if (!pq_options_set_defaults(table, &settings, &arena, &error) ||
	    !pq_options_parse(table, argc, argv, &settings, &arena, &verbs, &error))
		return pq_command_fail("certs", &error);
	return run(&settings, &verbs, &error) ? PQ_EXIT_OK : pq_command_fail("certs", &error);
}

const struct pq_command pq_command_certs = {
	.name = "certs",
	.summary = "Make and show the webhook's certificates",
	.usage =
		(const char *const[]){
			"pratique certs init [--certs DIR] [--dns NAME]... [--ip ADDR]...",
			"pratique certs bundle [--certs DIR]", NULL },
	.description =
		"init makes an own CA, unless DIR has one, and a serving certificate signed by\n"
		"it; without --dns and --ip it is for localhost, 127.0.0.1 and ::1.\n"
		"bundle prints the CA in base64, for caBundle of a webhook configuration.\n",
	.options = table,
	.verbs = (const char *const[]){ "init", "bundle", NULL },
	.examples =
		(const char *const[]){
			"pratique certs init --certs certs --dns pratique.pratique-system.svc",
			"pratique certs init --certs certs --ip 127.0.0.1 --overwrite",
			"pratique certs bundle --certs certs", NULL },
	.run = run_certs,
};
