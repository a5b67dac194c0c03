/* Defaulting: the operations, and the object they lead to. */
#include "case.h"

static const struct {
	const char *name;
	const char *schema;
	const char *value;
	const char *patch;
	const char *want;
} cases[] = {
	{ "complete", "{\"properties\":{\"a\":{\"default\":1}}}", "{\"a\":2}", "[]", "{\"a\":2}" },
	{ "absent", "{\"properties\":{\"a\":{\"default\":1}}}", "{}",
	  "[{\"op\":\"add\",\"path\":\"/a\",\"value\":1}]", "{\"a\":1}" },
	{ "a parent without default is not made",
	  "{\"properties\":{\"a\":{\"properties\":{\"b\":{\"default\":1}}}}}", "{}", "[]", "{}" },
	{ "nested defaults come in one operation",
	  "{\"properties\":{\"a\":{\"default\":{},\"properties\":{\"b\":{\"default\":{\"x\":1},"
	  "\"properties\":{\"c\":{\"default\":[2]}}}}}}}",
	  "{}", "[{\"op\":\"add\",\"path\":\"/a\",\"value\":{\"b\":{\"x\":1,\"c\":[2]}}}]",
	  "{\"a\":{\"b\":{\"x\":1,\"c\":[2]}}}" },
	{ "null where it may not be", "{\"properties\":{\"a\":{\"default\":1}}}", "{\"a\":null}",
	  "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":1}]", "{\"a\":1}" },
	{ "null where it may be", "{\"properties\":{\"a\":{\"default\":1,\"nullable\":true}}}",
	  "{\"a\":null}", "[]", "{\"a\":null}" },
	{ "default: null is none", "{\"properties\":{\"a\":{\"default\":null}}}", "{}", "[]",
	  "{}" },
	{ "in lists and maps",
	  "{\"properties\":{\"l\":{\"items\":{\"properties\":{\"a\":{\"default\":1}}}},\"m\":{"
	  "\"additionalProperties\":{\"properties\":{\"b\":{\"default\":2}}}}}}",
	  "{\"l\":[{},{\"a\":0}],\"m\":{\"x/y\":{}}}",
	  "[{\"op\":\"add\",\"path\":\"/l/0/a\",\"value\":1},{\"op\":\"add\",\"path\":\"/m/x~1y/"
	  "b\","
	  "\"value\":2}]",
	  "{\"l\":[{\"a\":1},{\"a\":0}],\"m\":{\"x/y\":{\"b\":2}}}" },
	{ "null items", "{\"items\":{\"default\":1}}", "[null,2]",
	  "[{\"op\":\"replace\",\"path\":\"/0\",\"value\":1}]", "[1,2]" },
	{ "values of a wrong type stay",
	  "{\"properties\":{\"a\":{\"properties\":{\"b\":{\"default\":"
	  "1}}}}}",
	  "{\"a\":5}", "[]", "{\"a\":5}" },
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_arena arena;
		struct pq_patch patch;
		struct pq_buffer text;
		struct pq_value result;
		struct pq_error error;
		pq_arena_init(&arena, 0);
		pq_patch_init(&patch, &arena);
		pq_buffer_init_in(&text, &arena, 0);
		struct pq_value value = read_json(&arena, cases[i].value);
		const struct pq_schema *schema = compile_json(cases[i].schema, PQ_SCHEMA_OVERLAY);
		assert_true(pq_schema_default(schema, &value, &patch));
		assert_int_equal(pq_schema_is_settled(schema, &value), patch.count == 0);
		pq_patch_write(&text, &patch);
		pq_buffer_append_byte(&text, '\0');
		expect_text(cases[i].name, text.data, cases[i].patch);
		assert_true(pq_patch_apply(&arena, &value, &patch, &result, &error));
		expect_text(cases[i].name, json_text(&arena, &result), cases[i].want);
		pq_schema_unref(schema);
		pq_arena_done(&arena);
	}
}

/* A chain of defaults each inside the other must not cost the square of its length. */
static void test_long_chain(void **state)
{
	(void)state;
	enum { LENGTH = 900 };
	struct pq_arena arena;
	struct pq_buffer text;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&text, &arena, 0);
	for (int i = 0; i < LENGTH; i++)
		pq_buffer_append_text(&text, "{\"default\":{},\"properties\":{\"a\":");
	pq_buffer_append_text(&text, "{}");
	for (int i = 0; i < LENGTH; i++)
		pq_buffer_append_text(&text, "}}");
	pq_buffer_append_byte(&text, '\0');
	const struct pq_schema *schema = compile_json(text.data, PQ_SCHEMA_OVERLAY);
	assert_true(pq_schema_size(schema) < (size_t)4096 * LENGTH);
	struct pq_value value = read_json(&arena, "{}");
	struct pq_patch patch;
	pq_patch_init(&patch, &arena);
	assert_true(pq_schema_default(schema, &value, &patch));
	assert_int_equal(patch.count, 1);
	pq_schema_unref(schema);
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_long_chain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
