#include "base/library.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

struct table {
	double (*cosine)(double);
	double (*power)(double, double);
};

static const struct pq_library_function functions[] = {
	{ "cos", offsetof(struct table, cosine) },
	{ "pow", offsetof(struct table, power) },
	{ "no_such_function", 0 },
};

static void test_functions_can_be_called(void **state)
{
	(void)state;
	static const struct pq_library library = { .file = "libm.so.6" };
	struct table table;
	struct pq_error error;
	assert_true(pq_library_open(&library, functions, 2, &table, &error));
	assert_true(table.cosine(0) == 1);
	assert_true(table.power(2, 3) == 8);
}

static void test_what_is_missing_is_named(void **state)
{
	(void)state;
	static const struct pq_library old = {
		.file = "libm.so.6",
		.package = "libc6",
		.version = "99",
	};
	static const struct pq_library absent = {
		.file = "libnowhere.so.1",
		.need = "counting needs libnowhere",
		.package = "libnowhere1",
	};
	struct table table;
	struct pq_error error;
	assert_false(pq_library_open(&old, functions, 3, &table, &error));
	assert_int_equal(error.code, PQ_ERROR_UNSUPPORTED);
	assert_string_equal(error.message,
			    "libm.so.6 lacks no_such_function: install libc6 99 or newer");
	assert_false(pq_library_open(&absent, functions, 1, &table, &error));
	assert_int_equal(error.code, PQ_ERROR_UNSUPPORTED);
	assert_ptr_equal(strstr(error.message,
				"counting needs libnowhere: install the package libnowhere1 "
				"("),
			 error.message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_functions_can_be_called),
		cmocka_unit_test(test_what_is_missing_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
