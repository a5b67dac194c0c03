#include "server/internal.h"
#include "server/request.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

#include <stdio.h>

/* So many kinds without schema are logged and kept; later ones are only counted. */
enum { UNMATCHED_LOGGED_MAX = 1000, KIND_TEXT_MAX = 512, NAME_LENGTH_MAX = 253 };

static struct pq_string door_name(enum pq_admission_door door)
{
	return door == PQ_ADMISSION_MUTATE ? PQ_S("mutate") : PQ_S("validate");
}

/* Whether a kind is seen for the first time. */
static bool is_news(struct pq_server *server, struct pq_string kind)
{
	bool news = false;
	pthread_mutex_lock(&server->unmatched_mutex);
	if (server->unmatched.count < UNMATCHED_LOGGED_MAX &&
	    pq_map_find(&server->unmatched, kind) == NULL)
		news = pq_map_put(&server->unmatched, kind, server, NULL);
	pthread_mutex_unlock(&server->unmatched_mutex);
	return news;
}

/* A metric keeps its labels for good: what is longer than Kubernetes lets names be is not worth it.
 */
static struct pq_string label_of(struct pq_string name)
{
	return name.length > NAME_LENGTH_MAX ? PQ_S("other") : name;
}

static void record_unmatched(struct pq_server *server, const struct pq_admission_answer *answer)
{
	const struct pq_string labels[] = {
		label_of(answer->group),
		label_of(answer->version),
		label_of(answer->kind),
	};
	pq_metric_add(PQ_METRIC_UNMATCHED, labels, 1);
	char text[KIND_TEXT_MAX];
	snprintf(text, sizeof text, "%.*s/%.*s %.*s", PQ_STRING_ARGUMENT(answer->group),
		 PQ_STRING_ARGUMENT(answer->version), PQ_STRING_ARGUMENT(answer->kind));
	if (is_news(server, pq_string_from(text)))
		pq_log(PQ_LOG_WARNING, "no schema for a kind that is sent here",
		       PQ_LOG_TEXT_FIELD("group", answer->group),
		       PQ_LOG_TEXT_FIELD("version", answer->version),
		       PQ_LOG_TEXT_FIELD("kind", answer->kind),
		       PQ_LOG_TEXT_FIELD("allowed",
					 answer->allowed ? PQ_S("true") : PQ_S("false")));
}

static void count_reasons(const struct pq_admission_answer *answer, struct pq_string action,
			  const struct pq_findings *findings)
{
	size_t counts[PQ_FINDING_TYPE_COUNT] = { 0 };
	for (size_t i = 0; i < findings->count; i++)
		counts[findings->items[i].type]++;
	for (int type = 0; type < PQ_FINDING_TYPE_COUNT; type++) {
		const struct pq_string labels[] = {
			label_of(answer->group),
			label_of(answer->kind),
			pq_string_from(pq_finding_type_reason((enum pq_finding_type)type)),
			action,
		};
		if (counts[type] > 0)
			pq_metric_add(PQ_METRIC_FINDINGS, labels, (double)counts[type]);
	}
}

static void count_findings(const struct pq_admission_answer *answer)
{
	static const struct pq_string actions[PQ_CONSEQUENCE_COUNT] = {
		[PQ_CONSEQUENCE_DENY] = PQ_LITERAL("deny"),
		[PQ_CONSEQUENCE_WARN] = PQ_LITERAL("warn"),
		[PQ_CONSEQUENCE_AUDIT] = PQ_LITERAL("audit"),
	};
	for (size_t i = 0; i < PQ_CONSEQUENCE_COUNT; i++) {
		if (answer->findings[i].count > 0)
			count_reasons(answer, actions[i], &answer->findings[i]);
	}
}

void pq_server_count_request(const char *path, int status)
{
	char code[16];
	snprintf(code, sizeof code, "%d", status);
	const struct pq_string labels[] = { pq_string_from(path), pq_string_from(code) };
	pq_metric_add(PQ_METRIC_WEBHOOK_REQUESTS, labels, 1);
}

