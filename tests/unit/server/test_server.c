/* Certificates of a running server, seen by a TLS client. */
#include "server/server.h"

#include "base/file.h"
#include "certs/certs.h"

#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct running {
	char folder[32];
	struct pq_policy_publisher *publisher;
	struct pq_server *server;
	struct pq_buffer chain, key; /* of the pair that the server started with */
};

/* A connection of a client that trusts everybody. */
enum { CONNECTIONS_MAX = 16 };

struct client {
	int descriptor;
	gnutls_session_t session;
	gnutls_certificate_credentials_t credentials;
};

static void read_pem(const char *folder, const char *name, struct pq_buffer *text)
{
	char path[64];
	struct pq_error error;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	text->length = 0;
	assert_true(pq_file_read(path, text, &error));
	pq_buffer_append_byte(text, '\0');
	text->length--;
}

/* A new serving pair; the CA stays. */
static void issue(struct running *running)
{
	const struct pq_certs_request request = {
		.folder = running->folder,
		.ca_lifetime = PQ_CERTS_CA_LIFETIME,
		.serving_lifetime = PQ_CERTS_SERVING_LIFETIME,
		.overwrite = true,
	};
	struct pq_error error;
	if (!pq_certs_init(&request, &pq_clock_system, &error))
		fail_msg("%s", error.message);
	read_pem(running->folder, "tls.crt", &running->chain);
	read_pem(running->folder, "tls.key", &running->key);
}

static struct pq_certificate_pem pem(const struct running *running)
{
	return (struct pq_certificate_pem){ .chain = pq_buffer_view(&running->chain),
					    .key = pq_buffer_view(&running->key) };
}

static int start(void **state)
{
	struct running *running = calloc(1, sizeof *running);
	struct pq_error error;
	pq_buffer_init(&running->chain, 0);
	pq_buffer_init(&running->key, 0);
	strcpy(running->folder, "/tmp/pratique-XXXXXX");
	assert_non_null(mkdtemp(running->folder));
	issue(running);
	running->publisher = pq_policy_publisher_new();
	struct pq_listener listener;
	bool clients_are_to_blame;
	if (!pq_listener_open(&listener, "127.0.0.1:0", &error))
		fail_msg("%s", error.message);
	const struct pq_server_options options = {
		.webhook = &listener,
		.certificate = pem(running),
		.publisher = running->publisher,
		.threads = 2,
		.connection_limit = CONNECTIONS_MAX,
		.settings = { .body_limit = 1 << 20,
			      .arena_limit = 1 << 24,
			      .request_limit = 100,
			      .queue_limit = 10,
			      .bodies_limit = 64 << 20,
			      .connection_requests_limit = 1000,
			      .handshake_timeout = 10 * PQ_SECOND,
			      .header_timeout = 10 * PQ_SECOND,
			      .body_timeout = 10 * PQ_SECOND,
			      .answer_timeout = 10 * PQ_SECOND,
			      .idle_timeout = 10 * PQ_SECOND },
	};
	running->server = pq_server_start(&options, &clients_are_to_blame, &error);
	if (running->server == NULL)
		fail_msg("%s", error.message);
	assert_int_equal(listener.descriptor, -1);
	*state = running;
	return 0;
}

static int stop(void **state)
{
	static const char *const files[] = { "ca.crt", "ca.key", "tls.crt", "tls.key" };
	struct running *running = *state;
	assert_true(pq_server_stop(running->server,
				   pq_clock_monotonic(&pq_clock_system) + 10 * PQ_SECOND));
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		char path[64];
		snprintf(path, sizeof path, "%s/%s", running->folder, files[i]);
		unlink(path);
	}
	rmdir(running->folder);
	pq_policy_publisher_free(running->publisher);
	pq_buffer_done(&running->chain);
	pq_buffer_done(&running->key);
	free(running);
	return 0;
}

/* The handshake's result, GNUTLS_E_SUCCESS or an error. */
static int open_client(struct client *client, const char *address, const char *priorities)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	to.sin_port = htons((uint16_t)atoi(strrchr(address, ':') + 1));
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	client->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(client->descriptor, (struct sockaddr *)&to, sizeof to), 0);
	assert_int_equal(gnutls_certificate_allocate_credentials(&client->credentials), 0);
	assert_int_equal(gnutls_init(&client->session, GNUTLS_CLIENT), 0);
	gnutls_priority_set_direct(client->session, priorities, NULL);
	gnutls_credentials_set(client->session, GNUTLS_CRD_CERTIFICATE, client->credentials);
	gnutls_transport_set_int(client->session, client->descriptor);
	int code;
	do
		code = gnutls_handshake(client->session);
	while (code < 0 && !gnutls_error_is_fatal(code));
	return code;
}

static void close_client(struct client *client)
{
	gnutls_deinit(client->session);
	gnutls_certificate_free_credentials(client->credentials);
	close(client->descriptor);
}

/* Whether the server showed the first certificate of a PEM text. */
static bool showed(const struct client *client, const struct pq_buffer *chain)
{
	unsigned count = 0;
	const gnutls_datum_t *seen = gnutls_certificate_get_peers(client->session, &count);
	gnutls_datum_t text = { .data = (unsigned char *)chain->data,
				.size = (unsigned)chain->length };
	gnutls_datum_t wanted;
	assert_true(count > 0);
	assert_int_equal(gnutls_pem_base64_decode2("CERTIFICATE", &text, &wanted), 0);
	bool equal =
		wanted.size == seen[0].size && memcmp(wanted.data, seen[0].data, wanted.size) == 0;
	gnutls_free(wanted.data);
	return equal;
}

