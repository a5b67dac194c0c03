#include "base/file.h"
#include "certs/certs.h"
#include "cli/command.h"
#include "cli/schemas.h"
#include "config/settings.h"
#include "operator/core.h"
#include "operators/shipped.h"
#include "server/server.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

enum { LARGE_BLOCK = 1 << 20 }; /* bytes */

/* Everything that `serve` runs; what has not been started is NULL. */
struct serving {
	struct pq_settings settings;
	struct pq_arena arena; /* of the settings */
	struct pq_policy_publisher *publisher;
	const struct pq_certificate *certificate;
	struct pq_server *server;
	struct pq_core *core;
	sigset_t signals; /* that end it */
};

static void log_refused(const struct pq_error *error, void *context)
{
	(void)context;
	char text[PQ_ERROR_TEXT_MAX];
	pq_error_format(error, text, sizeof text);
	pq_log(PQ_LOG_ERROR, "a schema document cannot be used and is left out",
	       PQ_LOG_TEXT_FIELD("error", pq_string_from(text)));
}

static bool load_schemas(struct serving *serving, struct pq_error *error)
{
	const struct pq_option_list *paths = &serving->settings.schemas;
	struct pq_policy_load_counts counts = { 0 };
	const struct pq_policy *policy =
		pq_command_load_schemas(paths, log_refused, NULL, &counts, error);
	if (policy == NULL)
		return false;
	size_t schemas = pq_policy_crd_count(policy) + pq_policy_overlay_count(policy);
	if (paths->count == 0 || schemas == 0)
		pq_log(PQ_LOG_WARNING, "there are no schemas, so nothing will be judged",
		       PQ_LOG_TEXT_FIELD("do", PQ_S("name CRDs and AdmissionSchemas with "
						    "--schemas")));
	pq_metric_set(PQ_METRIC_POLICY_GENERATION, NULL, 1);
	pq_metric_set(PQ_METRIC_POLICY_SCHEMAS, NULL, (double)schemas);
	pq_metric_set(PQ_METRIC_POLICY_ERRORS, NULL, (double)counts.refused);
	pq_metric_set(PQ_METRIC_POLICY_LOADED_SECONDS, NULL,
		      (double)(pq_clock_wall(&pq_clock_system) / PQ_SECOND));
	pq_policy_publish(serving->publisher, policy);
	return true;
}

static bool load_certificate(struct serving *serving, struct pq_error *error)
{
	serving->certificate =
		pq_certificate_load(serving->settings.certs, &pq_clock_system, error);
	if (serving->certificate == NULL)
		return false;
	pq_metric_set(PQ_METRIC_CERTIFICATE_EXPIRY_SECONDS, NULL,
		      (double)(serving->certificate->not_after / PQ_SECOND));
	return true;
}

static bool start_server(struct serving *serving, struct pq_error *error)
{
	const struct pq_settings *settings = &serving->settings;
	const char *health = settings->health_listen;
	const struct pq_server_options options = {
		.listen = settings->listen,
		.health_listen = health == NULL || health[0] == '\0' ? NULL : health,
		.certificate = { .chain = serving->certificate->chain_pem,
				 .key = serving->certificate->key_pem },
		.publisher = serving->publisher,
		.admission = { .unmatched = (enum pq_unmatched)settings->unmatched,
			       .findings_max = (size_t)settings->findings_limit },
		.threads = (size_t)settings->threads,
		.body_limit = (size_t)settings->body_limit,
		.arena_limit = (size_t)settings->arena_limit,
		.connection_limit = (size_t)settings->connection_limit,
		.idle_timeout = settings->idle_timeout,
	};
	serving->server = pq_server_start(&options, error);
	return serving->server != NULL;
}

/* The keys are those of the configuration file. */
static bool write_addresses(const struct serving *serving, struct pq_error *error)
{
	if (serving->settings.address_file == NULL)
		return true;
	char text[256];
	const char *health = pq_server_health_address(serving->server);
	snprintf(text, sizeof text, "listen: %s\n%s%s%s", pq_server_address(serving->server),
		 health[0] == '\0' ? "" : "healthListen: ", health, health[0] == '\0' ? "" : "\n");
	return pq_file_replace(serving->settings.address_file, pq_string_from(text), 0644, error);
}

static bool start_core(struct serving *serving, struct pq_error *error)
{
	if (serving->settings.kubeconfig == NULL)
		return true;
	const struct pq_core_options options = {
		.kubeconfig = serving->settings.kubeconfig,
		.controllers = pq_controllers_shipped,
	};
	serving->core = pq_core_start(&options, error);
	return serving->core != NULL;
}

