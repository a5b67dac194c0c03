/* Texts that are known to match, and that nothing else is. */
#include "regex/known.h"
#include "regex/regex.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_only_what_was_added(void **state)
{
	(void)state;
	pq_known_add(7, PQ_S("apps"));
	assert_true(pq_known_matches(7, PQ_S("apps")));
	assert_false(pq_known_matches(8, PQ_S("apps")));
	assert_false(pq_known_matches(7, PQ_S("app")));
	assert_false(pq_known_matches(7, PQ_S("apps\0")));
	assert_false(pq_known_matches(7, PQ_S("bpps")));
	assert_false(pq_known_matches(7, PQ_S("")));
	pq_known_add(7, PQ_S(""));
	assert_true(pq_known_matches(7, PQ_S("")));
}

static void test_lengths(void **state)
{
	(void)state;
	char bytes[PQ_KNOWN_TEXT_MAX + 1];
	memset(bytes, 'x', sizeof bytes);
	for (size_t length = PQ_KNOWN_TEXT_MAX; length <= PQ_KNOWN_TEXT_MAX + 1; length++) {
		struct pq_string text = { .data = bytes, .length = length };
		pq_known_add(9, text);
		assert_int_equal(pq_known_matches(9, text), length == PQ_KNOWN_TEXT_MAX);
	}
}

/* More than there is room for: what is known is still only what was added. */
static void test_places_are_taken_over(void **state)
{
	(void)state;
	size_t found = 0;
	for (int turn = 0; turn < 2; turn++) {
		for (int i = 0; i < 4 * PQ_KNOWN_TEXTS; i++) {
			char text[24];
			snprintf(text, sizeof text, "name-%d", i);
			if (turn == 0)
				pq_known_add(i % 2 == 0 ? 1 : 2, pq_string_from(text));
			found += turn == 1 && pq_known_matches(1, pq_string_from(text));
			assert_false(pq_known_matches(3, pq_string_from(text)));
		}
	}
	assert_in_range(found, 1, PQ_KNOWN_TEXTS);
}

static void *ask_elsewhere(void *known)
{
	*(bool *)known = pq_known_matches(11, PQ_S("here"));
	pq_known_add(11, PQ_S("there"));
	return NULL;
}

static void test_threads_know_their_own(void **state)
{
	(void)state;
	pthread_t thread;
	bool known = true;
	pq_known_add(11, PQ_S("here"));
	assert_int_equal(pthread_create(&thread, NULL, ask_elsewhere, &known), 0);
	pthread_join(thread, NULL);
	assert_false(known);
	assert_false(pq_known_matches(11, PQ_S("there")));
}

/* A pattern that takes the place of one in memory does not take what that has matched. */
static void test_patterns_come_and_go(void **state)
{
	(void)state;
	struct pq_error error;
	for (int i = 0; i < 100; i++) {
		bool matches = i % 2 == 0;
		const struct pq_regex *regex =
			pq_regex_compile(matches ? PQ_S("^[a-z]+$") : PQ_S("^[0-9]+$"), &error);
		assert_non_null(regex);
		for (int j = 0; j < 2; j++)
			assert_int_equal(pq_regex_search_known(regex, PQ_S("abc")), matches);
		pq_regex_unref(regex);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_what_was_added),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_places_are_taken_over),
		cmocka_unit_test(test_threads_know_their_own),
		cmocka_unit_test(test_patterns_come_and_go),
	};
	return cmocka_run_group_tests_name("known", tests, NULL, NULL);
}
