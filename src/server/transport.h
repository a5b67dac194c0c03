/*
 * Transport: how the records of a session go to and from its socket.
 *
 * GnuTLS reads a record in two parts, the five bytes that tell its length and the rest, and
 * libmicrohttpd sends the headers of an answer and its body as a record each. So that a request
 * takes one call of the system to read and one to answer, what has arrived is read with the five
 * bytes, and the record of the headers waits for that of the body.
 *
 * Epoll tells of a socket only when something arrives, and libmicrohttpd reads until it is told
 * that there is nothing: so bytes that were read ahead are as good as bytes in the socket. They
 * hold a buffer only while there are any.
 *
 * But what tells it so is GNUTLS_E_AGAIN, and GnuTLS returns that also behind a record without
 * data: an empty one, or a key update (RFC 8446, sections 4.6.3 and 5.1). What stands behind such a
 * record would not be looked at, a request not answered and a closed connection never left. So this
 * folder defines gnutls_record_recv, which libmicrohttpd then calls in the place of GnuTLS's: it
 * reads on until there is data or the socket has nothing more.
 */
#ifndef PQ_SERVER_TRANSPORT_H
#define PQ_SERVER_TRANSPORT_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	PQ_TRANSPORT_AHEAD_MAX = 17 * 1024,  /* a record of RFC 8446 and more than a header */
	PQ_TRANSPORT_CORKED_MAX = 512,       /* a record of usual headers takes 150 bytes */
	PQ_TRANSPORT_EMPTY_RECORDS_MAX = 32, /* one behind the other; more end a connection */
};

struct pq_connection;
struct pq_worker;

/* A connection's; of the thread that has it. Zero-initialised has nothing read ahead or corked. */
struct pq_transport {
	struct pq_worker *worker; /* keeps a spare buffer; NULL: nothing is read ahead */
	char *ahead;              /* PQ_TRANSPORT_AHEAD_MAX bytes, or NULL */
	size_t ahead_start, ahead_end;
	bool is_drained; /* the last read found nothing in the socket */
	bool corks_next;
	size_t corked_length;
	char corked[PQ_TRANSPORT_CORKED_MAX];
};

/* Makes a session read and write through its connection, which has a socket and handshakes to wait
 * in (server/handshakes.h). Called by the thread that has accepted it, whose worker is given. */
void pq_transport_begin(struct pq_connection *connection, struct pq_worker *worker,
			gnutls_session_t session);

/* GnuTLS's ways to read and to write of such a session; the pointer is the connection. A handshake
 * that finds nothing to read waits. Like recv and sendmsg, -1 with errno. */
ssize_t pq_transport_pull(gnutls_transport_ptr_t pointer, void *bytes, size_t size);
ssize_t pq_transport_push(gnutls_transport_ptr_t pointer, const giovec_t *parts, int count);

/* Before the connection is freed. */
void pq_transport_done(struct pq_transport *transport);

/* The next record is not sent before the one behind it, unless it is long. There must be one: an
 * answer with a body.
 */
void pq_transport_cork_next(struct pq_transport *transport);

#endif
