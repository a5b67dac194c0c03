/*
 * Supervisor: the thread that holds connections to the clock. It ends those that are late or idle
 * too long, makes room when nearly as many are open as may be, and ends idle ones before a stop.
 * When nothing has been asked for PQ_SUPERVISOR_QUIET, and once that long after the start, it gives
 * memory back to the system.
 *
 * An idle connection is ended by closing it for reading only: libmicrohttpd then closes it as if
 * the client had, and a request that arrives in the same moment is answered first. Oldest first,
 * and never within PQ_SUPERVISOR_QUIET of its last byte, for its client may be about to use it, and
 * does not repeat a POST that got no answer.
 */
#ifndef PQ_SERVER_SUPERVISOR_H
#define PQ_SERVER_SUPERVISOR_H

#include "server/connection.h"
#include "server/judges.h"

#define PQ_SUPERVISOR_TICK  (100 * PQ_MILLISECOND)
#define PQ_SUPERVISOR_QUIET PQ_SECOND

struct pq_supervisor {
	pthread_t thread;
	struct pq_connections *connections;
	struct pq_judges *judges; /* whose late jobs it hands back */
	size_t connection_limit;
	struct pq_server_settings settings; /* guarded by the mutex of the connections, */
	bool is_closing;                    /* and so are these */
	bool is_stopping;
	/* Its thread's: when a connection was last at work, and whether memory went back since;
	 * when what the start has needed is to go back, INT64_MAX once it has. */
	int64_t worked_at;
	bool is_trimmed;
	int64_t start_trim_at;
};

/* Everything but thread and flags is set by the caller. */
PQ_CHECKED bool pq_supervisor_start(struct pq_supervisor *supervisor, struct pq_error *error);
void pq_supervisor_stop(struct pq_supervisor *supervisor);

void pq_supervisor_configure(struct pq_supervisor *supervisor,
			     const struct pq_server_settings *settings);

/* From now on idle connections are ended. */
void pq_supervisor_close_idle(struct pq_supervisor *supervisor);

/* Waits until no connection is open, at most until the monotonic deadline. Whether it is so. */
bool pq_supervisor_wait_for_none(struct pq_supervisor *supervisor, int64_t deadline);

#endif
