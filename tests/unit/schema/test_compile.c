/* What a program is made of, and what cannot be one. */
#include "case.h"

#include "harness/allocation.h"

static const struct {
	const char *schema;
	enum pq_error_code code;
	const char *want; /* path: message */
} refused[] = {
	{ "[]", PQ_ERROR_INVALID, "must be an object" },
	{ "{\"type\":1}", PQ_ERROR_INVALID, "type: must be a string" },
	{ "{\"properties\":{\"a\":{\"items\":{\"minimum\":\"1\"}}}}", PQ_ERROR_INVALID,
	  "properties[a].items.minimum: must be a number" },
	{ "{\"maxLength\":1.5}", PQ_ERROR_INVALID, "maxLength: must be an integer" },
	{ "{\"required\":[1]}", PQ_ERROR_INVALID, "required: must be an array of strings" },
	{ "{\"allOf\":[{},1]}", PQ_ERROR_INVALID, "allOf: must be an array of objects" },
	{ "{\"properties\":[]}", PQ_ERROR_INVALID,
	  "properties: must be an object whose values are objects" },
	{ "{\"additionalProperties\":1}", PQ_ERROR_INVALID,
	  "additionalProperties: must be a boolean or an object" },
	{ "{\"type\":\"thing\"}", PQ_ERROR_INVALID, "type: is no type that OpenAPI v3 knows" },
	{ "{\"anyOf\":[{\"$ref\":\"#/x\"}]}", PQ_ERROR_INVALID, "anyOf[0].$ref: is not supported" },
	{ "{\"items\":[{}]}", PQ_ERROR_INVALID, "items: is not supported" },
	{ "{\"uniqueItems\":true}", PQ_ERROR_INVALID, "uniqueItems: is not supported" },
	{ "{\"not\":{\"pattern\":\"(\"}}", PQ_ERROR_INVALID,
	  "not.pattern: error parsing regexp: missing closing ): `(`" },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		struct pq_arena arena;
		struct pq_error error;
		char text[PQ_ERROR_TEXT_MAX];
		pq_arena_init(&arena, 0);
		struct pq_value source = read_json(&arena, refused[i].schema);
		assert_null(pq_schema_compile(&source, PQ_SCHEMA_RESOURCE, &error));
		pq_error_format(&error, text, sizeof text);
		expect_text(refused[i].schema, text, refused[i].want);
		assert_int_equal(error.code, refused[i].code);
		pq_arena_done(&arena);
	}
}

static const char *nest(struct pq_arena *arena, const char *open, const char *inner,
			const char *close, int depth)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	for (int i = 0; i < depth; i++)
		pq_buffer_append_text(&text, open);
	pq_buffer_append_text(&text, inner);
	for (int i = 0; i < depth; i++)
		pq_buffer_append_text(&text, close);
	pq_buffer_append_byte(&text, '\0');
	return text.data;
}

static const struct pq_schema *compile_nested(int depth, struct pq_error *error)
{
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_value source = read_json(&arena, nest(&arena, "{\"not\":", "{}", "}", depth - 1));
	const struct pq_schema *schema = pq_schema_compile(&source, PQ_SCHEMA_OVERLAY, error);
	pq_arena_done(&arena);
	return schema;
}

