/* Replays what Go's regexp package answered to patterns good and bad (tests/data/regex). */
#include "base/buffer.h"
#include "harness/recorded.h"
#include "regex/regex.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The error, or "start-end" of the first match, or "no". */
static void answer_question(struct pq_string pattern, struct pq_string text,
			    struct pq_buffer *answer)
{
	struct pq_error error;
	size_t start, end;
	const struct pq_regex *regex = pq_regex_compile(pattern, &error);
	if (regex == NULL) {
		pq_buffer_append_text(answer, error.message);
		return;
	}
	bool found = pq_regex_find(regex, text, 0, &start, &end);
	assert_int_equal(pq_regex_search(regex, text), found);
	if (found)
		pq_buffer_append_format(answer, "%zu-%zu", start, end);
	else
		pq_buffer_append_text(answer, "no");
	pq_regex_unref(regex);
}

static void test_recorded(void **state)
{
	(void)state;
	test_recorded_replay("data/regex/recorded.tsv", 400, answer_question);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_recorded) };
	return cmocka_run_group_tests_name("regex/recorded", tests, NULL, NULL);
}
