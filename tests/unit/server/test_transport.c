/* Bytes of a session on their way to and from a pair of sockets. */
#include "base/clock.h"
#include "server/connection.h"
#include "server/exchange.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONG = 200 * 1000, PARTS = 20 };

struct pair {
	struct pq_connection connection;
	struct pq_worker worker;
	int client;
	char sent[LONG], received[LONG];
	size_t received_length;
};

static int open_pair(void **state)
{
	struct pair *pair = calloc(1, sizeof *pair);
	int sockets[2], small = 4096;
	assert_non_null(pair);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets), 0);
	setsockopt(sockets[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
	pair->connection.socket = sockets[0];
	pair->client = sockets[1];
	pair->connection.transport.worker = &pair->worker;
	pq_connection_enter(&pair->connection, PQ_CONNECTION_IDLE, 0);
	for (size_t i = 0; i < LONG; i++)
		pair->sent[i] = (char)(i * 7 + i / 251);
	*state = pair;
	return 0;
}

static int close_pair(void **state)
{
	struct pair *pair = *state;
	pq_transport_done(&pair->connection.transport);
	free(pair->worker.spare_ahead);
	close(pair->connection.socket);
	close(pair->client);
	free(pair);
	return 0;
}

static void receive(struct pair *pair)
{
	ssize_t length;
	while ((length = read(pair->client, pair->received + pair->received_length,
			      LONG - pair->received_length)) > 0)
		pair->received_length += (size_t)length;
}

static ssize_t push(struct pair *pair, size_t from, size_t length, int count)
{
	giovec_t parts[PARTS];
	size_t each = length / (size_t)count;
	for (int i = 0; i < count; i++) {
		parts[i].iov_base = pair->sent + from + (size_t)i * each;
		parts[i].iov_len = i + 1 < count ? each : length - (size_t)i * each;
	}
	return pq_transport_push(&pair->connection, parts, count);
}

/* As GnuTLS does: what was not taken is given again. */
static void push_all(struct pair *pair, size_t from, size_t length, int count)
{
	while (length > 0) {
		ssize_t taken = push(pair, from, length, count);
		assert_true(taken > 0 || (taken < 0 && errno == EAGAIN));
		if (taken > 0) {
			assert_true((size_t)taken <= length);
			from += (size_t)taken;
			length -= (size_t)taken;
		}
		receive(pair);
	}
}

static void expect_received(struct pair *pair, size_t length)
{
	receive(pair);
	assert_int_equal(pair->received_length, length);
	assert_memory_equal(pair->received, pair->sent, length);
}

static void a_corked_record_goes_with_the_next(void **state)
{
	struct pair *pair = *state;
	pq_transport_cork_next(&pair->connection.transport);
	assert_int_equal(push(pair, 0, 150, 3), 150);
	expect_received(pair, 0);
	assert_int_equal(push(pair, 150, 100, 2), 100);
	expect_received(pair, 250);
	assert_int_equal(push(pair, 250, 10, 1), 10);
	expect_received(pair, 260);
}

static void a_long_record_is_not_corked(void **state)
{
	struct pair *pair = *state;
	pq_transport_cork_next(&pair->connection.transport);
	assert_int_equal(push(pair, 0, PQ_TRANSPORT_CORKED_MAX + 1, 1),
			 PQ_TRANSPORT_CORKED_MAX + 1);
	expect_received(pair, PQ_TRANSPORT_CORKED_MAX + 1);
}

static void a_full_socket_loses_nothing(void **state)
{
	struct pair *pair = *state;
	for (size_t first = 0; first <= 4096; first += 37) {
		pair->received_length = 0;
		while (push(pair, LONG - 1000, 1, 1) == 1)
			; /* full to the last byte */
		receive(pair);
		pair->received_length = 0;
		if (first > 0)
			push_all(pair, 0, first, 1);
		while (push(pair, first, 1, 1) == 1)
			first++;
		pq_transport_cork_next(&pair->connection.transport);
		assert_int_equal(push(pair, first, 300, 2), 300);
		push_all(pair, first + 300, 20 * 1000, PARTS);
		expect_received(pair, first + 300 + 20 * 1000);
	}
}

static size_t pull(struct pair *pair, size_t size)
{
	ssize_t length =
		pq_transport_pull(&pair->connection, pair->received + pair->received_length, size);
	if (length < 0) {
		assert_int_equal(errno, EAGAIN);
		return 0;
	}
	pair->received_length += (size_t)length;
	return (size_t)length;
}

static void what_is_behind_waits(void **state)
{
	struct pair *pair = *state;
	struct pq_transport *transport = &pair->connection.transport;
	assert_int_equal(write(pair->client, pair->sent, 105), 105);
	assert_int_equal(pull(pair, 5), 5);
	assert_non_null(transport->ahead);
	assert_int_equal(pull(pair, 60), 60);
	assert_int_equal(pull(pair, 100), 40);
	assert_null(transport->ahead);
	assert_non_null(pair->worker.spare_ahead);
	assert_int_equal(pull(pair, 5), 0);
	assert_null(transport->ahead);
	assert_memory_equal(pair->received, pair->sent, 105);
}

static void records_of_every_length_arrive(void **state)
{
	struct pair *pair = *state;
	for (size_t length = 1; length < 40 * 1000; length = length * 3 / 2 + 1) {
		size_t written = 0;
		pair->received_length = 0;
		while (pair->received_length < length) {
			ssize_t more = write(pair->client, pair->sent + written, length - written);
			written += more > 0 ? (size_t)more : 0;
			size_t rest = length - pair->received_length;
			pull(pair, rest < 5 ? rest : 5);
			rest = length - pair->received_length;
			pull(pair, rest < 16 * 1024 ? rest : 16 * 1024);
		}
		assert_memory_equal(pair->received, pair->sent, length);
		assert_int_equal(pull(pair, 1), 0);
	}
}

static void without_a_worker_nothing_is_read_ahead(void **state)
{
	struct pair *pair = *state;
	pair->connection.transport.worker = NULL;
	assert_int_equal(write(pair->client, pair->sent, 100), 100);
	assert_int_equal(pull(pair, 5), 5);
	assert_null(pair->connection.transport.ahead);
	assert_int_equal(pull(pair, 200), 95);
	assert_memory_equal(pair->received, pair->sent, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_corked_record_goes_with_the_next, open_pair,
						close_pair),
		cmocka_unit_test_setup_teardown(a_long_record_is_not_corked, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(a_full_socket_loses_nothing, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(what_is_behind_waits, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(records_of_every_length_arrive, open_pair,
						close_pair),
		cmocka_unit_test_setup_teardown(without_a_worker_nothing_is_read_ahead, open_pair,
						close_pair),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
