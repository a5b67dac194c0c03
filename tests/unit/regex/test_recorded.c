/* Replays what Go's regexp package answered to patterns good and bad (tests/data/regex). */
#include "base/buffer.h"
#include "harness/corpora.h"
#include "regex/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Turns %xx back into bytes. */
static struct pq_string decode(struct pq_arena *arena, struct pq_string text)
{
	char *bytes = pq_arena_alloc_bytes(arena, text.length + 1);
	size_t length = 0;
	assert_non_null(bytes);
	for (size_t i = 0; i < text.length; i++, length++) {
		bytes[length] = text.data[i];
		if (text.data[i] == '%' && text.length - i > 2) {
			char digits[] = { text.data[i + 1], text.data[i + 2], '\0' };
			bytes[length] = (char)strtoul(digits, NULL, 16);
			i += 2;
		}
	}
	return (struct pq_string){ .data = bytes, .length = length };
}

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
	struct pq_string line, pattern, text, want;
	size_t cases = 0;
	while (pq_string_split(&rest, '\n', &line)) {
		if (line.length == 0 || line.data[0] == '#')
			continue;
		assert_true(pq_string_split(&line, '\t', &pattern));
		assert_true(pq_string_split(&line, '\t', &text));
		assert_true(pq_string_split(&line, '\t', &want));
		struct pq_buffer answer pq_cleanup_buffer;
		pq_buffer_init(&answer, 0);
		answer_question(decode(&arena, pattern), decode(&arena, text), &answer);
		if (!pq_string_equal(pq_buffer_view(&answer), decode(&arena, want))) {
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
