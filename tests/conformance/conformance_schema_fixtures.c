/*
 * The JSON Schema suite as kube-openapi runs it over its own validator: [{description, schema,
 * tests: [{description, data, valid}]}].
 *
 * Left out are files about keywords that no CRD can have, and cases whose schema says something
 * that is no JSONSchemaProps (a list of types, a boolean schema).
 */
#include "harness/corpora.h"
#include "harness/expectations.h"

#include "schema/schema.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char *const left_out[] = {
	"ref.json",          "refRemote.json",       "definitions.json",
	"dependencies.json", "additionalItems.json", "patternProperties.json",
	"uniqueItems.json",  "default.json",
};

static bool is_left_out(const char *path)
{
	struct pq_string text = pq_string_from(path);
	for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++) {
		if (pq_string_ends_with(text, pq_string_from(left_out[i])))
			return true;
	}
	return false;
}

struct group {
	struct test_expectations *expectations;
	struct pq_arena *arena;
	const char *file;
	const struct pq_value *value;
};

static void run_group(const struct group *group, const struct pq_schema *schema)
{
	const struct pq_value *tests = pq_value_find(group->value, PQ_S("tests"));
	struct pq_string title = pq_value_find_string(group->value, PQ_S("description"));
	for (uint32_t i = 0; tests != NULL && i < tests->length; i++) {
		const struct pq_value *test = &tests->items[i];
		const struct pq_value *valid = pq_value_find(test, PQ_S("valid"));
		const struct pq_schema_validation validation = {
			.value = pq_value_find(test, PQ_S("data")),
		};
		struct pq_findings findings;
		char name[512];
		pq_findings_init(&findings, group->arena, 0);
		assert_non_null(validation.value);
		assert_true(pq_schema_validate(schema, group->arena, &validation, &findings));
		snprintf(name, sizeof name, "%s/%.*s/%.*s", group->file, PQ_STRING_ARGUMENT(title),
			 PQ_STRING_ARGUMENT(pq_value_find_string(test, PQ_S("description"))));
		test_expectations_record(
			group->expectations, name, (findings.count == 0) == valid->boolean,
			findings.count == 0 ? "accepted" : findings.items[0].message.data);
	}
}

static void run_file(struct test_expectations *expectations, const char *path, const char *name)
{
	struct pq_arena arena;
	struct pq_value document;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	assert_true(pq_json_read(&arena, test_read_file(&arena, path), NULL, &document, &error));
	for (uint32_t i = 0; i < document.length; i++) {
		const struct group group = { expectations, &arena, name, &document.items[i] };
		const struct pq_value *source = pq_value_find(group.value, PQ_S("schema"));
		const struct pq_schema *schema =
			pq_schema_compile(source, PQ_SCHEMA_OVERLAY, &error);
		if (schema == NULL)
			print_message("%s: left out: %s: %s\n", name, error.path, error.message);
		else
			run_group(&group, schema);
		pq_schema_unref(schema);
	}
	pq_arena_done(&arena);
}

static void test_fixtures(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct test_expectations expectations;
	const char **paths;
	pq_arena_init(&arena, 0);
	const char *folder = test_corpus_or_skip("kube-openapi-fixtures");
	size_t count = test_list_files(&arena, folder, ".json", &paths);
	size_t skip_prefix = strlen(folder) + 1;
	test_expectations_load(&expectations, "schema_fixtures.txt");
	for (size_t i = 0; i < count; i++) {
		/* schemas/ holds other things than suites. */
		if (!is_left_out(paths[i]) && strstr(paths[i], "/schemas/") == NULL)
			run_file(&expectations, paths[i], paths[i] + skip_prefix);
	}
	test_expectations_finish(&expectations);
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
