#include "http/client.h"

#include "base/buffer.h"
#include "base/clock.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* A server on the loopback interface that answers by path, in pieces where it says "|". */
static const struct {
	const char *path;
	const char *answer;
	bool stays_open;
} answers[] = {
	{ "/plain", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", true },
	{ "/refused", "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy",
	  true },
	{ "/lines",
	  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "5\r\none\nt|\r\n6\r\nwo\n\r\n\n|\r\n5\r\nthree\r\n0\r\n\r\n",
	  true },
	{ "/silent", "", true },
	{ "/cut", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf", false },
};

static struct {
	int listener;
	uint16_t port;
	pthread_t thread;
	atomic_int connections;
	char last_request[4096];
} server;

static void send_answer(int peer, const char *answer)
{
	for (const char *part = answer; *part != '\0';) {
		size_t length = strcspn(part, "|");
		send(peer, part, length, MSG_NOSIGNAL);
		part += length + (part[length] == '|');
	}
}

/* Answers the requests of one connection; false when it is over. */
static bool answer_request(int peer)
{
	char request[sizeof server.last_request];
	size_t length = 0;
	do {
		ssize_t got = recv(peer, request + length, sizeof request - 1 - length, 0);
		if (got <= 0)
			return false;
		length += (size_t)got;
		request[length] = '\0';
	} while (strstr(request, "\r\n\r\n") == NULL);
	memcpy(server.last_request, request, length + 1);
	const char *path = strchr(request, ' ') + 1;
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		size_t path_length = strlen(answers[i].path);
		if (strncmp(path, answers[i].path, path_length) == 0 && path[path_length] == ' ') {
			send_answer(peer, answers[i].answer);
			return answers[i].stays_open;
		}
	}
	return false;
}

static void *serve(void *context)
{
	(void)context;
	for (;;) {
		int peer = accept(server.listener, NULL, NULL);
		if (peer < 0)
			return NULL;
		atomic_fetch_add(&server.connections, 1);
		while (answer_request(peer))
			;
		close(peer);
	}
}

static int start_server(void **state)
{
	(void)state;
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;
	server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(server.listener, (struct sockaddr *)&address, size) != 0 ||
	    listen(server.listener, 8) != 0 ||
	    getsockname(server.listener, (struct sockaddr *)&address, &size) != 0)
		return -1;
	server.port = ntohs(address.sin_port);
	return pthread_create(&server.thread, NULL, serve, NULL);
}

static int stop_server(void **state)
{
	(void)state;
	shutdown(server.listener, SHUT_RDWR);
	pthread_join(server.thread, NULL);
	close(server.listener);
	return 0;
}

struct outcome {
	struct pq_buffer lines; /* each with a ";" behind it */
	bool over;
	int status;
	int64_t retry_after;
	char body[64];
	struct pq_error error;
	size_t lines_wanted;
};

static bool take_line(void *context, struct pq_string line)
{
	struct outcome *outcome = context;
	pq_buffer_append_string(&outcome->lines, line);
	pq_buffer_append_byte(&outcome->lines, ';');
	return --outcome->lines_wanted > 0;
}

static void take_end(void *context, const struct pq_http_response *response,
		     const struct pq_error *error)
{
	struct outcome *outcome = context;
	outcome->over = true;
	if (response == NULL) {
		outcome->error = *error;
		return;
	}
	outcome->status = response->status;
	outcome->retry_after = response->retry_after;
	snprintf(outcome->body, sizeof outcome->body, "%.*s", PQ_STRING_ARGUMENT(response->body));
}

struct ask {
	const char *path;
	uint16_t port; /* 0: the server's */
	bool streamed;
	size_t lines_wanted; /* 0: all */
	int64_t timeout;
	size_t body_limit, line_limit;
	struct pq_string body;
};

static struct outcome ask(struct pq_http_client *client, const struct ask *question)
{
	struct pq_http_transport *transport = pq_http_client_transport(client);
	struct outcome outcome = { .lines_wanted = question->lines_wanted };
	static const char *const headers[] = { "X-Test: yes", NULL };
	char url[64];
	snprintf(url, sizeof url, "http://127.0.0.1:%u%s",
		 question->port != 0 ? question->port : server.port, question->path);
	struct pq_http_request request = {
		.method = question->body.length > 0 ? "PATCH" : "GET",
		.url = url,
		.headers = headers,
		.body = question->body,
		.proxy = "",
		.timeout = question->timeout != 0 ? question->timeout : 10 * PQ_SECOND,
		.body_limit = question->body_limit,
		.line_limit = question->line_limit,
	};
	struct pq_http_handler handler = { .context = &outcome, .done = take_end };
	if (question->streamed)
		handler.line = take_line;
	struct pq_http_call *call;
	struct pq_error error;
	pq_buffer_init(&outcome.lines, 0);
	assert_true(transport->start(transport, &request, &handler, &call, &error));
	while (!outcome.over)
		assert_true(transport->run(transport, INT64_MAX, &error));
	return outcome;
}

static struct pq_http_client *new_client(void)
{
	struct pq_error error;
	struct pq_http_client *client = pq_http_client_new(&error);
	if (client == NULL)
		fail_msg("%s", error.message);
	return client;
}

