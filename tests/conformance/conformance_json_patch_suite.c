/* json-patch/json-patch-tests: documents, patches and what comes of them. */
#include "harness/corpora.h"
#include "harness/expectations.h"
#include "json/patch.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static bool apply(struct pq_arena *arena, const struct pq_value *test, struct pq_value *result,
		  struct pq_error *error)
{
	struct pq_patch patch;
	pq_patch_init(&patch, arena);
	return pq_patch_read(pq_value_find(test, PQ_S("patch")), &patch, error) &&
	       pq_patch_apply(arena, pq_value_find(test, PQ_S("doc")), &patch, result, error);
}

static void run_case(struct test_expectations *expectations, struct pq_arena *arena,
		     const char *name, const struct pq_value *test)
{
	struct pq_value result;
	struct pq_error error;
	struct pq_buffer detail;
	const struct pq_value *expected = pq_value_find(test, PQ_S("expected"));
	struct pq_string refusal = pq_value_find_string(test, PQ_S("error"));
	bool applied = apply(arena, test, &result, &error);
	pq_buffer_init_in(&detail, arena, 0);
	if (applied)
		pq_json_write(&detail, &result, PQ_JSON_COMPACT);
	else
		pq_buffer_append_text(&detail, error.message);
	pq_buffer_append_text(&detail, "; should be: ");
	if (refusal.data != NULL)
		pq_buffer_append_string(&detail, refusal);
	else if (expected != NULL)
		pq_json_write(&detail, expected, PQ_JSON_COMPACT);
	pq_buffer_append_byte(&detail, '\0');
	bool passed = refusal.data != NULL
			      ? !applied
			      : applied && (expected == NULL || pq_value_equal(&result, expected));
	test_expectations_record(expectations, name, passed, detail.data);
}

static void run_file(struct test_expectations *expectations, const char *file)
{
	char path[64], name[64];
	struct pq_arena arena;
	struct pq_value tests;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	snprintf(path, sizeof path, "json-patch-tests/%s.json", file);
	struct pq_string text = test_read_file(&arena, test_corpus_or_skip(path));
	assert_true(pq_json_read(&arena, text, NULL, &tests, &error));
	for (uint32_t i = 0; i < tests.length; i++) {
		const struct pq_value *test = &tests.items[i];
		if (pq_value_find(test, PQ_S("patch")) == NULL)
			continue;
		snprintf(name, sizeof name, "%s/%u", file, i);
		run_case(expectations, &arena, name, test);
	}
	pq_arena_done(&arena);
}

static void test_suite(void **state)
{
	(void)state;
	struct test_expectations expectations;
	test_corpus_or_skip("json-patch-tests");
	test_expectations_load(&expectations, "json_patch_suite.txt");
	run_file(&expectations, "tests");
	run_file(&expectations, "spec_tests");
	test_expectations_finish(&expectations);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_suite) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
