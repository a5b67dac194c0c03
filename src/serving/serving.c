#include "serving/serving.h"

#include "base/file.h"
#include "operators/shipped.h"
#include "server/recorder.h"
#include "serving/internal.h"
#include "telemetry/log.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	LARGE_BLOCK = 1 << 20, /* bytes */
	HEAP_END_MAX = 1 << 20,
};

/* Says where the setting stands that is to blame, the flag's name. */
static bool blame(const struct serving *serving, const char *name, struct pq_error *error)
{
	pq_settings_add_place(&serving->settings, name, error);
	return false;
}

/* Before what takes time is loaded: who connects meanwhile waits, and is not refused. */
static bool open_listeners(struct serving *serving, struct pq_error *error)
{
	const struct pq_settings *settings = &serving->settings;
	const char *health = settings->health_listen;
	if (!pq_listener_open(&serving->webhook_listener, settings->listen, error))
		return blame(serving, "listen", error);
	return health == NULL || health[0] == '\0' ||
	       pq_listener_open(&serving->health_listener, health, error) ||
	       blame(serving, "health-listen", error);
}

static bool start_server(struct serving *serving, struct pq_error *error)
{
	const struct pq_settings *settings = &serving->settings;
	pq_cleanup_buffer struct pq_buffer authorities = { 0 };
	struct pq_trusted_clients clients;
	bool asks = serving_asks_clients(serving);
	if (asks && !serving_read_clients(serving, &authorities, &clients, error))
		return blame(serving, "client-ca", error);
	struct pq_server_options options = {
		.webhook = &serving->webhook_listener,
		.health =
			serving->health_listener.descriptor < 0 ? NULL : &serving->health_listener,
		.certificate = { .chain = serving->certificate->chain_pem,
				 .key = serving->certificate->key_pem },
		.clients = asks ? &clients : NULL,
		.publisher = serving->publisher,
		.recorder = serving->recorder,
		.threads = (size_t)settings->threads,
		.review_threads = (size_t)settings->review_threads,
		.connection_limit = (size_t)settings->connection_limit,
	};
	serving_fill_server_settings(settings, &options.settings);
	bool clients_are_to_blame;
	serving->server = pq_server_start(&options, &clients_are_to_blame, error);
	if (clients_are_to_blame)
		blame(serving, "client-ca", error);
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
	if (pq_file_replace(serving->settings.address_file, pq_string_from(text), 0644, error))
		return true;
	pq_error_add_advice(error, "name a file in a folder that can be written to with "
				   "--address-file, or none");
	return false;
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
	if (serving->core == NULL &&
	    (error->code == PQ_ERROR_NOT_FOUND || error->code == PQ_ERROR_IO))
		pq_error_add_advice(error, "name another file with --kubeconfig, or none to serve "
					   "without reconcilers");
	return serving->core != NULL;
}

/* Threads inherit the mask, so signals reach nobody but the loop. As process 1 of a container this
 * is also the parent of every orphan; ignoring SIGCHLD lets the system bury them, except those that
 * have ended before, as children of whoever this process was until it became pratique. */
static bool take_signals(struct serving *serving, struct pq_error *error)
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
	serving->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	return serving->signals >= 0 ||
	       pq_error_set(error, PQ_ERROR_IO, "cannot take signals: %s", strerror(errno));
}

static bool start_recorder(struct serving *serving, struct pq_error *error)
{
	const struct pq_settings *settings = &serving->settings;
	const struct pq_recorder_options options = {
		.folder = serving->start_settings.record,
		.files_max = (size_t)settings->record_limit,
		.bytes_max = settings->record_bytes_limit,
	};
	if (options.folder == NULL)
		return true;
	serving->recorder = pq_recorder_start(&options, error);
	return serving->recorder != NULL;
}

/* Before anything is loaded, so that what changes meanwhile is noticed. */
static void watch_files(struct serving *serving)
{
	int64_t now = pq_clock_monotonic(&pq_clock_system);
	const struct pq_settings *settings = &serving->settings;
	pq_watch_init(&serving->schemas_watch, settings->schemas.items, settings->schemas.count,
		      now);
	pq_watch_init(&serving->certs_watch, &settings->certs, 1, now);
	pq_watch_init(&serving->clients_watch, &serving->start_settings.client_ca,
		      serving_asks_clients(serving) ? 1 : 0, now);
}

