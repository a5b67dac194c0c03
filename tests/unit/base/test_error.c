#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_formats_what_is_set(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		uint32_t line, column;
		const char *want;
	} cases[] = {
		{ "", 0, 0, "is wrong" },
		{ "a.yaml", 0, 0, "a.yaml: is wrong" },
		{ "a.yaml", 3, 0, "a.yaml:3: is wrong" },
		{ "a.yaml", 3, 14, "a.yaml:3:14: is wrong" },
		{ "", 3, 14, "3:14: is wrong" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_error error;
		char text[PQ_ERROR_TEXT_MAX];
		assert_false(pq_error_set(&error, PQ_ERROR_INVALID, "is %s", "wrong"));
		if (cases[i].path[0] != '\0')
			pq_error_add_path(&error, pq_string_from(cases[i].path));
		pq_error_set_position(&error, cases[i].line, cases[i].column);
		pq_error_format(&error, text, sizeof text);
		assert_string_equal(text, cases[i].want);
	}
}

static void test_advice_comes_last(void **state)
{
	(void)state;
	struct pq_error error;
	char text[PQ_ERROR_TEXT_MAX];
	pq_error_set_at(&error, PQ_ERROR_IO, "a.yaml", "is a directory");
	pq_error_add_advice(&error, "name a file");
	pq_error_format(&error, text, sizeof text);
	assert_string_equal(text, "a.yaml: is a directory; name a file");
}

static void test_outer_path_goes_first(void **state)
{
	(void)state;
	struct pq_error error;
	pq_error_set(&error, PQ_ERROR_IO, "no");
	pq_error_add_path(&error, PQ_S("spec.a"));
	pq_error_add_path(&error, PQ_S("crd.yaml"));
	assert_string_equal(error.path, "crd.yaml: spec.a");
}

static void test_may_quote_itself(void **state)
{
	(void)state;
	struct pq_error error;
	pq_error_set(&error, PQ_ERROR_IO, "inner");
	pq_error_set(&error, PQ_ERROR_INVALID, "outer: %s", error.message);
	assert_string_equal(error.message, "outer: inner");
	pq_error_add_path(&error, PQ_S("a.yaml"));
	pq_error_set_at(&error, PQ_ERROR_IO, error.path, "again: %s", error.message);
	assert_string_equal(error.path, "a.yaml");
	assert_string_equal(error.message, "again: outer: inner");
	assert_int_equal(error.code, PQ_ERROR_IO);
}

/* A cut never leaves a part of a character, wherever it falls. */
static void test_long_texts_are_cut_between_characters(void **state)
{
	(void)state;
	static const char *const characters[] = { "a", "é", "€", "😀" };
	for (size_t kind = 0; kind < 4; kind++) {
		for (size_t shift = 0; shift < 4; shift++) {
			char text[2 * PQ_ERROR_MESSAGE_MAX] = { 0 };
			memset(text, 'x', shift);
			while (strlen(text) < sizeof text - 8)
				strcat(text, characters[kind]);
			struct pq_error error;
			pq_error_set(&error, PQ_ERROR_INVALID, "%s", text);
			pq_error_add_path(&error, pq_string_from(text));
			size_t width = strlen(characters[kind]);
			assert_int_equal((strlen(error.message) - shift) % width, 0);
			assert_true(strlen(error.message) > PQ_ERROR_MESSAGE_MAX - 5);
			assert_int_equal((strlen(error.path) - shift) % width, 0);
			assert_true(strlen(error.path) > PQ_ERROR_PATH_MAX - 5);
		}
	}
}

static void test_every_code_has_facts(void **state)
{
	(void)state;
	for (int code = 0; code < PQ_ERROR_COUNT; code++) {
		const struct pq_error_facts *facts = pq_error_facts((enum pq_error_code)code);
		assert_non_null(facts->name);
		assert_in_range(facts->http_status, 200, 599);
		assert_in_range(facts->exit_code, 0, 2);
	}
	static const struct {
		int status;
		enum pq_error_code want;
	} cases[] = {
		{ 400, PQ_ERROR_INVALID },   { 401, PQ_ERROR_UNAUTHORIZED },
		{ 404, PQ_ERROR_NOT_FOUND }, { 409, PQ_ERROR_CONFLICT },
		{ 410, PQ_ERROR_EXPIRED },   { 413, PQ_ERROR_TOO_LARGE },
		{ 422, PQ_ERROR_REJECTED },  { 429, PQ_ERROR_BUSY },
		{ 418, PQ_ERROR_INVALID },   { 503, PQ_ERROR_UNAVAILABLE },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(pq_error_code_from_http(cases[i].status), cases[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats_what_is_set),
		cmocka_unit_test(test_advice_comes_last),
		cmocka_unit_test(test_outer_path_goes_first),
		cmocka_unit_test(test_may_quote_itself),
		cmocka_unit_test(test_long_texts_are_cut_between_characters),
		cmocka_unit_test(test_every_code_has_facts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
