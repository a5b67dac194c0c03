#include "base/string_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int sign(int number)
{
	return (number > 0) - (number < 0);
}

static void test_compares_bytes(void **state)
{
	(void)state;
	static const struct {
		struct pq_string a, b;
		int want;
	} cases[] = {
		{ PQ_LITERAL(""), PQ_LITERAL(""), 0 },
		{ { 0 }, PQ_LITERAL(""), 0 },
		{ PQ_LITERAL("a"), PQ_LITERAL("b"), -1 },
		{ PQ_LITERAL("a"), PQ_LITERAL("aa"), -1 },
		{ PQ_LITERAL("b"), PQ_LITERAL("aa"), 1 },
		{ PQ_LITERAL("é"), PQ_LITERAL("z"), 1 },
		{ PQ_LITERAL("a\0b"), PQ_LITERAL("a\0c"), -1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(sign(pq_string_compare(cases[i].a, cases[i].b)), cases[i].want);
		assert_int_equal(pq_string_equal(cases[i].a, cases[i].b), cases[i].want == 0);
	}
}

static void test_slices_are_clipped(void **state)
{
	(void)state;
	struct pq_string text = PQ_S("abcdef");
	assert_true(pq_string_is(pq_string_slice(text, 2, 3), "cde"));
	assert_true(pq_string_is(pq_string_slice(text, 4, 100), "ef"));
	assert_true(pq_string_is(pq_string_slice(text, 4, SIZE_MAX), "ef"));
	assert_true(pq_string_is(pq_string_slice(text, 100, 1), ""));
	assert_true(pq_string_starts_with(text, PQ_S("abc")));
	assert_true(pq_string_starts_with(text, PQ_S("")));
	assert_false(pq_string_starts_with(text, PQ_S("abcdefg")));
	assert_true(pq_string_ends_with(text, PQ_S("def")));
	assert_false(pq_string_ends_with(text, PQ_S("xabcdef")));
	assert_int_equal(pq_string_find_byte(text, 'd'), 3);
	assert_int_equal(pq_string_find_byte(text, 'x'), -1);
	assert_int_equal(pq_string_find_byte((struct pq_string){ 0 }, 'x'), -1);
}

static void test_splits_into_all_parts(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *want; /* each part ended by "|" */
	} cases[] = {
		{ "", "|" }, { "a", "a|" }, { "a,b", "a|b|" }, { ",", "||" }, { "a,,b,", "a||b||" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_string rest = pq_string_from(cases[i].text), part;
		char parts[64] = "";
		while (pq_string_split(&rest, ',', &part)) {
			strncat(parts, part.data, part.length);
			strcat(parts, "|");
		}
		assert_string_equal(parts, cases[i].want);
	}
}

static void test_trims(void **state)
{
	(void)state;
	assert_true(pq_string_is(pq_string_trim(PQ_S(" \t\r\n a b \v\f")), "a b"));
	assert_true(pq_string_is(pq_string_trim(PQ_S("  ")), ""));
	assert_true(pq_string_is(pq_string_trim(PQ_S("é")), "é"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compares_bytes),
		cmocka_unit_test(test_slices_are_clipped),
		cmocka_unit_test(test_splits_into_all_parts),
		cmocka_unit_test(test_trims),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
