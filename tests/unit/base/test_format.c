#include "base/format.h"
#include "base/string_view.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static int format(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int format(char *text, size_t size, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = pq_format_list(text, size, format, arguments);
	va_end(arguments);
	return length;
}

static void test_like_printf(void **state)
{
	char ours[256], theirs[256];
	(void)state;
#define SAME(...)                                                                                  \
	do {                                                                                       \
		int want = snprintf(theirs, sizeof theirs, __VA_ARGS__);                           \
		assert_int_equal(format(ours, sizeof ours, __VA_ARGS__), want);                    \
		assert_string_equal(ours, theirs);                                                 \
	} while (0)
	SAME("plain");
	SAME("%s-%5s|%-5s|%.2s", "a", "b", "c", "def");
	SAME("%d %03d %u %c %%", -5, 7, 8U, 'x');
	SAME("%zu %" PRId64 " %" PRIu32 " %ld", (size_t)9, INT64_MIN, UINT32_MAX, -3L);
	SAME("%02x %04X %08x", 10, 11, 12);
	SAME("%g %.3f %e %.*e %.15g", 1.5, 2.0, 3e10, 4, 5e-9, 0.1);
	SAME("%*s|%-*s|%*d", 6, "right", 6, "left", 4, 12);
	SAME("%.*s", 3, "abcdef");
#undef SAME
}

static void test_nul(void **state)
{
	char text[16];
	(void)state;
	assert_int_equal(format(text, sizeof text, "<%.*s>%d", 3, "a\0b", 7), 6);
	assert_memory_equal(text, "<a\0b>7", 7);
}

static void test_cut(void **state)
{
	char text[4];
	(void)state;
	assert_int_equal(format(text, sizeof text, "%s%d", "ab", 1234), 6);
	assert_string_equal(text, "ab1");
	assert_int_equal(format(NULL, 0, "%s%.*s", "ab", 2, "cd"), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_like_printf),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_cut),
	};
	return cmocka_run_group_tests_name("base/format", tests, NULL, NULL);
}
