/* Replays what Go's regexp package answered to patterns good and bad (tests/data/regex). */
#include "base/buffer.h"
#include "harness/corpora.h"
#include "harness/recorded.h"
#include "regex/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

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
	struct pq_arena arena pq_cleanup_arena;
	pq_arena_init(&arena, 0);
	struct pq_string rest = test_read_file(&arena, test_data("data/regex/recorded.tsv"));
	struct pq_string columns[3];
	size_t cases = 0;
	while (test_recorded_next(&rest, &arena, columns, 3)) {
		struct pq_string pattern = columns[0], text = columns[1], want = columns[2];
		struct pq_buffer answer pq_cleanup_buffer;
		pq_buffer_init(&answer, 0);
		answer_question(pattern, text, &answer);
		if (!pq_string_equal(pq_buffer_view(&answer), want)) {
			fail_msg("/%.*s/ on \"%.*s\": want %.*s, got %.*s",
				 PQ_STRING_ARGUMENT(pattern), PQ_STRING_ARGUMENT(text),
				 PQ_STRING_ARGUMENT(want),
				 PQ_STRING_ARGUMENT(pq_buffer_view(&answer)));
		}
		cases++;
	}
	printf("%zu patterns\n", cases);
	assert_true(cases > 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_recorded) };
	return cmocka_run_group_tests_name("regex/recorded", tests, NULL, NULL);
}