static bool start_parts(struct serving *serving, struct pq_error *error)
{
	if (!open_listeners(serving, error))
		return false;
	if (!start_recorder(serving, error))
		return blame(serving, "record", error);
	if (!serving_load_schemas(serving, error))
		return blame(serving, "schemas", error);
	if (!serving_load_certificate(serving, error))
		return blame(serving, "certs", error);
	if (!start_server(serving, error))
		return false;
	serving_touch_metrics();
	serving_tell_of_schemas(serving);
	pq_server_set_ready(serving->server, true);
	pq_notifier_init(&serving->notifier);
	if (!start_core(serving, error))
		return blame(serving, "kubeconfig", error);
	return write_addresses(serving, error) || blame(serving, "address-file", error);
}

static bool start(struct serving *serving, struct pq_error *error)
{
	if (!take_signals(serving, error) || !serving_load_settings(serving, error))
		return false;
	serving_start_telemetry(serving);
	serving->publisher = pq_policy_publisher_new();
	if (serving->publisher == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory to start");
	watch_files(serving);
	return start_parts(serving, error);
}

static void serve(struct serving *serving, int64_t started)
{
	int64_t taken = pq_clock_monotonic(&pq_clock_system) - started;
	pq_log(PQ_LOG_INFO, "serving",
	       PQ_LOG_TEXT_FIELD("listen", pq_string_from(pq_server_address(serving->server))),
	       PQ_LOG_TEXT_FIELD("healthListen",
				 pq_string_from(pq_server_health_address(serving->server))),
	       PQ_LOG_INTEGER_FIELD("startMilliseconds", taken / PQ_MILLISECOND));
	pq_notify_ready(&serving->notifier);
	int received = serving_loop(serving);
	pq_log(PQ_LOG_INFO, "stopping",
	       PQ_LOG_TEXT_FIELD("signal", pq_string_from(sigabbrev_np(received))));
	bool clean = serving_drain(serving);
	pq_log(clean ? PQ_LOG_INFO : PQ_LOG_WARNING,
	       clean ? "stopped" : "stopped before every request was answered");
}

static void stop(struct serving *serving)
{
	pq_core_stop(serving->core);
	if (serving->server != NULL)
		pq_server_stop(serving->server, 0);
	pq_listener_close(&serving->webhook_listener);
	pq_listener_close(&serving->health_listener);
	pq_recorder_stop(serving->recorder);
	pq_otlp_stop(serving->otlp, serving->end);
	pq_watch_done(&serving->schemas_watch);
	pq_watch_done(&serving->certs_watch);
	pq_watch_done(&serving->clients_watch);
	pq_notifier_done(&serving->notifier);
	pq_certificate_unref(serving->certificate);
	pq_policy_unref(serving->policy);
	pq_policy_publisher_free(serving->publisher);
	pq_arena_done(&serving->arena);
	pq_arena_done(&serving->start_arena);
	if (serving->signals >= 0)
		close(serving->signals);
}

/* What one large review or schema needed goes back to the system when it is freed. By itself the C
 * library raises its threshold to the largest block it has seen, and keeps all below. But the end
 * of a heap, which each review of some 100 KB uses and frees, goes back only a second after the
 * start, and when nothing is asked any more (server/supervisor.c): to get it again page by page
 * takes a tenth of such a review's time. */
static void limit_kept_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);
	mallopt(M_TRIM_THRESHOLD, HEAP_END_MAX);
}

bool pq_serving_run(int argc, char *const *argv, struct pq_error *error)
{
	int64_t started = pq_clock_monotonic(&pq_clock_system);
	struct serving serving = {
		.argc = argc,
		.argv = argv,
		.signals = -1,
		.webhook_listener = PQ_LISTENER_NONE,
		.health_listener = PQ_LISTENER_NONE,
		.schemas_watch = { .descriptor = -1 },
		.certs_watch = { .descriptor = -1 },
		.clients_watch = { .descriptor = -1 },
		.notifier = { .socket = -1 },
	};
	pq_arena_init(&serving.start_arena, 0);
	pq_arena_init(&serving.arena, 0);
	limit_kept_memory();
	bool running = start(&serving, error);
	if (running)
		serve(&serving, started);
	stop(&serving);
	return running;
}
