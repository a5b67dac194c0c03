/* When a connection is late, by a clock that is given. */
#include "server/connection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define START (1000 * PQ_SECOND)

static const struct pq_server_settings settings = {
	.handshake_timeout = 3 * PQ_SECOND,
	.header_timeout = 4 * PQ_SECOND,
	.body_timeout = 5 * PQ_SECOND,
	.answer_timeout = 6 * PQ_SECOND,
	.idle_timeout = 60 * PQ_SECOND,
};

static void each_phase_has_its_end(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		struct pq_connection_facts facts;
		int64_t patience;
		const char *limit;
	} cases[] = {
		{ "handshake",
		  { PQ_CONNECTION_HANDSHAKE, START, 0, 0 },
		  3 * PQ_SECOND,
		  "handshake-timeout" },
		{ "nothing asked yet",
		  { PQ_CONNECTION_IDLE, START, 0, 0 },
		  10 * PQ_SECOND,
		  "idle-timeout" },
		{ "idle", { PQ_CONNECTION_IDLE, START, 0, 1 }, 60 * PQ_SECOND, "idle-timeout" },
		{ "headers of the first request",
		  { PQ_CONNECTION_IDLE, START, START + 2 * PQ_SECOND, 0 },
		  6 * PQ_SECOND,
		  "header-timeout" },
		{ "headers of a later one",
		  { PQ_CONNECTION_IDLE, START, START + 59 * PQ_SECOND, 7 },
		  63 * PQ_SECOND,
		  "header-timeout" },
		{ "body", { PQ_CONNECTION_BODY, START, 0, 0 }, 5 * PQ_SECOND, "body-timeout" },
		{ "answer",
		  { PQ_CONNECTION_ANSWERING, START, 0, 0 },
		  6 * PQ_SECOND,
		  "answer-timeout" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct pq_connection_facts *facts = &cases[i].facts;
		int64_t end = START + cases[i].patience;
		const char *before = pq_connection_overdue(facts, &settings, end);
		const char *after = pq_connection_overdue(facts, &settings, end + 1);
		if (before != NULL || after == NULL)
			fail_msg("%s: %s, %s", cases[i].name, before, after);
		assert_string_equal(after, cases[i].limit);
	}
}

/* A deadline of its own ends that; shutting the socket would not. */
static void judging_takes_its_time(void **state)
{
	(void)state;
	const struct pq_connection_facts facts = { PQ_CONNECTION_JUDGING, START, 0, 1 };
	assert_null(pq_connection_overdue(&facts, &settings, START + 1000 * PQ_SECOND));
}

static void a_short_idle_timeout_is_for_the_first_request_too(void **state)
{
	(void)state;
	struct pq_server_settings hasty = settings;
	const struct pq_connection_facts facts = { PQ_CONNECTION_IDLE, START, 0, 0 };
	hasty.idle_timeout = PQ_SECOND;
	assert_null(pq_connection_overdue(&facts, &hasty, START + PQ_SECOND));
	assert_non_null(pq_connection_overdue(&facts, &hasty, START + PQ_SECOND + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_phase_has_its_end),
		cmocka_unit_test(judging_takes_its_time),
		cmocka_unit_test(a_short_idle_timeout_is_for_the_first_request_too),
	};
	return cmocka_run_group_tests_name("connection", tests, NULL, NULL);
}
