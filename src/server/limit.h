/* Limits that a stranger can run into, and how often they did (pratique_limit_hits_total). Any
 * thread may count. */
#ifndef PQ_SERVER_LIMIT_H
#define PQ_SERVER_LIMIT_H

enum pq_server_limit {
	PQ_LIMIT_NONE,
	PQ_LIMIT_ANSWER_TIMEOUT,
	PQ_LIMIT_ARENA,
	PQ_LIMIT_BODIES,
	PQ_LIMIT_BODY,
	PQ_LIMIT_BODY_TIMEOUT,
	PQ_LIMIT_CONNECTION,
	PQ_LIMIT_CONNECTION_REQUESTS,
	PQ_LIMIT_DEPTH,
	PQ_LIMIT_HANDSHAKE_TIMEOUT,
	PQ_LIMIT_HEADER,
	PQ_LIMIT_HEADER_TIMEOUT,
	PQ_LIMIT_IDLE_TIMEOUT,
	PQ_LIMIT_QUEUE,
	PQ_LIMIT_REQUEST,
	PQ_LIMIT_TIMEOUT,
	PQ_LIMIT_COUNT,
};

/* As its setting is called, if it is one. */
const char *pq_server_limit_name(enum pq_server_limit limit);

/* Counts that a limit was exceeded. */
void pq_server_count_limit(enum pq_server_limit limit);

/* Lets the series of every limit appear, before one is exceeded. */
void pq_server_touch_limits(void);

#endif