static void answers_come_whole_over_one_connection(void **state)
{
	(void)state;
	struct pq_http_client *client = new_client();
	int before = atomic_load(&server.connections);
	struct ask question = { .path = "/plain", .body = PQ_S("sent") };
	struct outcome outcome = ask(client, &question);
	assert_int_equal(outcome.status, 200);
	assert_string_equal(outcome.body, "hello");
	assert_non_null(strstr(server.last_request, "PATCH /plain HTTP/1.1\r\n"));
	assert_non_null(strstr(server.last_request, "X-Test: yes\r\n"));
	assert_null(strstr(server.last_request, "Expect"));
	question = (struct ask){ .path = "/refused" };
	outcome = ask(client, &question);
	assert_int_equal(outcome.status, 429);
	assert_string_equal(outcome.body, "busy");
	assert_int_equal(outcome.retry_after, 7 * PQ_SECOND);
	assert_int_equal(atomic_load(&server.connections), before + 1);
	pq_http_client_free(client);
}

static void streams_are_cut_into_lines(void **state)
{
	(void)state;
	struct pq_http_client *client = new_client();
	struct ask question = { .path = "/lines", .streamed = true };
	struct outcome outcome = ask(client, &question);
	assert_int_equal(outcome.status, 200);
	assert_true(pq_string_is(pq_buffer_view(&outcome.lines), "one;two;three;"));
	pq_buffer_done(&outcome.lines);

	/* A refusal of a stream is a body, not lines. */
	question.path = "/refused";
	outcome = ask(client, &question);
	assert_string_equal(outcome.body, "busy");
	assert_int_equal(outcome.lines.length, 0);

	/* The reader may have had enough. */
	question = (struct ask){ .path = "/lines", .streamed = true, .lines_wanted = 1 };
	outcome = ask(client, &question);
	assert_int_equal(outcome.error.code, PQ_ERROR_STOPPED);
	assert_true(pq_string_is(pq_buffer_view(&outcome.lines), "one;"));
	pq_buffer_done(&outcome.lines);
	pq_http_client_free(client);
}

/* A port on which nobody listens: bound, but never listened on. */
static uint16_t dead_port(int *holder)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;
	*holder = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(*holder, (struct sockaddr *)&address, size), 0);
	assert_int_equal(getsockname(*holder, (struct sockaddr *)&address, &size), 0);
	return ntohs(address.sin_port);
}

static void failures_have_codes(void **state)
{
	(void)state;
	int holder;
	uint16_t nobody = dead_port(&holder);
	const struct {
		struct ask question;
		enum pq_error_code code;
	} cases[] = {
		{ { .path = "/silent", .timeout = 50 * PQ_MILLISECOND }, PQ_ERROR_TIMEOUT },
		{ { .path = "/plain", .port = nobody }, PQ_ERROR_UNAVAILABLE },
		{ { .path = "/cut" }, PQ_ERROR_UNAVAILABLE },
		{ { .path = "/plain", .body_limit = 4 }, PQ_ERROR_TOO_LARGE },
		{ { .path = "/lines", .streamed = true, .line_limit = 4 }, PQ_ERROR_TOO_LARGE },
	};
	struct pq_http_client *client = new_client();
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct outcome outcome = ask(client, &cases[i].question);
		assert_int_equal(outcome.error.code, cases[i].code);
		assert_true(outcome.error.message[0] != '\0');
		pq_buffer_done(&outcome.lines);
	}
	close(holder);
	pq_http_client_free(client);
}

static void *stop_client(void *context)
{
	pq_http_client_stop(context);
	return NULL;
}

static void another_thread_can_stop_the_loop(void **state)
{
	(void)state;
	struct pq_http_client *client = new_client();
	struct pq_http_transport *transport = pq_http_client_transport(client);
	pthread_t thread;
	struct pq_error error;
	assert_int_equal(pthread_create(&thread, NULL, stop_client, client), 0);
	while (transport->run(transport, INT64_MAX, &error))
		;
	assert_int_equal(error.code, PQ_ERROR_STOPPED);
	pthread_join(thread, NULL);
	pq_http_client_free(client);
}

static void calls_left_open_are_freed(void **state)
{
	(void)state;
	struct pq_http_client *client = new_client();
	struct pq_http_transport *transport = pq_http_client_transport(client);
	struct outcome outcome = { .over = false };
	struct pq_http_handler handler = { .context = &outcome, .done = take_end };
	struct pq_http_call *first, *second;
	struct pq_error error;
	char url[64];
	snprintf(url, sizeof url, "http://127.0.0.1:%u/silent", server.port);
	struct pq_http_request request = { .method = "GET", .url = url };
	assert_true(transport->start(transport, &request, &handler, &first, &error));
	assert_true(transport->start(transport, &request, &handler, &second, &error));
	assert_true(transport->run(transport, 0, &error));
	transport->cancel(transport, first);
	pq_http_client_free(client);
	assert_false(outcome.over);
}

static void a_url_that_is_none_is_refused(void **state)
{
	(void)state;
	struct pq_http_client *client = new_client();
	struct pq_http_transport *transport = pq_http_client_transport(client);
	struct outcome outcome = { .over = false };
	struct pq_http_handler handler = { .context = &outcome, .done = take_end };
	struct pq_http_request request = { .method = "GET", .url = "file:///etc/passwd" };
	struct pq_http_call *call;
	struct pq_error error;
	assert_true(transport->start(transport, &request, &handler, &call, &error));
	while (!outcome.over)
		assert_true(transport->run(transport, INT64_MAX, &error));
	assert_int_equal(outcome.error.code, PQ_ERROR_USAGE);
	pq_http_client_free(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_whole_over_one_connection),
		cmocka_unit_test(streams_are_cut_into_lines),
		cmocka_unit_test(failures_have_codes),
		cmocka_unit_test(another_thread_can_stop_the_loop),
		cmocka_unit_test(calls_left_open_are_freed),
		cmocka_unit_test(a_url_that_is_none_is_refused),
	};
	return cmocka_run_group_tests(tests, start_server, stop_server);
}
