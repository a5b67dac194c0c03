/*
 * Connection: what each of the webhook's connections is doing, and since when.
 *
 * libmicrohttpd's own timeout begins anew with every byte, so a client that sends one now and then
 * stays for ever. Here a connection is always in a phase, and each phase has an end on the clock:
 * the supervisor (server/supervisor.h) shuts down the socket of whoever is late. The phase is
 * written by the thread of libmicrohttpd that has the connection and read by the supervisor.
 */
#ifndef PQ_SERVER_CONNECTION_H
#define PQ_SERVER_CONNECTION_H

#include "server/client_trust.h"
#include "server/limit.h"
#include "server/server.h"
#include "server/tls.h"
#include "server/transport.h"

#include <pthread.h>
#include <stdatomic.h>

struct MHD_Connection;
struct pq_handshakes;

enum pq_connection_phase {
	PQ_CONNECTION_HANDSHAKE, /* accepted; TLS is not there yet */
	PQ_CONNECTION_IDLE,      /* waits for a request, whose headers may be on their way */
	PQ_CONNECTION_BODY,      /* the headers are there */
	PQ_CONNECTION_JUDGING,   /* the body is there: it is ours to answer */
	PQ_CONNECTION_ANSWERING, /* the answer is being sent */
};

struct pq_connection {
	struct pq_connection *next, *previous; /* guarded by the mutex of all */
	int socket;                            /* open as long as it is in the list */
	struct pq_identity *identity;
	_Atomic enum pq_connection_phase phase;
	_Atomic int64_t since;      /* monotonic: when the phase began */
	atomic_size_t answers;      /* sent so far */
	_Atomic(const char *) path; /* pq_request_path() of the latest request; NULL: none yet */
	/* Of handshakes.c, whose mutex guards the links. */
	struct pq_handshakes *handshakes;
	struct MHD_Connection *suspendable;
	struct pq_connection *next_waiting, *previous_waiting;
	struct pq_transport transport;
	/* Of the thread that has the connection: what its client is, by the trust of a generation.
	 */
	struct pq_client_verdict client;
	uint64_t client_generation; /* 0: not judged yet */
	/* The supervisor's, under the mutex. */
	int64_t looked_at;     /* when it last asked the system about the socket */
	int64_t headers_since; /* when bytes of a request were first seen in this idle phase; 0 */
	int64_t shut_at;       /* 0: not yet */
};

/* The open connections of a server. */
struct pq_connections {
	pthread_mutex_t mutex;
	pthread_cond_t
		changed; /* on the monotonic clock: from or to none; something is to be done */
	struct pq_connection *first;
	size_t count;
};

void pq_connections_init(struct pq_connections *connections);
void pq_connections_done(struct pq_connections *connections);

/* A connection in its handshake, in the list; NULL when there is no memory. The identity's
 * reference becomes the connection's. */
struct pq_connection *pq_connection_new(struct pq_connections *connections, int socket,
					struct pq_identity *identity);

/* Takes it out of the list. The socket must still be open, lest another gets its number. */
void pq_connection_free(struct pq_connections *connections, struct pq_connection *connection);

/* To be called by the thread that has the connection. */
void pq_connection_enter(struct pq_connection *connection, enum pq_connection_phase phase,
			 int64_t now);

size_t pq_connections_count(struct pq_connections *connections);

/* How many have a request for this path in flight. */
size_t pq_connections_count_path(struct pq_connections *connections, const char *path);

/* What the supervisor judges by. */
struct pq_connection_facts {
	enum pq_connection_phase phase;
	int64_t since;
	int64_t headers_since; /* 0: no byte of a request yet */
	size_t answers;
};

/* The limit that is exceeded, if one is. Times are monotonic. */
enum pq_server_limit pq_connection_overdue(const struct pq_connection_facts *facts,
					   const struct pq_server_settings *settings, int64_t now);

#endif
