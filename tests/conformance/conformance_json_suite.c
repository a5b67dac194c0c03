/* nst/JSONTestSuite: what begins with y_ must be read, what begins with n_ refused, and what begins
 * with i_, left open by the RFC, is as Go has it. */
#include "harness/corpora.h"
#include "harness/expectations.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* The i_ cases that Go refuses: numbers out of range, UTF-16, a byte order mark. */
static const char *const refused_by_go[] = {
	"i_number_huge_exp",
	"i_number_neg_int_huge_exp",
	"i_number_pos_double_huge_exp",
	"i_number_real_neg_overflow",
	"i_number_real_pos_overflow",
	"i_string_UTF-16LE_with_BOM",
	"i_string_utf16BE_no_BOM",
	"i_string_utf16LE_no_BOM",
	"i_structure_UTF-8_BOM_empty_object",
};

static bool is_wanted(struct pq_string name)
{
	if (name.data[0] != 'i')
		return name.data[0] == 'y';
	for (size_t i = 0; i < sizeof refused_by_go / sizeof refused_by_go[0]; i++) {
		if (pq_string_is(name, refused_by_go[i]))
			return false;
	}
	return true;
}

static void run_case(struct test_expectations *expectations, const char *path)
{
	struct pq_arena arena;
	struct pq_value value;
	struct pq_error error = { .message = "has been read" };
	pq_arena_init(&arena, 0);
	struct pq_string name = pq_string_from(strrchr(path, '/') + 1);
	name.length -= strlen(".json");
	bool wanted = is_wanted(name);
	bool read = pq_json_read(&arena, test_read_file(&arena, path), NULL, &value, &error);
	test_expectations_record(expectations, pq_arena_copy(&arena, name).data, read == wanted,
				 error.message);
	pq_arena_done(&arena);
}

static void test_suite(void **state)
{
	(void)state;
	const char *folder = test_corpus_or_skip("json-test-suite/test_parsing");
	struct test_expectations expectations;
	struct pq_arena arena;
	const char **paths;
	pq_arena_init(&arena, 0);
	size_t count = test_list_files(&arena, folder, ".json", &paths);
	assert_true(count > 300);
	test_expectations_load(&expectations, "json_suite.txt");
	for (size_t i = 0; i < count; i++)
		run_case(&expectations, paths[i]);
	test_expectations_finish(&expectations);
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_suite) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