/* One request on an open connection; the status of the answer. */
static int request_status(struct client *client, const char *text)
{
	char answer[1024] = "";
	assert_int_equal(gnutls_record_send(client->session, text, strlen(text)), strlen(text));
	ssize_t length;
	do
		length = gnutls_record_recv(client->session, answer, sizeof answer - 1);
	while (length == GNUTLS_E_AGAIN || length == GNUTLS_E_INTERRUPTED);
	assert_true(length > 12);
	return atoi(answer + strlen("HTTP/1.1 "));
}

static void a_new_certificate_is_for_new_connections(void **state)
{
	struct running *running = *state;
	pq_cleanup_buffer struct pq_buffer first;
	struct client old, new;
	struct pq_error error;
	pq_buffer_init(&first, 0);
	pq_buffer_append_string(&first, pq_buffer_view(&running->chain));
	const char *address = pq_server_address(running->server);
	assert_int_equal(open_client(&old, address, "NORMAL"), 0);
	assert_true(showed(&old, &first));
	issue(running);
	struct pq_certificate_pem changed = pem(running);
	assert_true(pq_server_set_certificate(running->server, &changed, &error));
	assert_int_equal(open_client(&new, address, "NORMAL"), 0);
	assert_true(showed(&new, &running->chain));
	assert_false(showed(&new, &first));
	assert_int_equal(request_status(&old, "GET /mutate HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
	assert_int_equal(request_status(&new, "GET /mutate HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
	close_client(&old);
	close_client(&new);
}

static void a_pair_that_does_not_match_is_refused(void **state)
{
	struct running *running = *state;
	pq_cleanup_buffer struct pq_buffer chain;
	struct client client;
	struct pq_error error;
	pq_buffer_init(&chain, 0);
	pq_buffer_append_string(&chain, pq_buffer_view(&running->chain));
	pq_buffer_append_byte(&chain, '\0');
	chain.length--;
	issue(running);
	struct pq_certificate_pem mixed = { .chain = pq_buffer_view(&chain),
					    .key = pq_buffer_view(&running->key) };
	assert_false(pq_server_set_certificate(running->server, &mixed, &error));
	assert_non_null(strstr(error.message, "does not belong"));
	/* What was served before is served still. */
	assert_int_equal(open_client(&client, pq_server_address(running->server), "NORMAL"), 0);
	assert_true(showed(&client, &chain));
	close_client(&client);
}

static void tls_is_1_2_or_later(void **state)
{
	struct running *running = *state;
	static const struct {
		const char *priorities;
		bool accepted;
	} versions[] = {
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.3", true },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.2", true },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0:%COMPAT", false },
	};
	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
		struct client client;
		int code = open_client(&client, pq_server_address(running->server),
				       versions[i].priorities);
		assert_int_equal(code == 0, versions[i].accepted);
		close_client(&client);
	}
}

static void without_schemas_nothing_is_allowed(void **state)
{
	struct running *running = *state;
	struct client client;
	assert_int_equal(open_client(&client, pq_server_address(running->server), "NORMAL"), 0);
	assert_int_equal(request_status(&client, "POST /validate HTTP/1.1\r\nHost: a\r\n"
						 "Content-Type: application/json\r\n"
						 "Content-Length: 2\r\n\r\n{}"),
			 503);
	close_client(&client);
}

/* In one segment, for which the server is woken once: a record behind one without data must not
 * wait for the next. */
static void send_behind_key_updates(struct client *client, int updates, const char *text)
{
	const int on = 1, off = 0;
	setsockopt(client->descriptor, IPPROTO_TCP, TCP_CORK, &on, sizeof on);
	for (int i = 0; i < updates; i++)
		assert_int_equal(gnutls_session_key_update(client->session, 0), 0);
	if (text != NULL)
		assert_int_equal(gnutls_record_send(client->session, text, strlen(text)),
				 strlen(text));
	setsockopt(client->descriptor, IPPROTO_TCP, TCP_CORK, &off, sizeof off);
}

static void a_request_behind_a_key_update_is_answered(void **state)
{
	struct running *running = *state;
	struct client client;
	const struct timeval patience = { .tv_sec = 20 };
	char answer[1024] = "";
	assert_int_equal(open_client(&client, pq_server_address(running->server),
				     "NORMAL:-VERS-ALL:+VERS-TLS1.3"),
			 0);
	setsockopt(client.descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	send_behind_key_updates(&client, 2, "GET /mutate HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_true(gnutls_record_recv(client.session, answer, sizeof answer - 1) > 12);
	assert_int_equal(atoi(answer + strlen("HTTP/1.1 ")), 405);
	close_client(&client);
}

/* As many as may be connected; who comes then is served only when these are gone. */
static void who_leaves_behind_key_updates_is_gone(void **state)
{
	struct running *running = *state;
	const char *address = pq_server_address(running->server);
	struct client client;
	for (int i = 0; i < CONNECTIONS_MAX; i++) {
		assert_int_equal(open_client(&client, address, "NORMAL:-VERS-ALL:+VERS-TLS1.3"), 0);
		send_behind_key_updates(&client, 6, NULL);
		close_client(&client);
	}
	assert_int_equal(open_client(&client, address, "NORMAL"), 0);
	assert_int_equal(request_status(&client, "GET /mutate HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
	close_client(&client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_certificate_is_for_new_connections),
		cmocka_unit_test(a_pair_that_does_not_match_is_refused),
		cmocka_unit_test(tls_is_1_2_or_later),
		cmocka_unit_test(without_schemas_nothing_is_allowed),
		cmocka_unit_test(a_request_behind_a_key_update_is_answered),
		cmocka_unit_test(who_leaves_behind_key_updates_is_gone),
	};
	return cmocka_run_group_tests_name("server", tests, start, stop);
}
