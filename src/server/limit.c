#include "server/limit.h"

#include "telemetry/metrics.h"

static const struct pq_string names[PQ_LIMIT_COUNT] = {
	[PQ_LIMIT_ANSWER_TIMEOUT] = PQ_LITERAL("answer-timeout"),
	[PQ_LIMIT_ARENA] = PQ_LITERAL("arena-limit"),
	[PQ_LIMIT_BODIES] = PQ_LITERAL("bodies-limit"),
	[PQ_LIMIT_BODY] = PQ_LITERAL("body-limit"),
	[PQ_LIMIT_BODY_TIMEOUT] = PQ_LITERAL("body-timeout"),
	[PQ_LIMIT_CONNECTION] = PQ_LITERAL("connection-limit"),
	[PQ_LIMIT_CONNECTION_REQUESTS] = PQ_LITERAL("connection-requests-limit"),
	[PQ_LIMIT_DEPTH] = PQ_LITERAL("depth"),
	[PQ_LIMIT_HANDSHAKE_TIMEOUT] = PQ_LITERAL("handshake-timeout"),
	[PQ_LIMIT_HEADER] = PQ_LITERAL("header-limit"),
	[PQ_LIMIT_HEADER_TIMEOUT] = PQ_LITERAL("header-timeout"),
	[PQ_LIMIT_IDLE_TIMEOUT] = PQ_LITERAL("idle-timeout"),
	[PQ_LIMIT_QUEUE] = PQ_LITERAL("queue-limit"),
	[PQ_LIMIT_REQUEST] = PQ_LITERAL("request-limit"),
	[PQ_LIMIT_TIMEOUT] = PQ_LITERAL("timeout"),
};

const char *pq_server_limit_name(enum pq_server_limit limit)
{
	return names[limit].data;
}

void pq_server_count_limit(enum pq_server_limit limit)
{
	pq_metric_add(PQ_METRIC_LIMIT_HITS, &names[limit], 1);
}

void pq_server_touch_limits(void)
{
	for (size_t i = PQ_LIMIT_NONE + 1; i < PQ_LIMIT_COUNT; i++)
		pq_metric_touch(PQ_METRIC_LIMIT_HITS, &names[i]);
}
