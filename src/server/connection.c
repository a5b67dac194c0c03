#include "server/connection.h"

#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

/* Who has not asked for anything yet need not be kept as long as who has. */
#define FIRST_REQUEST_TIMEOUT (10 * PQ_SECOND)

void pq_connections_init(struct pq_connections *connections)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&connections->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&connections->mutex, NULL);
	connections->first = NULL;
	connections->count = 0;
}

void pq_connections_done(struct pq_connections *connections)
{
	pthread_cond_destroy(&connections->changed);
	pthread_mutex_destroy(&connections->mutex);
}

struct pq_connection *pq_connection_new(struct pq_connections *connections, int socket,
					struct pq_identity *identity)
{
	struct pq_connection *connection = calloc(1, sizeof *connection);
	if (connection == NULL)
		return NULL;
	connection->socket = socket;
	connection->identity = identity;
	pq_connection_enter(connection, PQ_CONNECTION_HANDSHAKE,
			    pq_clock_monotonic(&pq_clock_system));
	pthread_mutex_lock(&connections->mutex);
	connection->next = connections->first;
	if (connection->next != NULL)
		connection->next->previous = connection;
	connections->first = connection;
	if (connections->count++ == 0)
		pthread_cond_broadcast(&connections->changed);
	pthread_mutex_unlock(&connections->mutex);
	return connection;
}

void pq_connection_free(struct pq_connections *connections, struct pq_connection *connection)
{
	pthread_mutex_lock(&connections->mutex);
	if (connection->next != NULL)
		connection->next->previous = connection->previous;
	if (connection->previous != NULL)
		connection->previous->next = connection->next;
	else
		connections->first = connection->next;
	if (--connections->count == 0)
		pthread_cond_broadcast(&connections->changed);
	pthread_mutex_unlock(&connections->mutex);
	pq_identity_unref(connection->identity);
	pq_transport_done(&connection->transport);
	free(connection);
}

/* The time goes first: whoever reads the phase first and the time then never takes a phase for
 * older than it is. */
void pq_connection_enter(struct pq_connection *connection, enum pq_connection_phase phase,
			 int64_t now)
{
	atomic_store_explicit(&connection->since, now, memory_order_release);
	atomic_store_explicit(&connection->phase, phase, memory_order_release);
}

size_t pq_connections_count(struct pq_connections *connections)
{
	pthread_mutex_lock(&connections->mutex);
	size_t count = connections->count;
	pthread_mutex_unlock(&connections->mutex);
	return count;
}

size_t pq_connections_count_path(struct pq_connections *connections, const char *path)
{
	size_t count = 0;
	pthread_mutex_lock(&connections->mutex);
	for (const struct pq_connection *each = connections->first; each != NULL; each = each->next)
		count += atomic_load(&each->phase) >= PQ_CONNECTION_BODY &&
			 atomic_load(&each->path) == path;
	pthread_mutex_unlock(&connections->mutex);
	return count;
}

static enum pq_server_limit overdue_idle(const struct pq_connection_facts *facts,
					 const struct pq_server_settings *settings, int64_t now)
{
	int64_t patience = settings->idle_timeout;
	if (facts->headers_since != 0)
		return now - facts->headers_since > settings->header_timeout
			       ? PQ_LIMIT_HEADER_TIMEOUT
			       : PQ_LIMIT_NONE;
	if (facts->answers == 0 && patience > FIRST_REQUEST_TIMEOUT)
		patience = FIRST_REQUEST_TIMEOUT;
	return now - facts->since > patience ? PQ_LIMIT_IDLE_TIMEOUT : PQ_LIMIT_NONE;
}

enum pq_server_limit pq_connection_overdue(const struct pq_connection_facts *facts,
					   const struct pq_server_settings *settings, int64_t now)
{
	int64_t age = now - facts->since;
	switch (facts->phase) {
	case PQ_CONNECTION_HANDSHAKE:
		return age > settings->handshake_timeout ? PQ_LIMIT_HANDSHAKE_TIMEOUT
							 : PQ_LIMIT_NONE;
	case PQ_CONNECTION_IDLE:
		return overdue_idle(facts, settings, now);
	case PQ_CONNECTION_BODY:
		return age > settings->body_timeout ? PQ_LIMIT_BODY_TIMEOUT : PQ_LIMIT_NONE;
	case PQ_CONNECTION_JUDGING:
		return PQ_LIMIT_NONE;
	case PQ_CONNECTION_ANSWERING:
		return age > settings->answer_timeout ? PQ_LIMIT_ANSWER_TIMEOUT : PQ_LIMIT_NONE;
	}
	return PQ_LIMIT_NONE;
}
