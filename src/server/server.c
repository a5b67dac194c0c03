#include "server/internal.h"

#include "telemetry/metrics.h"

#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static unsigned count_threads(size_t wanted)
{
	cpu_set_t processors;
	if (wanted > 0)
		return (unsigned)wanted;
	if (sched_getaffinity(0, sizeof processors, &processors) != 0)
		return 1;
	return (unsigned)CPU_COUNT(&processors);
}

static bool start_supervisor(struct pq_server *server, struct pq_error *error)
{
	server->supervisor = (struct pq_supervisor){
		.connections = &server->connections,
		.judges = &server->judges,
		.connection_limit = server->options.connection_limit,
		.settings = server->options.settings,
	};
	server->is_supervised = pq_supervisor_start(&server->supervisor, error);
	return server->is_supervised;
}

static bool start(struct pq_server *server, bool *clients_are_to_blame, struct pq_error *error)
{
	const struct pq_server_options *options = &server->options;
	*clients_are_to_blame = options->clients != NULL &&
				!pq_clients_set(&server->clients, options->clients, error);
	if (*clients_are_to_blame)
		return false;
	server->identity = pq_identity_new(&options->certificate, error);
	if (server->identity == NULL)
		return false;
	pq_probe_aim(&server->probe, server->webhook_listener.descriptor);
	return pq_judges_start(&server->judges, count_threads(options->review_threads),
			       options->settings.queue_limit, error) &&
	       start_supervisor(server, error) && pq_handshakes_start(&server->handshakes, error) &&
	       pq_server_start_webhook(server, count_threads(options->threads), error) &&
	       pq_server_start_health(server, error);
}

/* libmicrohttpd must not be stopped while a connection is suspended: those who resume them are
 * stopped first, the supervisor before all, as it takes jobs from the judges. */
static void free_server(struct pq_server *server)
{
	if (server->is_supervised)
		pq_supervisor_stop(&server->supervisor);
	pq_judges_stop(&server->judges);
	pq_handshakes_stop(&server->handshakes);
	if (server->webhook != NULL)
		MHD_stop_daemon(server->webhook);
	if (server->health != NULL)
		MHD_stop_daemon(server->health);
	pq_probe_done(&server->probe);
	pq_judges_done(&server->judges);
	pq_listener_close(&server->webhook_listener);
	pq_listener_close(&server->health_listener);
	pq_workers_done(&server->workers);
	pq_handshakes_done(&server->handshakes);
	pq_connections_done(&server->connections);
	pq_identity_unref(server->identity);
	pq_clients_done(&server->clients);
	pq_map_done(&server->unmatched);
	pthread_mutex_destroy(&server->identity_mutex);
	pthread_mutex_destroy(&server->settings_mutex);
	pthread_mutex_destroy(&server->notes_mutex);
	pthread_mutex_destroy(&server->unmatched_mutex);
	free(server);
}

/* The listener becomes the server's. */
static struct pq_listener take_listener(struct pq_listener *listener)
{
	struct pq_listener taken = PQ_LISTENER_NONE;
	if (listener == NULL)
		return taken;
	taken = *listener;
	*listener = PQ_LISTENER_NONE;
	return taken;
}

struct pq_server *pq_server_start(const struct pq_server_options *options,
				  bool *clients_are_to_blame, struct pq_error *error)
{
	struct pq_listener webhook = take_listener(options->webhook);
	struct pq_listener health = take_listener(options->health);
	struct pq_server *server = calloc(1, sizeof *server);
	*clients_are_to_blame = false;
	if (server == NULL) {
		pq_listener_close(&webhook);
		pq_listener_close(&health);
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a server");
		return NULL;
	}
	server->options = *options;
	server->settings = options->settings;
	atomic_init(&server->settings_generation, 1);
	server->webhook_listener = webhook;
	server->health_listener = health;
	pq_connections_init(&server->connections);
	pq_handshakes_init(&server->handshakes);
	pq_judges_init(&server->judges, pq_webhook_run_job, server);
	pq_probe_init(&server->probe);
	pq_clients_init(&server->clients);
	pthread_mutex_init(&server->identity_mutex, NULL);
	pthread_mutex_init(&server->settings_mutex, NULL);
	pthread_mutex_init(&server->notes_mutex, NULL);
	pthread_mutex_init(&server->unmatched_mutex, NULL);
	server->log_rate.most = PQ_LOG_LINES_PER_SECOND_MAX;
	server->refusal_log_rate.most = PQ_LOG_REFUSALS_PER_SECOND_MAX;
	pthread_mutex_init(&server->workers.mutex, NULL);
	pq_map_init(&server->unmatched);
	if (start(server, clients_are_to_blame, error)) {
		pq_server_touch_metrics();
		pq_metrics_set_collector(pq_server_collect, server);
		return server;
	}
	free_server(server);
	return NULL;
}

