#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_decodes_as_go_does(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want; /* NULL: refused */
	} cases[] = {
		{ "", "" },
		{ "QQ==", "A" },
		{ "QUI=", "AB" },
		{ "QUI=\r\n", "AB" },
		{ "QUJD", "ABC" },
		{ "QU\r\nJD\n", "ABC" },
		{ "QUJDRA==", "ABCD" },
		{ "+/+/", "\xfb\xff\xbf" },
		{ "QQ", NULL },
		{ "QQ=", NULL },
		{ "Q===", NULL },
		{ "QQ==QQ==", NULL },
		{ "Q Q=", NULL },
		{ "====", NULL },
		{ "QUJ-", NULL },
		{ "QQ=A", NULL },
	};
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_string got = pq_base64_decode(&arena, pq_string_from(cases[i].text));
		assert_int_equal(got.data != NULL, cases[i].want != NULL);
		assert_true(pq_string_equal(got, pq_string_from(cases[i].want)));
	}
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decodes_as_go_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
