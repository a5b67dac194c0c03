/*
 * Handshakes that wait for their client.
 *
 * libmicrohttpd learns that a socket has nothing to read from its own reads only, and those of a
 * handshake are GnuTLS's. With epoll it therefore calls a handshake that waits again and again, and
 * one client that sends half of a ClientHello takes a CPU until --handshake-timeout
 * (MHD_run_tls_handshake_ and call_handlers of 0.9.75). So where a handshake finds nothing to read
 * (server/transport.c), its connection is suspended until a thread that waits for the sockets of
 * all such sees something arrive, or the client or the supervisor end it.
 */
#ifndef PQ_SERVER_HANDSHAKES_H
#define PQ_SERVER_HANDSHAKES_H

#include "server/connection.h"

#include <microhttpd.h>

struct pq_handshakes {
	pthread_t thread;
	bool is_running;
	int events;  /* epoll of the sockets; -1 before the start */
	int stopped; /* an eventfd among them; -1 before the start */
	pthread_mutex_t mutex;
	bool is_stopping;              /* guarded by the mutex */
	struct pq_connection *waiting; /* guarded by the mutex, with the links of those in it */
};

void pq_handshakes_init(struct pq_handshakes *handshakes);

/* Starts the thread. After a failure only pq_handshakes_done is left to call. */
PQ_CHECKED bool pq_handshakes_start(struct pq_handshakes *handshakes, struct pq_error *error);

/* Lets those that wait go on, and no other wait; ends the thread. To be called before
 * libmicrohttpd is stopped, which must not find a suspended connection. Nothing without a start. */
void pq_handshakes_stop(struct pq_handshakes *handshakes);

/* After libmicrohttpd was stopped, when nothing reads any more. */
void pq_handshakes_done(struct pq_handshakes *handshakes);

/* Suspends a connection, whose handshakes and suspendable are set, until there is something to
 * read. Called by the thread that has it. */
void pq_handshakes_wait(struct pq_connection *connection);

#endif
