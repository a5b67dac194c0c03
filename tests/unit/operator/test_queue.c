#include "operator/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static int64_t now;

static int64_t read_now(const struct pq_clock *clock)
{
	(void)clock;
	return now;
}

static const struct pq_clock fake_clock = { .monotonic = read_now, .wall = read_now };
static const struct pq_outcome ok = { .kind = PQ_OUTCOME_OK };
static const struct pq_outcome retry = { .kind = PQ_OUTCOME_RETRY };
static const struct pq_outcome terminal = { .kind = PQ_OUTCOME_TERMINAL };

static struct pq_queue queue;

static int start(void **state)
{
	(void)state;
	now = 50 * PQ_SECOND;
	pq_queue_init(&queue, &fake_clock, 4);
	return 0;
}

static int end(void **state)
{
	(void)state;
	pq_queue_done(&queue);
	return 0;
}

static void add(const char *key)
{
	assert_true(pq_queue_add(&queue, pq_string_from(key)));
}

/* The next key is this one; NULL for none. */
static struct pq_string take(const char *wanted)
{
	struct pq_string key = PQ_S("");
	bool got = pq_queue_take(&queue, &key);
	assert_int_equal(got, wanted != NULL);
	if (wanted != NULL)
		assert_true(pq_string_is(key, wanted));
	return key;
}

static void keys_come_once_and_in_order(void **state)
{
	(void)state;
	add("a");
	add("b");
	add("a");
	pq_queue_finish(&queue, take("a"), ok);
	pq_queue_finish(&queue, take("b"), ok);
	take(NULL);
	assert_true(pq_queue_next(&queue) == INT64_MAX);
}

static void a_key_added_while_it_runs_comes_again(void **state)
{
	(void)state;
	add("a");
	struct pq_string key = take("a");
	add("a");
	add("a");
	take(NULL); /* never twice at a time */
	pq_queue_finish(&queue, key, ok);
	pq_queue_finish(&queue, take("a"), ok);
	take(NULL);
}

static void failures_back_off_from_5_ms_to_1000_s(void **state)
{
	(void)state;
	add("a");
	int64_t delay = 5 * PQ_MILLISECOND;
	for (int i = 0; i < 25; i++) {
		pq_queue_finish(&queue, take("a"), retry);
		assert_true(pq_queue_next(&queue) == now + delay);
		now += delay - 1;
		take(NULL);
		now += 1;
		delay = delay * 2 < 1000 * PQ_SECOND ? delay * 2 : 1000 * PQ_SECOND;
	}
	pq_queue_finish(&queue, take("a"), ok);
	add("a");
	pq_queue_finish(&queue, take("a"), retry);
	assert_true(pq_queue_next(&queue) == now + 5 * PQ_MILLISECOND);
}

static void what_changes_does_not_wait_for_its_delay(void **state)
{
	(void)state;
	add("a");
	pq_queue_finish(&queue, take("a"), retry);
	take(NULL);
	add("a");
	pq_queue_finish(&queue, take("a"), ok);
	now += PQ_SECOND;
	take(NULL);
}

static void after_comes_back_at_its_time(void **state)
{
	(void)state;
	add("late");
	add("soon");
	pq_queue_finish(&queue, take("late"),
			(struct pq_outcome){ .kind = PQ_OUTCOME_AFTER, .after = 2 * PQ_SECOND });
	pq_queue_finish(&queue, take("soon"),
			(struct pq_outcome){ .kind = PQ_OUTCOME_AFTER, .after = PQ_SECOND });
	assert_true(pq_queue_next(&queue) == now + PQ_SECOND);
	now += 3 * PQ_SECOND;
	pq_queue_finish(&queue, take("soon"), ok);
	pq_queue_finish(&queue, take("late"), ok);
	take(NULL);
}

static void terminal_failures_wait_for_a_change(void **state)
{
	(void)state;
	add("a");
	pq_queue_finish(&queue, take("a"), terminal);
	now += 2000 * PQ_SECOND;
	take(NULL);
	add("a");
	pq_queue_finish(&queue, take("a"), ok);
}

static void a_full_queue_refuses_and_remembers(void **state)
{
	(void)state;
	add("a");
	add("b");
	add("c");
	add("d");
	assert_false(queue.overflowed);
	assert_false(pq_queue_add(&queue, PQ_S("e")));
	assert_true(queue.overflowed);
	add("a"); /* is there already */
	pq_queue_finish(&queue, take("a"), ok);
	add("e");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keys_come_once_and_in_order, start, end),
		cmocka_unit_test_setup_teardown(a_key_added_while_it_runs_comes_again, start, end),
		cmocka_unit_test_setup_teardown(failures_back_off_from_5_ms_to_1000_s, start, end),
		cmocka_unit_test_setup_teardown(what_changes_does_not_wait_for_its_delay, start,
						end),
		cmocka_unit_test_setup_teardown(after_comes_back_at_its_time, start, end),
		cmocka_unit_test_setup_teardown(terminal_failures_wait_for_a_change, start, end),
		cmocka_unit_test_setup_teardown(a_full_queue_refuses_and_remembers, start, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