const char *pq_server_address(const struct pq_server *server)
{
	return server->webhook_listener.address;
}

const char *pq_server_health_address(const struct pq_server *server)
{
	return server->health_listener.address;
}

bool pq_server_set_certificate(struct pq_server *server,
			       const struct pq_certificate_pem *certificate, struct pq_error *error)
{
	struct pq_identity *identity = pq_identity_new(certificate, error);
	if (identity == NULL)
		return false;
	pthread_mutex_lock(&server->identity_mutex);
	struct pq_identity *old = server->identity;
	server->identity = identity;
	pthread_mutex_unlock(&server->identity_mutex);
	pq_identity_unref(old);
	return true;
}

bool pq_server_set_clients(struct pq_server *server, const struct pq_trusted_clients *clients,
			   struct pq_error *error)
{
	return pq_clients_set(&server->clients, clients, error);
}

void pq_server_configure(struct pq_server *server, const struct pq_server_settings *settings)
{
	pthread_mutex_lock(&server->settings_mutex);
	server->settings = *settings;
	atomic_fetch_add_explicit(&server->settings_generation, 1, memory_order_release);
	pthread_mutex_unlock(&server->settings_mutex);
	pq_supervisor_configure(&server->supervisor, settings);
	pq_judges_limit(&server->judges, settings->queue_limit);
}

const struct pq_server_settings *pq_server_read_settings(struct pq_server *server,
							 struct pq_worker *worker)
{
	if (atomic_load_explicit(&server->settings_generation, memory_order_acquire) !=
	    worker->settings_generation) {
		pthread_mutex_lock(&server->settings_mutex);
		worker->settings = server->settings;
		worker->settings_generation =
			atomic_load_explicit(&server->settings_generation, memory_order_relaxed);
		pthread_mutex_unlock(&server->settings_mutex);
	}
	return &worker->settings;
}

void pq_server_set_note(struct pq_server *server, enum pq_server_part part, const char *note)
{
	pthread_mutex_lock(&server->notes_mutex);
	snprintf(server->notes[part], sizeof server->notes[part], "%s", note);
	pthread_mutex_unlock(&server->notes_mutex);
}

void pq_server_set_ready(struct pq_server *server, bool ready)
{
	atomic_store(&server->ready, ready);
}

bool pq_server_answers(struct pq_server *server, struct pq_error *error)
{
	return pq_probe_ask(&server->probe, error);
}

void pq_server_drain(struct pq_server *server)
{
	atomic_store(&server->ready, false);
	atomic_store(&server->draining, true);
}

/* Whether the system has a connection for the listener that has not been accepted yet. */
static bool has_caller(const struct pq_server *server)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(server->webhook, MHD_DAEMON_INFO_LISTEN_FD);
	struct pollfd listener = { .fd = info->listen_fd, .events = POLLIN };
	return poll(&listener, 1, 0) == 1;
}

/* Who has connected is served, even if a busy machine has not let us accept it before the rest was
 * gone. */
static void wait_for_callers(struct pq_server *server, int64_t deadline)
{
	const struct timespec moment = { .tv_nsec = PQ_MILLISECOND };
	pq_supervisor_wait_for_none(&server->supervisor, deadline);
	while (has_caller(server) && pq_clock_monotonic(&pq_clock_system) < deadline) {
		nanosleep(&moment, NULL);
		pq_supervisor_wait_for_none(&server->supervisor, deadline);
	}
}

/* The listener goes last: until then a client that connects is served. Who was accepted between the
 * last look and the end of accepting is waited for once more. */
bool pq_server_stop(struct pq_server *server, int64_t deadline)
{
	pq_server_drain(server);
	pq_supervisor_close_idle(&server->supervisor);
	wait_for_callers(server, deadline);
	atomic_store(&server->refusing, true);
	pq_supervisor_wait_for_none(&server->supervisor, deadline);
	bool clean = pq_workers_in_flight(&server->workers) == 0;
	pq_metrics_set_collector(NULL, NULL);
	free_server(server);
	return clean;
}
