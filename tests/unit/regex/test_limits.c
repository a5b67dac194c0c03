/* Limits of patterns, and that equal ones are shared. */
#include "base/buffer.h"
#include "regex/regex.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct pq_string nest(struct pq_buffer *buffer, const char *open, const char *close,
			     size_t depth)
{
	pq_buffer_init(buffer, 0);
	for (size_t i = 0; i < depth; i++)
		pq_buffer_append_text(buffer, open);
	pq_buffer_append_text(buffer, "a");
	for (size_t i = 0; i < depth; i++)
		pq_buffer_append_text(buffer, close);
	return pq_buffer_view(buffer);
}

static void test_nesting(void **state)
{
	(void)state;
	static const struct {
		const char *open, *close;
		size_t depth;
		bool accepted;
	} rows[] = {
		{ "(", ")", 999, true },    { "(", ")", 1000, false },
		{ "(?:", ")", 5000, true }, /* leaves nothing in the tree */
		{ "(?:", ")*", 999, true }, { "(?:", ")*", 1000, false },
		{ "(", ")", 20000, false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pq_error error = { 0 };
		pq_cleanup_buffer struct pq_buffer pattern;
		const struct pq_regex *regex = pq_regex_compile(
			nest(&pattern, rows[i].open, rows[i].close, rows[i].depth), &error);
		assert_int_equal(regex != NULL, rows[i].accepted);
		if (regex == NULL)
			assert_non_null(strstr(error.message, "expression nests too deeply"));
		else
			assert_true(pq_regex_search(regex, PQ_S("a")));
		pq_regex_unref(regex);
	}
}

static void test_sizes(void **state)
{
	(void)state;
	struct pq_error error = { 0 };
	pq_cleanup_buffer struct pq_buffer pattern;
	pq_buffer_init(&pattern, 0);
	pq_buffer_append_byte(&pattern, '(');
	for (size_t i = 0; i < 4000; i++)
		pq_buffer_append_byte(&pattern, 'a');
	pq_buffer_append_text(&pattern, "){1000}");
	assert_null(pq_regex_compile(pq_buffer_view(&pattern), &error));
	assert_non_null(strstr(error.message, "expression too large"));

	while (pattern.length <= PQ_REGEX_PATTERN_MAX)
		pq_buffer_append_byte(&pattern, 'a');
	assert_null(pq_regex_compile(pq_buffer_view(&pattern), &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_string_equal(error.message,
			    "the regular expression has 65537 bytes; the limit is 65536");
}

/* What an author may write takes too long where somebody waits; of what is there, both have it. */
static void test_programs(void **state)
{
	(void)state;
	struct pq_error error = { 0 };
	assert_null(pq_regex_compile_for_request(PQ_S("\\pL{400}"), &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_string_equal(error.message, "the regular expression's program takes more than 2 MiB"
					   "; use fewer or smaller repetitions");
	const struct pq_regex *regex = pq_regex_compile(PQ_S("\\pL{400}"), &error);
	assert_non_null(regex);
	const struct pq_regex *again = pq_regex_compile_for_request(PQ_S("\\pL{400}"), &error);
	assert_ptr_equal(again, regex);
	pq_regex_unref(again);
	pq_regex_unref(regex);
	assert_null(pq_regex_compile(PQ_S("\\pL{1000}\\pL{1000}\\pL{1000}"), &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
}

static void test_equal_patterns_are_shared(void **state)
{
	(void)state;
	struct pq_error error = { 0 };
	const struct pq_regex *first = pq_regex_compile(PQ_S("^a+$"), &error);
	const struct pq_regex *second = pq_regex_compile(PQ_S("^a+$"), &error);
	const struct pq_regex *other = pq_regex_compile(PQ_S("^a*$"), &error);
	assert_ptr_equal(first, second);
	assert_ptr_not_equal(first, other);
	pq_regex_unref(first);
	assert_true(pq_regex_search(second, PQ_S("aa")));
	assert_true(pq_string_is(pq_regex_pattern(pq_regex_ref(second)), "^a+$"));
	pq_regex_unref(second);
	pq_regex_unref(second);
	pq_regex_unref(other);
	pq_regex_unref(NULL);
}

/* The second is the first one: address sanitizer would see it gone. */
static void test_held_patterns_stay(void **state)
{
	(void)state;
	struct pq_error error = { 0 };
	pq_regex_hold();
	pq_regex_hold();
	const struct pq_regex *first = pq_regex_compile(PQ_S("^b+$"), &error);
	pq_regex_unref(first);
	pq_regex_let_go();
	const struct pq_regex *second = pq_regex_compile(PQ_S("^b+$"), &error);
	assert_ptr_equal(first, second);
	pq_regex_unref(second);
	assert_true(pq_regex_search(first, PQ_S("bb")));
	second = pq_regex_compile(PQ_S("^b+$"), &error);
	pq_regex_let_go();
	assert_true(pq_regex_search(second, PQ_S("bb")));
	pq_regex_unref(second);
}

static void *compile_often(void *pattern)
{
	for (int i = 0; i < 200; i++) {
		struct pq_error error;
		if (i % 8 == 0)
			pq_regex_hold();
		const struct pq_regex *regex = pq_regex_compile(pq_string_from(pattern), &error);
		if (regex == NULL || !pq_regex_search(regex, PQ_S("xaay")))
			return NULL;
		pq_regex_unref(regex);
		if (i % 8 == 5)
			pq_regex_let_go();
	}
	return pattern;
}

/* Entries come and go under the hands of others; thread sanitizer watches. */
static void test_threads_share(void **state)
{
	(void)state;
	static char pattern[] = "a{2}";
	pthread_t threads[4];
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, compile_often, pattern), 0);
	for (size_t i = 0; i < 4; i++) {
		void *result;
		pthread_join(threads[i], &result);
		assert_ptr_equal(result, pattern);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_equal_patterns_are_shared),
		cmocka_unit_test(test_held_patterns_stay),
		cmocka_unit_test(test_threads_share),
	};
	return cmocka_run_group_tests_name("regex/limits", tests, NULL, NULL);
}