static bool start(struct serving *serving, struct pq_error *error)
{
	serving->publisher = pq_policy_publisher_new();
	if (serving->publisher == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory to start");
	if (!load_schemas(serving, error) || !load_certificate(serving, error) ||
	    !start_server(serving, error))
		return false;
	pq_server_set_ready(serving->server, true);
	return start_core(serving, error) && write_addresses(serving, error);
}

/* Threads inherit the mask, so signals reach nobody but those who wait for them. */
static void block_signals(struct serving *serving)
{
	sigemptyset(&serving->signals);
	sigaddset(&serving->signals, SIGTERM);
	sigaddset(&serving->signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &serving->signals, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* True when nothing was cut off. A second signal ends the drain delay. */
static bool drain(struct serving *serving)
{
	const struct pq_settings *settings = &serving->settings;
	struct timespec delay = {
		.tv_sec = settings->drain_delay / PQ_SECOND,
		.tv_nsec = settings->drain_delay % PQ_SECOND,
	};
	pq_server_set_ready(serving->server, false);
	if (settings->drain_delay > 0)
		sigtimedwait(&serving->signals, NULL, &delay);
	int64_t deadline = pq_clock_monotonic(&pq_clock_system) + settings->grace;
	bool clean = pq_server_stop(serving->server, deadline);
	serving->server = NULL;
	return clean;
}

static int serve(struct serving *serving, int64_t started)
{
	int64_t milliseconds = (pq_clock_monotonic(&pq_clock_system) - started) / PQ_MILLISECOND;
	int received = 0;
	pq_log(PQ_LOG_INFO, "serving",
	       PQ_LOG_TEXT_FIELD("listen", pq_string_from(pq_server_address(serving->server))),
	       PQ_LOG_TEXT_FIELD("healthListen",
				 pq_string_from(pq_server_health_address(serving->server))),
	       PQ_LOG_INTEGER_FIELD("startMilliseconds", milliseconds));
	sigwait(&serving->signals, &received);
	pq_log(PQ_LOG_INFO, "stopping",
	       PQ_LOG_TEXT_FIELD("signal", pq_string_from(sigabbrev_np(received))));
	bool clean = drain(serving);
	pq_log(clean ? PQ_LOG_INFO : PQ_LOG_WARNING,
	       clean ? "stopped" : "stopped before every request was answered");
	return PQ_EXIT_OK;
}

static void stop(struct serving *serving)
{
	pq_core_stop(serving->core);
	if (serving->server != NULL)
		pq_server_stop(serving->server, 0);
	pq_certificate_unref(serving->certificate);
	pq_policy_publisher_free(serving->publisher);
	pq_arena_done(&serving->arena);
}

/* What one large review or schema needed goes back to the system when it is freed. By itself the C
 * library raises its threshold to the largest block it has seen, and keeps all below. */
static void give_memory_back(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);
}

static int run_serve(int argc, char **argv)
{
	int64_t started = pq_clock_monotonic(&pq_clock_system);
	struct serving serving = { 0 };
	struct pq_error error;
	pq_arena_init(&serving.arena, 0);
	int code;
	give_memory_back();
	block_signals(&serving);
	if (!pq_settings_load(argc, argv, &serving.arena, &serving.settings, &error)) {
		code = pq_command_fail("serve", &error);
	} else {
		pq_log_configure((enum pq_log_level)serving.settings.log_level,
				 (enum pq_log_format)serving.settings.log_format, 2);
		code = start(&serving, &error) ? serve(&serving, started)
					       : pq_command_fail("serve", &error);
	}
	stop(&serving);
	return code;
}

const struct pq_command pq_command_serve = {
	.name = "serve",
	.summary = "Serve the admission webhook over HTTPS, and run reconcilers",
	.usage =
		(const char *const[]){
			"pratique serve --schemas DIR_OR_FILE... --certs DIR [OPTION]...", NULL },
	.description =
		"POST an AdmissionReview to /mutate for defaults as a JSON Patch, or to /validate\n"
		"for a verdict; CEL rules are not run yet. /livez, /readyz, /healthz and /metrics\n"
		"are on the health listener. With --kubeconfig, a second thread runs reconcilers.\n"
		"Every option can stand in the file of --config (healthListen: :8081) and in the\n"
		"environment (PRATIQUE_HEALTH_LISTEN=:8081); flags win, then the environment.\n"
		"\n"
		"Exit codes: 0 stopped by SIGTERM or SIGINT, 2 could not start.\n",
	.options = pq_settings_table,
	.examples =
		(const char *const[]){
			"pratique serve --schemas schemas --certs certs",
			"pratique serve --schemas crds --listen 127.0.0.1:0 --address-file "
			"addresses",
			"pratique serve --config pratique.yaml --kubeconfig ~/.kube/config", NULL },
	.run = run_serve,
};
