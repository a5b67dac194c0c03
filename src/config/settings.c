#include "config/settings.h"

#include "base/clock.h"

#define FIELD(name) offsetof(struct pq_settings, name)

static const char *const unmatched_choices[] = { "allow", "warn", "deny", NULL };
static const char *const level_choices[] = { "debug", "info", "warning", "error", NULL };
static const char *const format_choices[] = { "text", "json", NULL };

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
	  .help = "Read CRDs and AdmissionSchemas from here, folders recursively; may be "
		  "repeated" },
	{ .name = "certs",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(certs),
	  .default_value = "certs",
	  .value_name = "DIR",
	  .help = "Take tls.crt and tls.key from this folder" },
	{ .name = "kubeconfig",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(kubeconfig),
	  .at_start = true,
	  .value_name = "FILE",
	  .help = "Run the reconcile core against this cluster; in-cluster for the service "
		  "account of a Pod" },
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
	  .default_value = "text",
	  .choices = format_choices,
	  .help = "Form of the log lines" },
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
	{ .name = "idle-timeout",
	  .type = PQ_OPTION_DURATION,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(idle_timeout),
	  .default_value = "2m",
	  .minimum = PQ_SECOND,
	  .maximum = PQ_HOUR,
	  .help = "Close a connection on which nothing came for this long" },
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

/* The file must be known before it can be read, and it may be named by a flag or a variable, so
 * both are read twice: once to find it, once to override it. */
bool pq_settings_load(int argc, char *const *argv, struct pq_arena *arena,
		      struct pq_settings *settings, struct pq_error *error)
{
	struct pq_settings first = { 0 }, loaded = { 0 };
	struct pq_option_list rest;
	if (!pq_options_read_environment(pq_settings_table, &first, arena, error) ||
	    !pq_options_parse(pq_settings_table, argc, argv, &first, arena, &rest, error))
		return false;
	if (rest.count > 0)
		return pq_error_set(error, PQ_ERROR_USAGE, "unexpected argument \"%s\"",
				    rest.items[0]);
	if (!pq_options_set_defaults(pq_settings_table, &loaded, arena, error) ||
	    (first.config != NULL &&
	     !pq_options_read_file(pq_settings_table, first.config, &loaded, arena, error)) ||
	    !pq_options_read_environment(pq_settings_table, &loaded, arena, error) ||
	    !pq_options_parse(pq_settings_table, argc, argv, &loaded, arena, &rest, error))
		return false;
	*settings = loaded;
	return true;
}
