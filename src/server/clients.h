/*
 * Clients: who may call, held against every request.
 *
 * A connection keeps the verdict on what its client has shown: until another trust is published,
 * a certificate expires, or a minute has passed. So a CA that is taken away is taken away from the
 * connections that are open, too.
 */
#ifndef PQ_SERVER_CLIENTS_H
#define PQ_SERVER_CLIENTS_H

#include "server/client_trust.h"
#include "server/connection.h"

/* Zero-initialised with a mutex asks nobody. */
struct pq_clients {
	pthread_mutex_t mutex;
	struct pq_client_trust *trust;                      /* guarded by mutex */
	_Atomic uint64_t generation;                        /* of trust; 0: nobody is asked */
	_Atomic int64_t logged_at[PQ_CLIENT_REFUSAL_COUNT]; /* monotonic */
};

void pq_clients_init(struct pq_clients *clients);
void pq_clients_done(struct pq_clients *clients);

/* Publishes whom to trust from now on. Thread-safe. */
PQ_CHECKED bool pq_clients_set(struct pq_clients *clients, const struct pq_trusted_clients *trusted,
			       struct pq_error *error);

/* Has a session ask its client for a certificate, which it need not show. Before the handshake. */
void pq_clients_ask(const struct pq_clients *clients, gnutls_session_t session);

/* Whether clients have to be known. Thread-safe. */
bool pq_clients_are_asked(const struct pq_clients *clients);

/* What is against the client of a connection, for people, or NULL; counted, and logged once a
 * minute for each reason. To be called by the thread that has the connection. */
const char *pq_clients_judge(struct pq_clients *clients, struct pq_connection *connection,
			     gnutls_session_t session);

#endif
