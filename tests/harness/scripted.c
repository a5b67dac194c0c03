#include "harness/scripted.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct pq_http_call {
	struct pq_http_call *next;
	struct pq_http_handler handler;
	const struct test_answer *answer;
	const char *line; /* of the request */
	struct pq_buffer pending;
	bool open; /* more may be pushed */
};

static bool matches(const char *pattern, const char *line)
{
	size_t length = strlen(pattern);
	if (length > 0 && pattern[length - 1] == '*')
		return strncmp(pattern, line, length - 1) == 0;
	return strcmp(pattern, line) == 0;
}

static bool begins(const char *line, const char *start)
{
	return strncmp(line, start, strlen(start)) == 0;
}

static const struct test_answer *take_answer(struct test_scripted *scripted, const char *line)
{
	for (size_t i = 0; i < scripted->answer_count; i++) {
		if (!scripted->used[i] && matches(scripted->answers[i].request, line)) {
			scripted->used[i] = true;
			return &scripted->answers[i];
		}
	}
	fail_msg("nobody expected the request %s", line);
	return NULL;
}

static void record(struct test_scripted *scripted, const struct pq_http_request *request,
		   const char *line)
{
	assert_true(scripted->request_count < TEST_SCRIPTED_REQUESTS_MAX);
	struct pq_buffer headers;
	pq_buffer_init_in(&headers, &scripted->arena, 0);
	for (const char *const *header = request->headers; header != NULL && *header != NULL;
	     header++)
		pq_buffer_append_format(&headers, "%s\n", *header);
	pq_buffer_append_byte(&headers, '\0');
	scripted->requests[scripted->request_count++] = (struct test_request){
		.line = line,
		.body = pq_arena_copy(&scripted->arena, request->body).data,
		.headers = headers.data,
		.time = scripted->now,
	};
}

static bool start(struct pq_http_transport *transport, const struct pq_http_request *request,
		  const struct pq_http_handler *handler, struct pq_http_call **result,
		  struct pq_error *error)
{
	(void)error;
	struct test_scripted *scripted = (struct test_scripted *)transport;
	const char *line =
		pq_arena_format(&scripted->arena, "%s %s", request->method, request->url).data;
	record(scripted, request, line);
	struct pq_http_call *call = calloc(1, sizeof *call);
	call->handler = *handler;
	call->line = line;
	call->answer = take_answer(scripted, line);
	call->open = call->answer->stays_open;
	pq_buffer_init(&call->pending, 0);
	if (call->answer->body != NULL)
		pq_buffer_append_text(&call->pending, call->answer->body);
	struct pq_http_call **end = &scripted->calls;
	while (*end != NULL)
		end = &(*end)->next;
	*end = call;
	*result = call;
	return true;
}

static void call_free(struct test_scripted *scripted, struct pq_http_call *call)
{
	struct pq_http_call **link = &scripted->calls;
	while (*link != call)
		link = &(*link)->next;
	*link = call->next;
	pq_buffer_done(&call->pending);
	free(call);
}

static void cancel(struct pq_http_transport *transport, struct pq_http_call *call)
{
	call_free((struct test_scripted *)transport, call);
}

/* Hands over the lines that are there; false when the reader wants no more. */
static bool deliver_lines(struct test_scripted *scripted, struct pq_http_call *call)
{
	struct pq_string rest = pq_arena_copy(&scripted->arena, pq_buffer_view(&call->pending));
	struct pq_string line;
	call->pending.length = 0;
	while (pq_string_split(&rest, '\n', &line)) {
		if (line.length > 0 && !call->handler.line(call->handler.context, line))
			return false;
	}
	return true;
}

static void finish(struct test_scripted *scripted, struct pq_http_call *call, bool read_on)
{
	const struct test_answer *answer = call->answer;
	bool streamed = call->handler.line != NULL && answer->status == 200;
	struct pq_error error;
	struct pq_http_response response = { .status = answer->status,
					     .retry_after = answer->retry_after };
	if (!streamed)
		response.body = pq_arena_copy(&scripted->arena, pq_buffer_view(&call->pending));
	struct pq_http_handler handler = call->handler;
	call_free(scripted, call);
	if (answer->status == 0 || !read_on) {
		pq_error_set(&error, read_on ? answer->error : PQ_ERROR_STOPPED, "scripted");
		handler.done(handler.context, NULL, &error);
	} else {
		handler.done(handler.context, &response, NULL);
	}
}

static bool run(struct pq_http_transport *transport, int64_t until, struct pq_error *error)
{
	struct test_scripted *scripted = (struct test_scripted *)transport;
	for (struct pq_http_call *call = scripted->calls; call != NULL; call = call->next) {
		bool streamed = call->handler.line != NULL && call->answer->status == 200;
		if (call->open && call->pending.length == 0)
			continue;
		bool read_on = !streamed || deliver_lines(scripted, call);
		if (!call->open || !read_on)
			finish(scripted, call, read_on);
		return true;
	}
	if (until == INT64_MAX)
		return pq_error_set(error, PQ_ERROR_STOPPED, "nothing left to wait for");
	if (until > scripted->now)
		scripted->now = until;
	return true;
}

static int64_t read_now(const struct pq_clock *clock)
{
	const char *base = (const char *)clock - offsetof(struct test_scripted, clock);
	return ((const struct test_scripted *)(const void *)base)->now;
}

void test_scripted_init(struct test_scripted *scripted, const struct test_answer *answers,
			size_t count)
{
	*scripted = (struct test_scripted){
		.transport = { .start = start, .cancel = cancel, .run = run },
		.clock = { .monotonic = read_now, .wall = read_now },
		.now = 1000 * PQ_SECOND,
		.answers = answers,
		.answer_count = count,
	};
	pq_arena_init(&scripted->arena, 0);
}

void test_scripted_done(struct test_scripted *scripted)
{
	for (size_t i = 0; i < scripted->answer_count; i++) {
		if (!scripted->used[i])
			fail_msg("nobody asked for %s", scripted->answers[i].request);
	}
	assert_null(scripted->calls);
	pq_arena_done(&scripted->arena);
}

static struct pq_http_call *find_open(struct test_scripted *scripted, const char *request)
{
	for (struct pq_http_call *call = scripted->calls; call != NULL; call = call->next) {
		if (call->open && begins(call->line, request))
			return call;
	}
	fail_msg("no open call begins with %s", request);
	return NULL;
}

void test_scripted_push(struct test_scripted *scripted, const char *request, const char *line)
{
	struct pq_http_call *call = find_open(scripted, request);
	pq_buffer_append_text(&call->pending, line);
	pq_buffer_append_byte(&call->pending, '\n');
}

void test_scripted_close(struct test_scripted *scripted, const char *request)
{
	find_open(scripted, request)->open = false;
}

size_t test_scripted_count(const struct test_scripted *scripted, const char *request)
{
	size_t count = 0;
	for (size_t i = 0; i < scripted->request_count; i++)
		count += begins(scripted->requests[i].line, request);
	return count;
}

const struct test_request *test_scripted_last(const struct test_scripted *scripted,
					      const char *request)
{
	for (size_t i = scripted->request_count; i > 0; i--) {
		if (begins(scripted->requests[i - 1].line, request))
			return &scripted->requests[i - 1];
	}
	fail_msg("no request begins with %s", request);
	return NULL;
}
