#include "explain/wrap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_wraps(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		struct pq_string text;
		size_t columns;
		size_t hang;
		const char *want;
	} cases[] = {
		{ "between words", PQ_LITERAL("one two three four"), 11, 0,
		  "  one two\n  three\n  four\n" },
		{ "a line that just fits", PQ_LITERAL("one two 34"), 12, 0, "  one two 34\n" },
		{ "a word that never fits", PQ_LITERAL("a unbreakable b"), 8, 0,
		  "  a\n  unbreakable\n  b\n" },
		{ "line ends and indentation are kept", PQ_LITERAL("a\n\n  - b c d\n"), 9, 0,
		  "  a\n\n    - b c\n  d\n\n" },
		{ "columns, not bytes", PQ_LITERAL("é é é 日 日"), 9, 0, "  é é é\n  日 日\n" },
		{ "nothing moves the cursor", PQ_LITERAL("a\x1b[2J\tb\r"), 80, 0,
		  "  a\\x1b[2J b\n" },
		{ "invalid bytes", PQ_LITERAL("a\xff"), 80, 0, "  a\\xff\n" },
		{ "lines that go on", PQ_LITERAL("one two three\nfour"), 9, 2,
		  "  one two\n    three\n  four\n" },
		{ "nothing", PQ_LITERAL(""), 80, 0, "\n" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_cleanup_buffer struct pq_buffer out;
		pq_buffer_init(&out, 0);
		print_message("%s\n", cases[i].name);
		const struct pq_explain_margins margins = { 2, cases[i].hang, cases[i].columns };
		pq_explain_wrap(&out, cases[i].text, &margins);
		pq_buffer_append_byte(&out, '\0');
		assert_string_equal(out.data, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_wraps) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
