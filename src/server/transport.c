#include "server/transport.h"

#include "server/connection.h"
#include "server/exchange.h"
#include "server/handshakes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { PARTS_MAX = 8 }; /* of one call of GnuTLS, which makes as many as there are records */

static char *take_buffer(struct pq_worker *worker)
{
	if (worker == NULL)
		return NULL;
	char *buffer = worker->spare_ahead;
	worker->spare_ahead = NULL;
	return buffer != NULL ? buffer : malloc(PQ_TRANSPORT_AHEAD_MAX);
}

static void give_buffer(struct pq_worker *worker, char *buffer)
{
	if (worker->spare_ahead == NULL)
		worker->spare_ahead = buffer;
	else
		free(buffer);
}

static ssize_t take_ahead(struct pq_transport *transport, void *bytes, size_t size)
{
	size_t left = transport->ahead_end - transport->ahead_start;
	size_t taken = size < left ? size : left;
	memcpy(bytes, transport->ahead + transport->ahead_start, taken);
	transport->ahead_start += taken;
	if (taken == left) {
		give_buffer(transport->worker, transport->ahead);
		transport->ahead = NULL;
	}
	return (ssize_t)taken;
}

/* What is asked for goes where it is wanted, and what has arrived behind it to the buffer. */
static ssize_t read_ahead(struct pq_connection *connection, void *bytes, size_t size)
{
	struct pq_transport *transport = &connection->transport;
	char *buffer = take_buffer(transport->worker);
	if (buffer == NULL)
		return recv(connection->socket, bytes, size, 0);
	const struct iovec parts[] = {
		{ .iov_base = bytes, .iov_len = size },
		{ .iov_base = buffer, .iov_len = PQ_TRANSPORT_AHEAD_MAX },
	};
	ssize_t length = readv(connection->socket, parts, 2);
	if (length <= (ssize_t)size) {
		int trouble = errno;
		give_buffer(transport->worker, buffer);
		errno = trouble;
		return length;
	}
	transport->ahead = buffer;
	transport->ahead_start = 0;
	transport->ahead_end = (size_t)length - size;
	return (ssize_t)size;
}

ssize_t pq_transport_pull(gnutls_transport_ptr_t pointer, void *bytes, size_t size)
{
	struct pq_connection *connection = pointer;
	struct pq_transport *transport = &connection->transport;
	transport->is_drained = false;
	if (transport->ahead != NULL)
		return take_ahead(transport, bytes, size);
	ssize_t length = read_ahead(connection, bytes, size);
	transport->is_drained = length < 0 && errno == EAGAIN;
	if (transport->is_drained &&
	    atomic_load_explicit(&connection->phase, memory_order_relaxed) ==
		    PQ_CONNECTION_HANDSHAKE) {
		pq_handshakes_wait(connection);
		errno = EAGAIN;
	}
	return length;
}

/* False when it is too long to be corked. */
static bool cork(struct pq_transport *transport, const giovec_t *parts, int count, size_t length)
{
	if (length > PQ_TRANSPORT_CORKED_MAX - transport->corked_length)
		return false;
	for (int i = 0; i < count; i++) {
		memcpy(transport->corked + transport->corked_length, parts[i].iov_base,
		       parts[i].iov_len);
		transport->corked_length += parts[i].iov_len;
	}
	return true;
}

/* Of what was sent, the part that GnuTLS gave; what was corked goes first. */
static ssize_t account_corked(struct pq_transport *transport, ssize_t sent)
{
	if (sent < 0)
		return sent;
	if ((size_t)sent >= transport->corked_length) {
		sent -= (ssize_t)transport->corked_length;
		transport->corked_length = 0;
		if (sent > 0)
			return sent;
	} else {
		transport->corked_length -= (size_t)sent;
		memmove(transport->corked, transport->corked + sent, transport->corked_length);
	}
	errno = EAGAIN;
	return -1;
}

static ssize_t send_with_corked(struct pq_connection *connection, const giovec_t *parts, int count)
{
	struct pq_transport *transport = &connection->transport;
	struct iovec all[PARTS_MAX + 1] = {
		{ .iov_base = transport->corked, .iov_len = transport->corked_length },
	};
	size_t used = count < PARTS_MAX ? (size_t)count : PARTS_MAX;
	memcpy(&all[1], parts, used * sizeof *parts);
	const struct msghdr message = { .msg_iov = all, .msg_iovlen = used + 1 };
	return account_corked(transport, sendmsg(connection->socket, &message, MSG_NOSIGNAL));
}

ssize_t pq_transport_push(gnutls_transport_ptr_t pointer, const giovec_t *parts, int count)
{
	struct pq_connection *connection = pointer;
	struct pq_transport *transport = &connection->transport;
	if (transport->corks_next) {
		size_t length = 0;
		for (int i = 0; i < count; i++)
			length += parts[i].iov_len;
		transport->corks_next = false;
		if (cork(transport, parts, count, length))
			return (ssize_t)length;
	}
	if (transport->corked_length > 0)
		return send_with_corked(connection, parts, count);
	const struct msghdr message = { .msg_iov = (struct iovec *)(uintptr_t)parts,
					.msg_iovlen = (size_t)count };
	return sendmsg(connection->socket, &message, MSG_NOSIGNAL);
}

/* See the header. Sessions that pq_transport_begin has not seen are clients', of server/probe.c, or
 * of a daemon of somebody else, whose pointer leads to what is not ours. */
__attribute__((visibility("default"))) ssize_t gnutls_record_recv(gnutls_session_t session,
								  void *data, size_t size)
{
	const struct pq_connection *connection = gnutls_session_get_ptr(session);
	if (gnutls_transport_get_ptr(session) != (gnutls_transport_ptr_t)(uintptr_t)connection)
		connection = NULL;
	unsigned char sequence[8];
	for (int i = 0; i <= PQ_TRANSPORT_EMPTY_RECORDS_MAX; i++) {
		ssize_t length = gnutls_record_recv_seq(session, data, size, sequence);
		if (length != GNUTLS_E_AGAIN || connection == NULL ||
		    connection->transport.is_drained)
			return length;
	}
	return GNUTLS_E_UNEXPECTED_PACKET;
}

void pq_transport_begin(struct pq_connection *connection, struct pq_worker *worker,
			gnutls_session_t session)
{
	connection->transport.worker = worker;
	gnutls_transport_set_ptr(session, connection);
	gnutls_transport_set_pull_function(session, pq_transport_pull);
	gnutls_transport_set_vec_push_function(session, pq_transport_push);
}

void pq_transport_done(struct pq_transport *transport)
{
	free(transport->ahead);
}

void pq_transport_cork_next(struct pq_transport *transport)
{
	transport->corks_next = true;
}
