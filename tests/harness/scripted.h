/*
 * A scripted API server on a fake clock: a transport for tests of everything that talks to a
 * cluster. Nothing waits: running with nothing to deliver moves the clock to the time asked for.
 */
#ifndef PQ_TESTS_HARNESS_SCRIPTED_H
#define PQ_TESTS_HARNESS_SCRIPTED_H

#include "base/arena.h"
#include "base/clock.h"
#include "http/transport.h"

/* One answer, used once. A request takes the first unused one that matches; one that matches none
 * fails the running test. */
struct test_answer {
	/* Method and URL: "GET https://cluster/api/v1/pods". A "*" at the end stands for any rest.
	 */
	const char *request;
	int status;       /* 0: the server cannot be reached, error is given */
	const char *body; /* of a watch: lines */
	bool stays_open;  /* a watch goes on after these lines, until test_scripted_close */
	int64_t retry_after;
	enum pq_error_code error;
};

enum { TEST_SCRIPTED_REQUESTS_MAX = 64 };

struct test_request {
	const char *line; /* method and URL */
	const char *body;
	const char *headers; /* one a line */
	int64_t time;        /* monotonic */
};

struct test_scripted {
	struct pq_http_transport transport; /* first: what the code under test gets */
	struct pq_clock clock;              /* second, see scripted.c */
	int64_t now;
	struct pq_arena arena;
	const struct test_answer *answers;
	size_t answer_count;
	bool used[TEST_SCRIPTED_REQUESTS_MAX];
	struct test_request requests[TEST_SCRIPTED_REQUESTS_MAX]; /* all that were made */
	size_t request_count;
	struct pq_http_call *calls;
};

void test_scripted_init(struct test_scripted *scripted, const struct test_answer *answers,
			size_t count);

/* Fails the running test when an answer was not used or a call is still open. */
void test_scripted_done(struct test_scripted *scripted);

/* Sends a line on the open watch whose request begins so; it is delivered by the next run. */
void test_scripted_push(struct test_scripted *scripted, const char *request, const char *line);

/* Ends such a watch. */
void test_scripted_close(struct test_scripted *scripted, const char *request);

/* How many requests were made that begin so. */
size_t test_scripted_count(const struct test_scripted *scripted, const char *request);

/* The last of them; fails the running test when there is none. */
const struct test_request *test_scripted_last(const struct test_scripted *scripted,
					      const char *request);

#endif
