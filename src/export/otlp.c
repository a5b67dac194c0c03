#include "export/otlp.h"

#include "base/clock.h"
#include "base/thread.h"
#include "export/otlp_json.h"
#include "export/process.h"
#include "http/client.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* From one try to the next, twice as long each time. */
static const int64_t first_pause = PQ_SECOND;
static const int64_t longest_pause = 8 * PQ_SECOND;

struct pq_otlp {
	struct pq_otlp_settings settings;
	struct pq_http_client *http;
	pthread_t thread;
	int64_t started; /* wall */
	pthread_mutex_t mutex;
	pthread_cond_t changed; /* on the monotonic clock */
	bool is_due;            /* guarded by the mutex, as the two below */
	bool is_stopping;
	int64_t deadline; /* of the stop; monotonic */
	bool has_trouble; /* the thread's own: the last call failed, and the log has it */
};

/* One call. */
struct call {
	bool is_over;
	bool is_delivered;
	bool may_repeat;
	int64_t retry_after;
	char trouble[PQ_ERROR_MESSAGE_MAX];
};

static int64_t now(void)
{
	return pq_clock_monotonic(&pq_clock_system);
}

static int64_t earlier(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

/* The end, if it is earlier than limit. */
static int64_t limit_by_stop(struct pq_otlp *otlp, int64_t limit)
{
	pthread_mutex_lock(&otlp->mutex);
	if (otlp->is_stopping)
		limit = earlier(limit, otlp->deadline);
	pthread_mutex_unlock(&otlp->mutex);
	return limit;
}

static bool is_stopping(struct pq_otlp *otlp)
{
	pthread_mutex_lock(&otlp->mutex);
	bool stopping = otlp->is_stopping;
	pthread_mutex_unlock(&otlp->mutex);
	return stopping;
}

static void wait_until(struct pq_otlp *otlp, int64_t time, bool also_when_due)
{
	const struct timespec end = { .tv_sec = time / PQ_SECOND, .tv_nsec = time % PQ_SECOND };
	pthread_mutex_lock(&otlp->mutex);
	while (!otlp->is_stopping && !(also_when_due && otlp->is_due) && now() < time)
		pthread_cond_timedwait(&otlp->changed, &otlp->mutex, &end);
	if (also_when_due)
		otlp->is_due = false;
	pthread_mutex_unlock(&otlp->mutex);
}

/* Those that OTLP says may be tried again. */
static bool may_repeat(int status)
{
	return status == 429 || status == 502 || status == 503 || status == 504;
}

static void take_answer(void *context, const struct pq_http_response *response,
			const struct pq_error *error)
{
	struct call *call = context;
	call->is_over = true;
	if (response == NULL) {
		call->may_repeat = true;
		memcpy(call->trouble, error->message, sizeof call->trouble);
		return;
	}
	call->is_delivered = response->status >= 200 && response->status < 300;
	call->may_repeat = may_repeat(response->status);
	call->retry_after = response->retry_after;
	snprintf(call->trouble, sizeof call->trouble, "the collector answers %d", response->status);
}

/* One try. */
static void post(struct pq_otlp *otlp, const struct pq_otlp_signal *signal, struct pq_string body,
		 int64_t limit, struct call *call)
{
	struct pq_http_transport *transport = pq_http_client_transport(otlp->http);
	const struct pq_http_tls tls = { .ca = signal->ca,
					 .certificate = signal->certificate,
					 .key = signal->key };
	const struct pq_http_request request = {
		.method = "POST",
		.url = signal->url,
		.headers = signal->headers,
		.body = body,
		.tls = &tls,
		.timeout = signal->timeout,
		.body_limit = PQ_OTLP_ANSWER_MAX,
	};
	const struct pq_http_handler handler = { .context = call, .done = take_answer };
	struct pq_http_call *running;
	struct pq_error error;
	*call = (struct call){ 0 };
	if (!transport->start(transport, &request, &handler, &running, &error)) {
		take_answer(call, NULL, &error);
		return;
	}
	while (!call->is_over) {
		int64_t end = limit_by_stop(otlp, limit);
		if (now() < end && transport->run(transport, end, &error))
			continue;
		if (call->is_over)
			return;
		transport->cancel(transport, running);
		pq_error_set(&error, PQ_ERROR_TIMEOUT, "the collector does not answer in time");
		take_answer(call, NULL, &error);
	}
}

static void count_export(const char *signal, bool is_delivered)
{
	const struct pq_string labels[] = {
		pq_string_from(signal),
		is_delivered ? PQ_S("ok") : PQ_S("failed"),
	};
	pq_metric_add(PQ_METRIC_OTLP_EXPORTS, labels, 1);
}

/* Of a URL the host and its port: a name with a password may stand before them. */
static struct pq_string host_of(const char *url)
{
	struct pq_string host = pq_string_from(strstr(url, "://") + strlen("://"));
	ptrdiff_t path = pq_string_find_byte(host, '/');
	if (path >= 0)
		host.length = (size_t)path;
	for (ptrdiff_t at; (at = pq_string_find_byte(host, '@')) >= 0;)
		host = pq_string_slice(host, (size_t)at + 1, SIZE_MAX);
	return host;
}

/* Once when it begins, once when it is over. */
static void tell(struct pq_otlp *otlp, const struct pq_otlp_signal *signal, const struct call *call)
{
	struct pq_string host = host_of(signal->url);
	if (call->is_delivered && otlp->has_trouble)
		pq_log(PQ_LOG_INFO, "telemetry reaches the collector again",
		       PQ_LOG_TEXT_FIELD("host", host));
	if (!call->is_delivered && !otlp->has_trouble)
		pq_log(PQ_LOG_WARNING, "telemetry does not reach the collector; it is dropped",
		       PQ_LOG_TEXT_FIELD("host", host),
		       PQ_LOG_TEXT_FIELD("error", pq_string_from(call->trouble)));
	otlp->has_trouble = !call->is_delivered;
}

/* Tries until it is delivered, is refused for good, or its time is over. */
static bool deliver(struct pq_otlp *otlp, const char *name, const struct pq_otlp_signal *signal,
		    struct pq_string body)
{
	int64_t limit = now() + otlp->settings.export_timeout;
	int64_t pause = first_pause;
	struct call call;
	for (;;) {
		post(otlp, signal, body, limit, &call);
		int64_t next = now() + (call.retry_after > pause ? call.retry_after : pause);
		if (call.is_delivered || !call.may_repeat || next >= limit || is_stopping(otlp))
			break;
		wait_until(otlp, next, false);
		pause = earlier(2 * pause, longest_pause);
	}
	count_export(name, call.is_delivered);
	tell(otlp, signal, &call);
	return call.is_delivered;
}

static void count_spans(size_t count, bool is_delivered)
{
	const struct pq_string label = is_delivered ? PQ_S("exported") : PQ_S("failed");
	pq_metric_add(PQ_METRIC_SPANS, &label, (double)count);
}

static bool export_batch(struct pq_otlp *otlp)
{
	struct pq_span *spans = pq_tracing_take((size_t)otlp->settings.batch_max);
	if (spans == NULL)
		return false;
	pq_cleanup_buffer struct pq_buffer body;
	pq_buffer_init(&body, PQ_OTLP_BODY_MAX);
	pq_otlp_write_spans(&body, spans);
	bool is_delivered = !pq_buffer_failed(&body) &&
			    deliver(otlp, "traces", &otlp->settings.traces, pq_buffer_view(&body));
	count_spans(pq_spans_free(spans), is_delivered);
	return true;
}

static void export_metrics(struct pq_otlp *otlp)
{
	pq_cleanup_buffer struct pq_buffer body;
	pq_buffer_init(&body, PQ_OTLP_BODY_MAX);
	pq_metrics_collect();
	pq_process_collect();
	pq_otlp_write_metrics(&body, otlp->started, pq_clock_wall(&pq_clock_system));
	if (!pq_buffer_failed(&body))
		deliver(otlp, "metrics", &otlp->settings.metrics, pq_buffer_view(&body));
	else
		count_export("metrics", false);
}

static void *run(void *context)
{
	struct pq_otlp *otlp = context;
	const struct pq_otlp_settings *settings = &otlp->settings;
	bool has_metrics = settings->metrics.url != NULL, ends = false;
	int64_t next_spans = now() + settings->schedule_delay;
	int64_t next_metrics = has_metrics ? now() + settings->metric_interval : INT64_MAX;
	while (!ends) {
		wait_until(otlp, earlier(next_spans, next_metrics), true);
		ends = is_stopping(otlp);
		while (export_batch(otlp))
			continue;
		next_spans = now() + settings->schedule_delay;
		if (!has_metrics || (!ends && now() < next_metrics))
			continue;
		export_metrics(otlp);
		next_metrics = now() + settings->metric_interval;
	}
	return NULL;
}

static void be_due(void *context)
{
	struct pq_otlp *otlp = context;
	pthread_mutex_lock(&otlp->mutex);
	otlp->is_due = true;
	pthread_cond_signal(&otlp->changed);
	pthread_mutex_unlock(&otlp->mutex);
}

static void free_otlp(struct pq_otlp *otlp)
{
	pq_http_client_free(otlp->http);
	pthread_cond_destroy(&otlp->changed);
	pthread_mutex_destroy(&otlp->mutex);
	free(otlp);
}

static bool start_thread(struct pq_otlp *otlp, struct pq_error *error)
{
	return pq_thread_start(&otlp->thread, "otlp", run, otlp) ||
	       pq_error_set(error, PQ_ERROR_MEMORY, "cannot start the exporter's thread");
}

static void turn_tracing_on(struct pq_otlp *otlp)
{
	const struct pq_tracing_options options = {
		.sampler = otlp->settings.sampler,
		.queue_max = (size_t)otlp->settings.queue_max,
		.batch = (size_t)otlp->settings.batch_max,
		.is_due = be_due,
		.context = otlp,
	};
	if (otlp->settings.traces.url != NULL)
		pq_tracing_start(&options);
}

struct pq_otlp *pq_otlp_start(const struct pq_otlp_settings *settings, struct pq_error *error)
{
	error->code = PQ_ERROR_NONE;
	if (settings->traces.url == NULL && settings->metrics.url == NULL)
		return NULL;
	struct pq_otlp *otlp = calloc(1, sizeof *otlp);
	if (otlp == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for an exporter");
		return NULL;
	}
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&otlp->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&otlp->mutex, NULL);
	otlp->settings = *settings;
	otlp->started = pq_clock_wall(&pq_clock_system);
	otlp->http = pq_http_client_new(error);
	if (otlp->http == NULL || !start_thread(otlp, error)) {
		free_otlp(otlp);
		return NULL;
	}
	turn_tracing_on(otlp);
	return otlp;
}

void pq_otlp_stop(struct pq_otlp *otlp, int64_t deadline)
{
	if (otlp == NULL)
		return;
	pthread_mutex_lock(&otlp->mutex);
	otlp->is_stopping = true;
	otlp->deadline = deadline;
	pthread_cond_signal(&otlp->changed);
	pthread_mutex_unlock(&otlp->mutex);
	pq_http_client_wake(otlp->http);
	pthread_join(otlp->thread, NULL);
	pq_tracing_stop();
	free_otlp(otlp);
}
