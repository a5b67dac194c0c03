#include "config/settings.h"

#include "base/clock.h"

#include <stdio.h>

#define FIELD(name) offsetof(struct pq_settings, name)

static const char *const enforcement_choices[] = { "enforce", "warn", "audit", NULL };
static const char *const unmatched_choices[] = { "allow", "warn", "deny", NULL };
static const char *const level_choices[] = { "debug", "info", "warning", "error", NULL };
static const char *const format_choices[] = { "auto", "text", "json", NULL };

enum {
	KIBIBYTE = 1024,
	MEBIBYTE = 1024 * KIBIBYTE,
};

const struct pq_option pq_settings_table[] = {
	{ .name = "config",
	  .letter = 'c',
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG | PQ_OPTION_ENVIRONMENT,
	  .offset = FIELD(config),
	  .at_start = true,
	  .value_name = "FILE",
	  .help = "Read settings from this YAML file" },
	{ .name = "listen",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(listen),
	  .at_start = true,
	  .default_value = ":9443",
	  .value_name = "ADDR:PORT",
	  .help = "Serve the webhook over HTTPS here; no address means all, port 0 any free one" },
	{ .name = "health-listen",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(health_listen),
	  .at_start = true,
	  .default_value = ":8081",
	  .value_name = "ADDR:PORT",
	  .help = "Serve health, readiness and metrics over plain HTTP here; empty for none" },
	{ .name = "address-file",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(address_file),
	  .at_start = true,
	  .value_name = "FILE",
	  .help = "Write the bound addresses to this file once they are known" },
	{ .name = "schemas",
	  .letter = 's',
	  .type = PQ_OPTION_LIST,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(schemas),
	  .value_name = "DIR_OR_FILE",
	  .help = "Read CRDs, AdmissionSchemas and ConversionRules from here, folders "
		  "recursively; may be repeated" },
	{ .name = "certs",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(certs),
	  .default_value = "certs",
	  .value_name = "DIR",
	  .help = "Take tls.crt and tls.key from this folder" },
	{ .name = "client-ca",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(client_ca),
	  .at_start = true,
	  .value_name = "FILE",
	  .help = "Answer only callers with a certificate of one of the CAs in this file" },
	{ .name = "client-names",
	  .type = PQ_OPTION_LIST,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(client_names),
	  .value_name = "NAME",
	  .help = "Common names and DNS names that such a certificate may be for; may be "
		  "repeated; any without" },
	{ .name = "kubeconfig",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(kubeconfig),
	  .at_start = true,
	  .value_name = "FILE",
	  .help = "Run the reconcile core against this cluster; in-cluster for the service "
		  "account of a Pod" },
	{ .name = "enforcement",
	  .type = PQ_OPTION_CHOICE,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(enforcement),
	  .default_value = "enforce",
	  .choices = enforcement_choices,
	  .help = "The most that a finding leads to, whatever its schema says: a denial, a "
		  "warning, an audit annotation" },
	{ .name = "unmatched",
	  .type = PQ_OPTION_CHOICE,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(unmatched),
	  .default_value = "allow",
	  .choices = unmatched_choices,
	  .help = "What to answer for a kind or version without a schema" },
	{ .name = "log-level",
	  .type = PQ_OPTION_CHOICE,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(log_level),
	  .default_value = "info",
	  .choices = level_choices,
	  .help = "Leave out log lines below this level" },
	{ .name = "log-format",
	  .type = PQ_OPTION_CHOICE,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(log_format),
	  .default_value = "auto",
	  .choices = format_choices,
	  .help = "Form of the log lines; auto is text on a terminal and JSON elsewhere" },
	{ .name = "log-allowed",
	  .type = PQ_OPTION_INTEGER,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(log_allowed),
	  .default_value = "0",
	  .minimum = 0,
	  .maximum = INT64_C(1000000000),
	  .help = "Log one in so many of the reviews that are allowed; 0 for none" },
	{ .name = "record",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(record),
	  .at_start = true,
	  .value_name = "DIR",
	  .help = "Keep reviews in this folder, for pratique review; values of Secrets are "
		  "blanked" },
	{ .name = "record-limit",
	  .type = PQ_OPTION_INTEGER,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(record_limit),
	  .at_start = true,
	  .default_value = "1000",
	  .minimum = 1,
	  .maximum = 1000000,
	  .help = "Files that the folder of --record may have; then no more reviews are kept" },
	{ .name = "record-bytes-limit",
	  .type = PQ_OPTION_SIZE,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(record_bytes_limit),
	  .at_start = true,
	  .default_value = "64Mi",
	  .minimum = KIBIBYTE,
	  .maximum = INT64_C(1) << 40,
	  .help = "Bytes that the files in the folder of --record may have" },
	{ .name = "threads",
	  .type = PQ_OPTION_INTEGER,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(threads),
	  .at_start = true,
	  .default_value = "0",
	  .minimum = 0,
	  .maximum = 256,
	  .help = "Threads that answer reviews; 0 means one per processor" },
	{ .name = "body-limit",
	  .type = PQ_OPTION_SIZE,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(body_limit),
	  .default_value = "7Mi",
	  .minimum = 64 * KIBIBYTE,
	  .maximum = 64 * MEBIBYTE,
	  .help = "Largest request body; a larger one is answered 413" },
	{ .name = "arena-limit",
	  .type = PQ_OPTION_SIZE,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(arena_limit),
	  .default_value = "256Mi",
	  .minimum = MEBIBYTE,
	  .maximum = INT64_C(4) * 1024 * MEBIBYTE,
	  .help = "Memory that judging one request may use; beyond it the answer is 413" },
	{ .name = "connection-limit",
	  .type = PQ_OPTION_INTEGER,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(connection_limit),
	  .at_start = true,
	  .default_value = "1000",
	  .minimum = 1,
	  .maximum = 100000,
	  .help = "Connections that may be open at once; more wait until one is closed" },
	{ .name = "review-threads",
	  .type = PQ_OPTION_INTEGER,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(review_threads),
	  .at_start = true,
	  .default_value = "0",
	  .minimum = 0,
	  .maximum = 256,
	  .help = "Threads for large and costly reviews, beside which others go on; 0 means one "
		  "per "
		  "processor" },
	{ .name = "queue-limit",
	  .type = PQ_OPTION_INTEGER,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(queue_limit),
	  .default_value = "64",
	  .minimum = 1,
	  .maximum = 100000,
	  .help = "Large and costly reviews that may wait for a thread; the next is answered 429" },
	{ .name = "request-limit",
	  .type = PQ_OPTION_INTEGER,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(request_limit),
	  .default_value = "400",
	  .minimum = 1,
	  .maximum = 100000,
	  .help = "Requests that may be in flight at once; the next is answered 429" },
	{ .name = "bodies-limit",
	  .type = PQ_OPTION_SIZE,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(bodies_limit),
	  .default_value = "128Mi",
	  .minimum = MEBIBYTE,
	  .maximum = INT64_C(64) * 1024 * MEBIBYTE,
	  .help = "Memory for the bodies and answers of all large requests together; the next is "
		  "answered 429" },
	{ .name = "connection-requests-limit",
	  .type = PQ_OPTION_INTEGER,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(connection_requests_limit),
	  .default_value = "10000",
	  .minimum = 1,
	  .maximum = INT64_C(1000000000),
	  .help = "Requests answered on one connection before it is closed" },
	{ .name = "handshake-timeout",
	  .type = PQ_OPTION_DURATION,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(handshake_timeout),
	  .default_value = "10s",
	  .minimum = 100 * PQ_MILLISECOND,
	  .maximum = PQ_HOUR,
	  .help = "Close a connection whose TLS handshake takes longer" },
	{ .name = "header-timeout",
	  .type = PQ_OPTION_DURATION,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(header_timeout),
	  .default_value = "10s",
	  .minimum = 100 * PQ_MILLISECOND,
	  .maximum = PQ_HOUR,
	  .help = "Close a connection whose request's headers take longer from the first byte on" },
	{ .name = "body-timeout",
	  .type = PQ_OPTION_DURATION,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(body_timeout),
	  .default_value = "30s",
	  .minimum = 100 * PQ_MILLISECOND,
	  .maximum = PQ_HOUR,
	  .help = "Close a connection whose request's body takes longer from the headers on" },
	{ .name = "answer-timeout",
	  .type = PQ_OPTION_DURATION,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(answer_timeout),
	  .default_value = "30s",
	  .minimum = 100 * PQ_MILLISECOND,
	  .maximum = PQ_HOUR,
	  .help = "Close a connection whose client takes longer to read an answer" },
	{ .name = "idle-timeout",
	  .type = PQ_OPTION_DURATION,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(idle_timeout),
	  .default_value = "2m",
	  .minimum = PQ_SECOND,
	  .maximum = PQ_HOUR,
	  .help = "Close a connection that waits for a request this long; 10s before its first" },
	{ .name = "findings-limit",
	  .type = PQ_OPTION_INTEGER,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(findings_limit),
	  .default_value = "1000",
	  .minimum = 1,
	  .maximum = 100000,
	  .help = "Causes that one denial may list" },
	{ .name = "drain-delay",
	  .type = PQ_OPTION_DURATION,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(drain_delay),
	  .default_value = "0s",
	  .minimum = 0,
	  .maximum = PQ_HOUR,
	  .help = "Go on serving, but not ready, for this long after SIGTERM" },
	{ .name = "grace",
	  .type = PQ_OPTION_DURATION,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(grace),
	  .default_value = "20s",
	  .minimum = PQ_SECOND,
	  .maximum = PQ_HOUR,
	  .help = "Finish requests in flight within this time after the drain delay" },
	{ 0 },
};