static void test_depth_limit(void **state)
{
	(void)state;
	struct pq_error error;
	const struct pq_schema *schema = compile_nested(PQ_SCHEMA_DEPTH_MAX, &error);
	assert_non_null(schema);
	pq_schema_unref(schema);
	assert_null(compile_nested(PQ_SCHEMA_DEPTH_MAX + 1, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_string_equal(error.message, "schemas are nested more than 1000 deep");
}

static void test_count_limit(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_buffer text;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&text, &arena, 0);
	pq_buffer_append_text(&text, "{\"allOf\":[{}");
	for (int i = 1; i < PQ_SCHEMA_NODES_MAX; i++)
		pq_buffer_append_text(&text, ",{}");
	pq_buffer_append_text(&text, "]}");
	pq_buffer_append_byte(&text, '\0');
	struct pq_value source = read_json(&arena, text.data);
	assert_null(pq_schema_compile(&source, PQ_SCHEMA_OVERLAY, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_string_equal(error.message, "there are more than 200000 schemas in it");
	pq_arena_done(&arena);
}

/* The deepest schema that may be, and an object that goes deeper still. */
static void test_deepest_schema(void **state)
{
	(void)state;
	enum { OBJECT_DEPTH = 4000 };
	struct pq_arena arena;
	struct pq_findings findings;
	struct pq_patch patch;
	pq_arena_init(&arena, 0);
	const struct pq_schema *schema = compile_json(
		nest(&arena,
		     "{\"properties\":{\"a\":", "{\"properties\":{\"b\":{\"type\":\"string\"}}}",
		     "}}", PQ_SCHEMA_DEPTH_MAX - 2),
		PQ_SCHEMA_RESOURCE);
	struct pq_value value =
		read_json(&arena, nest(&arena, "{\"b\":1,\"a\":", "1", "}", OBJECT_DEPTH));
	struct pq_value old = read_json(&arena, nest(&arena, "{\"a\":", "1", "}", OBJECT_DEPTH));
	struct pq_value pruned;
	struct pq_schema_validation validation = { .value = &pruned, .old = &old };
	pq_findings_init(&findings, &arena, 0);
	pq_patch_init(&patch, &arena);
	assert_true(pq_schema_prune(schema, &arena, &value, NULL, &pruned));
	assert_true(pq_schema_drop_nulls(schema, &arena, &pruned, &pruned));
	assert_true(pq_schema_default(schema, &pruned, &patch));
	assert_true(pq_schema_validate_list_types(schema, &arena, &pruned, NULL, &findings));
	assert_true(pq_schema_validate(schema, &arena, &validation, &findings));
	assert_int_equal(findings.count, 1);
	assert_true(pq_string_ends_with(findings.items[0].message,
					PQ_S(" in body must be of type string: \"integer\"")));
	pq_schema_unref(schema);
	pq_arena_done(&arena);
}

static void test_references(void **state)
{
	(void)state;
	const struct pq_schema *schema =
		compile_json("{\"pattern\":\"a\",\"default\":[1]}", PQ_SCHEMA_OVERLAY);
	assert_true(pq_schema_size(schema) > sizeof(void *));
	assert_ptr_equal(pq_schema_ref(schema), schema);
	pq_schema_unref(schema);
	pq_schema_unref(schema);
	pq_schema_unref(NULL);
}

/* Every failure of memory is an error, and nothing is lost on the way. */
static void test_memory_failures(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	struct pq_value source = read_json(
		&arena, "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":"
			"\"string\",\"pattern\":\"^a+$\",\"enum\":[\"a\",1],\"default\":\"a\"},"
			"\"b\":{\"default\":{},\"properties\":{\"c\":{\"default\":1}}}},"
			"\"anyOf\":[{\"maxProperties\":3}]}");
	const struct pq_schema *schema = NULL;
	for (size_t n = 0; schema == NULL; n++) {
		test_allocation_fail_from(n);
		schema = pq_schema_compile(&source, PQ_SCHEMA_RESOURCE, &error);
		test_allocation_never_fail();
		assert_true(n < 1000);
	}
	pq_schema_unref(schema);
	pq_arena_done(&arena);
}

static bool note_path(const struct pq_value *resource, const struct pq_path *path, void *context)
{
	struct pq_buffer *text = context;
	assert_int_equal(resource->kind, PQ_OBJECT);
	pq_path_write(text, path);
	pq_buffer_append_byte(text, ' ');
	return true;
}

static void test_embedded_resources(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_buffer text;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&text, &arena, 0);
	const struct pq_schema *schema = compile_json(
		"{\"properties\":{\"l\":{\"items\":{\"x-kubernetes-embedded-resource\":true,"
		"\"properties\":{\"in\":{\"x-kubernetes-embedded-resource\":true}}}},\"m\":{"
		"\"additionalProperties\":{\"x-kubernetes-embedded-resource\":true}}}}",
		PQ_SCHEMA_RESOURCE);
	struct pq_value value =
		read_json(&arena, "{\"l\":[{},{\"in\":{}},5],\"m\":{\"k\":{}},\"other\":{}}");
	assert_true(pq_schema_each_embedded(schema, &value, note_path, &text));
	pq_buffer_append_byte(&text, '\0');
	assert_string_equal(text.data, "l[0] l[1] l[1].in m[k] ");
	pq_schema_unref(schema);
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_depth_limit),
		cmocka_unit_test(test_count_limit),
		cmocka_unit_test(test_deepest_schema),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_memory_failures),
		cmocka_unit_test(test_embedded_resources),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
