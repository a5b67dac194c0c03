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
		enum pq_server_limit limit;
	} cases[] = {
		{ "handshake",
		  { PQ_CONNECTION_HANDSHAKE, START, 0, 0 },
		  3 * PQ_SECOND,
		  PQ_LIMIT_HANDSHAKE_TIMEOUT },
		{ "nothing asked yet",
		  { PQ_CONNECTION_IDLE, START, 0, 0 },
		  10 * PQ_SECOND,
		  PQ_LIMIT_IDLE_TIMEOUT },
		{ "idle",
		  { PQ_CONNECTION_IDLE, START, 0, 1 },
		  60 * PQ_SECOND,
		  PQ_LIMIT_IDLE_TIMEOUT },
		{ "headers of the first request",
		  { PQ_CONNECTION_IDLE, START, START + 2 * PQ_SECOND, 0 },
		  6 * PQ_SECOND,
		  PQ_LIMIT_HEADER_TIMEOUT },
		{ "headers of a later one",
		  { PQ_CONNECTION_IDLE, START, START + 59 * PQ_SECOND, 7 },
		  63 * PQ_SECOND,
		  PQ_LIMIT_HEADER_TIMEOUT },
		{ "body",
		  { PQ_CONNECTION_BODY, START, 0, 0 },
		  5 * PQ_SECOND,
		  PQ_LIMIT_BODY_TIMEOUT },
		{ "answer",
		  { PQ_CONNECTION_ANSWERING, START, 0, 0 },
		  6 * PQ_SECOND,
		  PQ_LIMIT_ANSWER_TIMEOUT },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct pq_connection_facts *facts = &cases[i].facts;
		int64_t end = START + cases[i].patience;
		enum pq_server_limit before = pq_connection_overdue(facts, &settings, end);
		enum pq_server_limit after = pq_connection_overdue(facts, &settings, end + 1);
		if (before != PQ_LIMIT_NONE || after != cases[i].limit)
			fail_msg("%s: %d, %d", cases[i].name, before, after);
	}
}

/* A deadline of its own ends that; shutting the socket would not. */
static void judging_takes_its_time(void **state)
{
	(void)state;
	const struct pq_connection_facts facts = { PQ_CONNECTION_JUDGING, START, 0, 1 };
	assert_int_equal(pq_connection_overdue(&facts, &settings, START + 1000 * PQ_SECOND),
			 PQ_LIMIT_NONE);
}

static void a_short_idle_timeout_is_for_the_first_request_too(void **state)
{
	(void)state;
	struct pq_server_settings hasty = settings;
	const struct pq_connection_facts facts = { PQ_CONNECTION_IDLE, START, 0, 0 };
	hasty.idle_timeout = PQ_SECOND;
	assert_int_equal(pq_connection_overdue(&facts, &hasty, START + PQ_SECOND), PQ_LIMIT_NONE);
	assert_int_equal(pq_connection_overdue(&facts, &hasty, START + PQ_SECOND + 1),
			 PQ_LIMIT_IDLE_TIMEOUT);
}

/* Nothing is counted without a label. */
static void every_limit_has_a_name(void **state)
{
	(void)state;
	for (int limit = PQ_LIMIT_NONE + 1; limit < PQ_LIMIT_COUNT; limit++) {
		const char *name = pq_server_limit_name((enum pq_server_limit)limit);
		if (name == NULL)
			fail_msg("limit %d has none", limit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_phase_has_its_end),
		cmocka_unit_test(judging_takes_its_time),
		cmocka_unit_test(every_limit_has_a_name),
		cmocka_unit_test(a_short_idle_timeout_is_for_the_first_request_too),
	};
	return cmocka_run_group_tests_name("connection", tests, NULL, NULL);
}