enum { SETTINGS = sizeof pq_settings_table / sizeof pq_settings_table[0] - 1 };

static bool read_file(const char *path, struct pq_settings *settings,
		      struct pq_option_place *places, struct pq_arena *arena,
		      struct pq_error *error)
{
	if (path == NULL ||
	    pq_options_read_file(pq_settings_table, path, settings, places, arena, error))
		return true;
	if (error->code == PQ_ERROR_NOT_FOUND || error->code == PQ_ERROR_IO)
		pq_error_add_advice(error, "name another file with --config, or none");
	return false;
}

/* overriding has what flags and variables say, and zeros else. */
static void forget_overridden(struct pq_option_place *places, const struct pq_settings *overriding)
{
	static const struct pq_settings nothing;
	for (size_t i = 0; i < SETTINGS; i++) {
		if (!pq_option_equal(&pq_settings_table[i], overriding, &nothing))
			places[i] = (struct pq_option_place){ 0 };
	}
}

/* A variable that is not set, in what makes the command, must not keep every caller out. */
static bool check_client_names(const struct pq_settings *settings, struct pq_error *error)
{
	const struct pq_option_list *names = &settings->client_names;
	if (names->count > 0 && settings->client_ca == NULL)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "there are client names, but no client CA to trust in who has "
				    "one: name the CAs with --client-ca, or give no names");
	for (size_t i = 0; i < names->count; i++) {
		if (names->items[i][0] == '\0')
			return pq_error_set(error, PQ_ERROR_USAGE,
					    "a client name is empty, which no certificate has: "
					    "give one, or none for any");
	}
	return true;
}

