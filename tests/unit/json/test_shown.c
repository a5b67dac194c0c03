#include "json/shown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_nothing_reaches_a_terminal_that_it_would_obey(void **state)
{
	(void)state;
	static const struct {
		struct pq_string text;
		const char *want;
	} cases[] = {
		{ PQ_LITERAL(""), "" },
		{ PQ_LITERAL("näme 日本 \"q\" \\"), "näme 日本 \"q\" \\" },
		{ PQ_LITERAL("a\nb\tc\rd"), "a\\nb\\tc\\x0dd" },
		{ PQ_LITERAL("\x1b[2J\x7f"), "\\x1b[2J\\x7f" },
		{ PQ_LITERAL("\xc2\x9b"), "\\u009b" },
		{ PQ_LITERAL("\x9b\xff\xe2\x82"), "\\x9b\\xff\\xe2\\x82" },
		{ PQ_LITERAL("\xef\xbf\xbd"), "\xef\xbf\xbd" },
		{ PQ_LITERAL("a\u202eb\U000e0001"), "a\\u202eb\\U000e0001" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_cleanup_buffer struct pq_buffer shown;
		pq_buffer_init(&shown, 0);
		pq_shown_append(&shown, cases[i].text);
		pq_buffer_append_byte(&shown, '\0');
		assert_string_equal(shown.data, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_reaches_a_terminal_that_it_would_obey),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
