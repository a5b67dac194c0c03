#include "base/columns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_columns(void **state)
{
	(void)state;
	static const struct {
		struct pq_string text;
		size_t want;
	} cases[] = {
		{ PQ_LITERAL(""), 0 },        { PQ_LITERAL("name"), 4 }, { PQ_LITERAL("é"), 1 },
		{ PQ_LITERAL("e\u0301"), 1 }, { PQ_LITERAL("日本"), 4 }, { PQ_LITERAL("🚢"), 2 },
		{ PQ_LITERAL("a\tb"), 2 },    { PQ_LITERAL("\xFF"), 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(pq_columns_of_text(cases[i].text), cases[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_columns) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
