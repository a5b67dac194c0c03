#include "server/supervisor.h"

#include "base/clock.h"
#include "base/thread.h"

#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <time.h>

enum {
	/* When this part of the connections that may be open are open, idle ones make room. */
	CROWDED_PARTS = 9,
	CROWDED_WHOLE = 10,
};

#define LOOK_PAUSE PQ_SECOND /* between questions to the system about one socket */

/* From the end of reading to the end of all. */
#define SHUT_PATIENCE PQ_SECOND

/* The system's times are multiples of its tick. */
#define TIME_TOLERANCE (20 * PQ_MILLISECOND)

static int64_t now(void)
{
	return pq_clock_monotonic(&pq_clock_system);
}

/* When the last byte came, as the system knows it; the beginning when it does not tell. */
static int64_t last_byte(const struct pq_connection *connection, int64_t time)
{
	struct tcp_info info;
	socklen_t size = sizeof info;
	if (getsockopt(connection->socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return 0;
	return time - (int64_t)info.tcpi_last_data_recv * PQ_MILLISECOND;
}

/* The phase first, as pq_connection_enter says. */
static struct pq_connection_facts read_facts(const struct pq_connection *connection)
{
	struct pq_connection_facts facts;
	facts.phase = atomic_load_explicit(&connection->phase, memory_order_acquire);
	facts.since = atomic_load_explicit(&connection->since, memory_order_acquire);
	facts.answers = atomic_load_explicit(&connection->answers, memory_order_relaxed);
	facts.headers_since = 0;
	return facts;
}

/* Nothing tells when the first byte of a request arrives but the system, which is asked each
 * second. */
static void look_for_headers(struct pq_connection *connection, struct pq_connection_facts *facts,
			     int64_t time)
{
	if (facts->phase != PQ_CONNECTION_IDLE || connection->headers_since < facts->since)
		connection->headers_since = 0;
	if (facts->phase == PQ_CONNECTION_IDLE && connection->headers_since == 0 &&
	    time - facts->since > LOOK_PAUSE && time - connection->looked_at > LOOK_PAUSE) {
		int64_t last = last_byte(connection, time);
		connection->looked_at = time;
		if (last > facts->since + TIME_TOLERANCE)
			connection->headers_since = last;
	}
	facts->headers_since = connection->headers_since;
}

static void note_work(struct pq_supervisor *supervisor, const struct pq_connection_facts *facts,
		      int64_t time)
{
	int64_t latest = facts->phase == PQ_CONNECTION_IDLE ? facts->since : time;
	if (latest <= supervisor->worked_at)
		return;
	supervisor->worked_at = latest;
	supervisor->is_trimmed = false;
}

/* What requests have needed goes back to the system when no more come: the C library keeps it for
 * the next ones, as long as there are any. What the start has needed goes back whether they come or
 * not, but not before the first are answered, who need some of it. */
static void give_memory_back(struct pq_supervisor *supervisor, int64_t time)
{
	bool is_quiet = time - supervisor->worked_at >= PQ_SUPERVISOR_QUIET;
	bool is_start_over = time >= supervisor->start_trim_at;
	if (!is_start_over && (!is_quiet || supervisor->is_trimmed))
		return;
	if (is_start_over)
		supervisor->start_trim_at = INT64_MAX;
	if (is_quiet)
		supervisor->is_trimmed = true;
	malloc_trim(0);
}

/* Whoever has been shut for reading a while ago and still has no request is ended, whatever
 * libmicrohttpd thinks there is to read. */
static void end_undisturbed(const struct pq_connection *connection,
			    const struct pq_connection_facts *facts, int64_t time)
{
	if (facts->phase == PQ_CONNECTION_IDLE && time - connection->shut_at > SHUT_PATIENCE)
		shutdown(connection->socket, SHUT_RDWR);
}

static void end_overdue(struct pq_supervisor *supervisor, struct pq_connection *connection,
			int64_t time)
{
	struct pq_connection_facts facts = read_facts(connection);
	note_work(supervisor, &facts, time);
	look_for_headers(connection, &facts, time);
	if (connection->shut_at != 0) {
		end_undisturbed(connection, &facts, time);
		return;
	}
	enum pq_server_limit limit = pq_connection_overdue(&facts, &supervisor->settings, time);
	if (limit == PQ_LIMIT_NONE)
		return;
	connection->shut_at = time;
	pq_server_count_limit(limit);
	bool is_idle = facts.phase == PQ_CONNECTION_IDLE && facts.headers_since == 0;
	shutdown(connection->socket, is_idle ? SHUT_RD : SHUT_RDWR);
}

/* How long it has been idle; 0 when it is not. */
static int64_t idle_time(const struct pq_connection *connection, int64_t time)
{
	struct pq_connection_facts facts = read_facts(connection);
	return facts.phase == PQ_CONNECTION_IDLE && connection->shut_at == 0 ? time - facts.since
									     : 0;
}

/* Ends those that have been idle nearly as long as the oldest. Called at each tick, this goes from
 * the oldest to the youngest. */
static void end_oldest_idle(struct pq_supervisor *supervisor, int64_t time)
{
	int64_t oldest = 0;
	struct pq_connection *connection;
	for (connection = supervisor->connections->first; connection != NULL;
	     connection = connection->next) {
		int64_t idle = idle_time(connection, time);
		oldest = idle > oldest ? idle : oldest;
	}
	int64_t enough = oldest - oldest / 4;
	if (enough < PQ_SUPERVISOR_QUIET)
		enough = PQ_SUPERVISOR_QUIET;
	for (connection = supervisor->connections->first; connection != NULL;
	     connection = connection->next) {
		if (idle_time(connection, time) < enough ||
		    time - last_byte(connection, time) < PQ_SUPERVISOR_QUIET)
			continue;
		connection->shut_at = time;
		if (!supervisor->is_closing)
			pq_server_count_limit(PQ_LIMIT_CONNECTION);
		shutdown(connection->socket, SHUT_RD);
	}
}

static bool is_crowded(const struct pq_supervisor *supervisor)
{
	return supervisor->connections->count * CROWDED_WHOLE >
	       supervisor->connection_limit * CROWDED_PARTS;
}

static void look_at_all(struct pq_supervisor *supervisor, int64_t time)
{
	struct pq_connection *connection;
	for (connection = supervisor->connections->first; connection != NULL;
	     connection = connection->next)
		end_overdue(supervisor, connection, time);
	if (supervisor->is_closing || is_crowded(supervisor))
		end_oldest_idle(supervisor, time);
}

/* With the mutex held; until the monotonic time or a change. */
static void wait_for_change(struct pq_connections *connections, int64_t time)
{
	const struct timespec until = { .tv_sec = time / PQ_SECOND, .tv_nsec = time % PQ_SECOND };
	pthread_cond_timedwait(&connections->changed, &connections->mutex, &until);
}

static void *supervise(void *argument)
{
	struct pq_supervisor *supervisor = argument;
	struct pq_connections *connections = supervisor->connections;
	supervisor->worked_at = now();
	supervisor->start_trim_at = supervisor->worked_at + PQ_SUPERVISOR_QUIET;
	pthread_mutex_lock(&connections->mutex);
	while (!supervisor->is_stopping) {
		if (connections->count == 0 && supervisor->is_trimmed) {
			pthread_cond_wait(&connections->changed, &connections->mutex);
			continue;
		}
		int64_t time = now();
		look_at_all(supervisor, time);
		pthread_mutex_unlock(&connections->mutex);
		pq_judges_expire(supervisor->judges, time);
		give_memory_back(supervisor, time);
		pthread_mutex_lock(&connections->mutex);
		wait_for_change(connections, time + PQ_SUPERVISOR_TICK);
	}
	pthread_mutex_unlock(&connections->mutex);
	return NULL;
}

bool pq_supervisor_start(struct pq_supervisor *supervisor, struct pq_error *error)
{
	return pq_thread_start(&supervisor->thread, "supervisor", supervise, supervisor) ||
	       pq_error_set(error, PQ_ERROR_MEMORY,
			    "cannot start the thread that watches connections");
}

static void set_flag(struct pq_supervisor *supervisor, bool *flag)
{
	pthread_mutex_lock(&supervisor->connections->mutex);
	*flag = true;
	pthread_cond_broadcast(&supervisor->connections->changed);
	pthread_mutex_unlock(&supervisor->connections->mutex);
}

void pq_supervisor_stop(struct pq_supervisor *supervisor)
{
	set_flag(supervisor, &supervisor->is_stopping);
	pthread_join(supervisor->thread, NULL);
}

void pq_supervisor_configure(struct pq_supervisor *supervisor,
			     const struct pq_server_settings *settings)
{
	pthread_mutex_lock(&supervisor->connections->mutex);
	supervisor->settings = *settings;
	pthread_mutex_unlock(&supervisor->connections->mutex);
}

void pq_supervisor_close_idle(struct pq_supervisor *supervisor)
{
	set_flag(supervisor, &supervisor->is_closing);
}

bool pq_supervisor_wait_for_none(struct pq_supervisor *supervisor, int64_t deadline)
{
	struct pq_connections *connections = supervisor->connections;
	pthread_mutex_lock(&connections->mutex);
	while (connections->count > 0 && now() < deadline)
		wait_for_change(connections, deadline);
	bool none = connections->count == 0;
	pthread_mutex_unlock(&connections->mutex);
	return none;
}