/* The file must be known before it can be read, and it may be named by a flag or a variable, so
 * both are read twice: once to find it, once to override it. */
bool pq_settings_load(int argc, char *const *argv, struct pq_arena *arena,
		      struct pq_settings *settings, struct pq_error *error)
{
	struct pq_settings first = { 0 }, loaded = { 0 };
	struct pq_option_list rest;
	struct pq_option_place *places = pq_arena_alloc_array(arena, SETTINGS, sizeof *places);
	if (places == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	if (!pq_options_read_environment(pq_settings_table, &first, arena, error) ||
	    !pq_options_parse(pq_settings_table, argc, argv, &first, arena, &rest, error))
		return false;
	if (rest.count > 0)
		return pq_error_set(error, PQ_ERROR_USAGE, "unexpected argument \"%s\"",
				    rest.items[0]);
	if (!pq_options_set_defaults(pq_settings_table, &loaded, arena, error) ||
	    !read_file(first.config, &loaded, places, arena, error) ||
	    !pq_options_read_environment(pq_settings_table, &loaded, arena, error) ||
	    !pq_options_parse(pq_settings_table, argc, argv, &loaded, arena, &rest, error))
		return false;
	forget_overridden(places, &first);
	loaded.places = places;
	if (!check_client_names(&loaded, error)) {
		pq_settings_add_place(&loaded, "client-names", error);
		return false;
	}
	*settings = loaded;
	return true;
}

void pq_settings_add_place(const struct pq_settings *settings, const char *name,
			   struct pq_error *error)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct pq_option_place *place = &settings->places[i];
		if (place->line == 0 || strcmp(pq_settings_table[i].name, name) != 0)
			continue;
		char key[64], advice[PQ_ERROR_PATH_MAX + 128];
		pq_option_file_key(&pq_settings_table[i], key, sizeof key);
		snprintf(advice, sizeof advice, "%s is set in %s:%u:%u", key, settings->config,
			 place->line, place->column);
		pq_error_add_advice(error, advice);
	}
}
