#include "operator/core.h"

#include "base/thread.h"
#include "http/client.h"
#include "operator/manager.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/random.h>

#define RESTART_MIN (1 * PQ_SECOND)
#define RESTART_MAX (60 * PQ_SECOND)

struct pq_core {
	struct pq_core_options options;
	struct pq_kube_config config;
	struct pq_http_client *http;
	struct pq_kube_client client;
	pthread_t thread;
	atomic_bool synced;
};

static uint64_t random_number(void)
{
	uint64_t number = 0;
	if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
		number = (uint64_t)pq_clock_monotonic(&pq_clock_system);
	return number;
}

/* Runs a manager until it fails or the core is to stop. */
static void run_manager(struct pq_core *core, struct pq_error *error)
{
	struct pq_manager_options options = {
		.client = &core->client,
		.clock = &pq_clock_system,
		.random = random_number,
		.controllers = core->options.controllers,
		.cache_bytes_max = core->options.cache_bytes_max,
	};
	struct pq_manager *manager = pq_manager_new(&options, error);
	if (manager == NULL)
		return;
	while (pq_manager_turn(manager, INT64_MAX, error)) {
		if (pq_manager_is_synced(manager))
			atomic_store(&core->synced, true);
	}
	pq_manager_free(manager);
}

/* Waits, but not when asked to stop; false then. */
static bool wait_before_restart(struct pq_core *core, int64_t delay)
{
	struct pq_http_transport *transport = core->client.transport;
	int64_t until = pq_clock_monotonic(&pq_clock_system) + delay;
	struct pq_error error;
	while (pq_clock_monotonic(&pq_clock_system) < until) {
		if (!transport->run(transport, until, &error))
			return false;
	}
	return true;
}

static void *run_core(void *context)
{
	struct pq_core *core = context;
	int64_t delay = RESTART_MIN;
	for (;;) {
		struct pq_error error = { .code = PQ_ERROR_NONE };
		int64_t start = pq_clock_monotonic(&pq_clock_system);
		pq_metric_set(PQ_METRIC_CORE_UP, NULL, 1);
		run_manager(core, &error);
		pq_metric_set(PQ_METRIC_CORE_UP, NULL, 0);
		if (error.code == PQ_ERROR_STOPPED)
			return NULL;
		char text[PQ_ERROR_TEXT_MAX];
		pq_error_format(&error, text, sizeof text);
		pq_log(PQ_LOG_ERROR, "the reconcile core failed; starting it again",
		       PQ_LOG_TEXT_FIELD("error", pq_string_from(text)),
		       PQ_LOG_INTEGER_FIELD("after_seconds", delay / PQ_SECOND));
		pq_metric_add(PQ_METRIC_CORE_RESTARTS, NULL, 1);
		/* One that ran for long starts again at once, a broken one ever more seldom. */
		if (pq_clock_monotonic(&pq_clock_system) - start > RESTART_MAX)
			delay = RESTART_MIN;
		if (!wait_before_restart(core, delay))
			return NULL;
		delay = delay * 2 < RESTART_MAX ? delay * 2 : RESTART_MAX;
	}
}

static void core_free(struct pq_core *core)
{
	pq_http_client_free(core->http);
	pq_kube_config_done(&core->config);
	free(core);
}

struct pq_core *pq_core_start(const struct pq_core_options *options, struct pq_error *error)
{
	struct pq_core *core = calloc(1, sizeof *core);
	if (core == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the reconcile core");
		return NULL;
	}
	core->options = *options;
	atomic_init(&core->synced, false);
	if (!pq_kube_config_load(&core->config, options->kubeconfig, error)) {
		free(core);
		return NULL;
	}
	core->http = pq_http_client_new(error);
	if (core->http == NULL) {
		core_free(core);
		return NULL;
	}
	core->client = (struct pq_kube_client){
		.transport = pq_http_client_transport(core->http),
		.config = &core->config,
		.clock = &pq_clock_system,
		.field_manager = "pratique",
	};
	if (core->config.tls.insecure)
		pq_log(PQ_LOG_WARNING, "the API server's certificate is not checked",
		       PQ_LOG_TEXT_FIELD("server", pq_string_from(core->config.server)));
	if (!pq_thread_start(&core->thread, "reconcile", run_core, core)) {
		pq_error_set(error, PQ_ERROR_MEMORY, "cannot start the reconcile core's thread");
		core_free(core);
		return NULL;
	}
	return core;
}

void pq_core_stop(struct pq_core *core)
{
	if (core == NULL)
		return;
	pq_http_client_stop(core->http);
	pthread_join(core->thread, NULL);
	core_free(core);
}

bool pq_core_is_synced(const struct pq_core *core)
{
	return atomic_load(&core->synced);
}
