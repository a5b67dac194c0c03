/* Integers as Go 1.26 reads them. */
#include "base/integer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char syntax[] = "invalid syntax";
static const char range[] = "value out of range";

static const struct {
	const char *text;
	int64_t number;
	const char *problem; /* or NULL */
} cases[] = {
	{ "", 0, syntax },
	{ "+", 0, syntax },
	{ "-", 0, syntax },
	{ "--1", 0, syntax },
	{ " 1", 0, syntax },
	{ "1_0", 0, syntax },
	{ "12a", 0, syntax },
	{ "-0", 0, NULL },
	{ "+5", 5, NULL },
	{ "007", 7, NULL },
	{ "000000000000000000000000000000000000001", 1, NULL },
	{ "9223372036854775807", INT64_MAX, NULL },
	{ "9223372036854775808", 0, range },
	{ "-9223372036854775808", INT64_MIN, NULL },
	{ "-9223372036854775809", 0, range },
	{ "18446744073709551616", 0, range },
	{ "9223372036854775808x", 0, syntax },
	{ "18446744073709551615x", 0, syntax },
	{ "18446744073709551616x", 0, range },
	{ "18446744073709551620x", 0, range },
	{ "-99999999999999999999x", 0, range },
	{ "x99999999999999999999", 0, syntax },
};

static void test_reads_as_go_does(void **state)
{
	size_t failures = 0;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t number = 0;
		const char *problem = pq_integer_read(pq_string_from(cases[i].text), &number);
		const char *want = cases[i].problem;
		if ((problem == NULL) == (want == NULL) && number == cases[i].number &&
		    (want == NULL || strcmp(problem, want) == 0))
			continue;
		failures++;
		print_error("%s: %lld, %s\n", cases[i].text, (long long)number,
			    problem == NULL ? "fine" : problem);
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_as_go_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