void pq_server_touch_metrics(void)
{
	static const struct pq_string span_results[] = { PQ_LITERAL("exported"),
							 PQ_LITERAL("failed"),
							 PQ_LITERAL("dropped") };
	for (size_t i = 0; i < sizeof span_results / sizeof span_results[0]; i++)
		pq_metric_touch(PQ_METRIC_SPANS, &span_results[i]);
	pq_server_touch_limits();
	pq_metric_touch(PQ_METRIC_LOG_LINES_DROPPED, NULL);
	pq_metric_touch(PQ_METRIC_HELD_BACK, NULL);
	for (const char *const *path = pq_request_paths; *path != NULL; path++) {
		const struct pq_string good[] = { pq_string_from(*path), PQ_LITERAL("200") };
		const struct pq_string bad[] = { pq_string_from(*path), PQ_LITERAL("500") };
		pq_metric_touch(PQ_METRIC_WEBHOOK_REQUESTS, good);
		pq_metric_touch(PQ_METRIC_WEBHOOK_REQUESTS, bad);
	}
}

void pq_server_collect(void *context)
{
	struct pq_server *server = context;
	for (const char *const *path = pq_request_paths; *path != NULL; path++) {
		const struct pq_string label = pq_string_from(*path);
		pq_metric_set(PQ_METRIC_WEBHOOK_IN_FLIGHT, &label,
			      (double)pq_connections_count_path(&server->connections, *path));
	}
	bool is_ready =
		atomic_load(&server->ready) && pq_policy_generation(server->options.publisher) > 0;
	pq_metric_set(PQ_METRIC_READY, NULL, is_ready);
	pq_metric_set(PQ_METRIC_CONNECTIONS, NULL,
		      (double)pq_connections_count(&server->connections));
	pq_metric_set(PQ_METRIC_BODIES_BYTES, NULL,
		      (double)atomic_load_explicit(&server->workers.held, memory_order_relaxed));
	pq_metric_set(PQ_METRIC_QUEUED_REVIEWS, NULL, (double)pq_judges_waiting(&server->judges));
}

static void count_conversion(const struct pq_admission_answer *answer)
{
	const struct pq_string result = !answer->judged   ? PQ_S("error")
					: answer->allowed ? PQ_S("success")
							  : PQ_S("failure");
	pq_metric_add(PQ_METRIC_CONVERSION_REVIEWS, &result, 1);
	if (answer->allowed)
		pq_metric_add(PQ_METRIC_CONVERTED_OBJECTS, NULL, (double)answer->object_count);
}

static void count_admission(struct pq_server *server, const struct pq_exchange *exchange,
			    const struct pq_admission_answer *answer)
{
	char code[16];
	int status = answer->denial_code != 0 ? answer->denial_code : answer->http_status;
	snprintf(code, sizeof code, "%d", status);
	const struct pq_string labels[] = {
		door_name(exchange->door),
		answer->operation,
		answer->allowed ? PQ_S("true") : PQ_S("false"),
		pq_string_from(code),
	};
	pq_metric_add(PQ_METRIC_ADMISSION_REVIEWS, labels, 1);
	count_findings(answer);
	if (answer->held_back)
		pq_metric_add(PQ_METRIC_HELD_BACK, NULL, 1);
	if (answer->exemption.length > 0)
		pq_metric_add(PQ_METRIC_EXEMPTIONS_APPLIED, &answer->exemption, 1);
	if (answer->unmatched)
		record_unmatched(server, answer);
}

/* The size of a body is counted before, by who reads it. */
static void count_size_limit(const struct pq_exchange *exchange,
			     const struct pq_admission_answer *answer)
{
	if (answer->judged || answer->http_status != 413)
		return;
	if (pq_arena_is_limited(&exchange->arena))
		pq_server_count_limit(PQ_LIMIT_ARENA);
	else if (!pq_arena_is_exhausted(&exchange->arena))
		pq_server_count_limit(PQ_LIMIT_DEPTH);
}

void pq_server_tell_review(struct pq_server *server, struct pq_exchange *exchange,
			   const struct pq_admission_answer *answer)
{
	if (exchange->door == PQ_ADMISSION_CONVERT)
		count_conversion(answer);
	else
		count_admission(server, exchange, answer);
	count_size_limit(exchange, answer);
	pq_server_log_review(server, exchange, answer);
	pq_server_trace_review(exchange, answer);
}
