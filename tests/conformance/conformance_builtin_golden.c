/* apiserver-golden/builtin: what a real kube-apiserver answered to objects of built-in kinds. A
 * case passes when we refuse what the server refused and take what it took; how far a request came
 * must agree, too: 400 for what cannot be decoded, 422 for what is invalid. */
#include "harness/corpora.h"
#include "harness/expectations.h"
#include "registry/builtin.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct suite {
	struct test_expectations expectations;
	struct pq_openapi *openapi;
};

static struct pq_string text_of(const struct pq_value *test, const char *key)
{
	return pq_value_find_string(test, pq_string_from(key));
}

static enum pq_field_validation field_validation_of(const struct pq_value *test)
{
	struct pq_string mode = text_of(test, "fieldValidation");
	return pq_string_is(mode, "Strict")   ? PQ_FIELDS_STRICT
	       : pq_string_is(mode, "Ignore") ? PQ_FIELDS_IGNORE
					      : PQ_FIELDS_WARN;
}

static void find_kind(const struct suite *suite, const struct pq_value *test,
		      struct pq_openapi_kind *kind)
{
	struct pq_string group = PQ_S(""), version = text_of(test, "apiVersion");
	ptrdiff_t slash = pq_string_find_byte(version, '/');
	if (slash >= 0) {
		group = pq_string_slice(version, 0, (size_t)slash);
		version = pq_string_slice(version, (size_t)slash + 1, version.length);
	}
	assert_true(
		pq_openapi_find_kind(suite->openapi, group, version, text_of(test, "kind"), kind));
}

static void run_case(struct suite *suite, struct pq_arena *arena, const struct pq_value *test)
{
	struct pq_openapi_kind kind;
	struct pq_resource_outcome outcome;
	char name[128], detail[512];
	find_kind(suite, test, &kind);
	const struct pq_resource_request request = {
		.namespace = PQ_S("default"),
		.field_validation = field_validation_of(test),
		.body = text_of(test, "raw"),
		.document = pq_value_find(test, PQ_S("object")),
	};
	pq_builtin_judge(arena, suite->openapi, &kind, &request, &outcome);
	int64_t code = pq_value_find(test, PQ_S("code"))->integer;
	int64_t wanted = code < 400 ? 0 : code;
	struct pq_string theirs = text_of(pq_value_find(test, PQ_S("status")), "message");
	snprintf(name, sizeof name, "%.*s", PQ_STRING_ARGUMENT(text_of(test, "name")));
	snprintf(detail, sizeof detail, "ours: %d %.*s\n  theirs: %d %.*s", outcome.status.code,
		 PQ_STRING_ARGUMENT(pq_string_slice(outcome.status.message, 0, 200)), (int)wanted,
		 PQ_STRING_ARGUMENT(pq_string_slice(theirs, 0, 200)));
	test_expectations_record(&suite->expectations, name, outcome.status.code == wanted, detail);
}

static void run_file(struct suite *suite, const char *path)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_string line;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	struct pq_string rest = test_read_file(&arena, path);
	while (pq_string_split(&rest, '\n', &line)) {
		pq_cleanup_arena struct pq_arena memory;
		struct pq_value test;
		if (line.length == 0)
			continue;
		pq_arena_init(&memory, 0);
		assert_true(pq_json_read(&memory, line, NULL, &test, &error));
		run_case(suite, &memory, &test);
	}
}

static void test_builtin(void **state)
{
	(void)state;
	struct suite suite;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_error error;
	const char **paths;
	const char *folder = test_corpus_or_skip("apiserver-golden/builtin");
	pq_arena_init(&arena, 0);
	size_t count = test_list_files(&arena, folder, ".jsonl", &paths);
	assert_true(count > 0);
	suite.openapi = pq_openapi_new_embedded(&error);
	assert_non_null(suite.openapi);
	test_expectations_load(&suite.expectations, "builtin_golden.txt");
	for (size_t i = 0; i < count; i++)
		run_file(&suite, paths[i]);
	pq_openapi_free(suite.openapi);
	test_expectations_finish(&suite.expectations);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_builtin) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
