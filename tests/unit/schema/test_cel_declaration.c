/* What CEL sees of a schema, and what the compiler says of expressions over it. */
#include "cel/cel.h"
#include "harness/corpora.h"
#include "schema/cel_declaration.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { VERSION = 35 };

static const struct pq_cel_declaration *declare(struct pq_arena *arena,
						const struct pq_value *schema, bool is_resource)
{
	struct pq_source *source = NULL;
	struct pq_error error;
	assert_true(pq_source_read(arena, schema, NULL, &source, &error));
	return pq_schema_declare(arena, source, is_resource);
}

static const struct pq_cel_declaration *declare_text(struct pq_arena *arena, const char *schema,
						     bool is_resource)
{
	struct pq_value value;
	struct pq_error error;
	assert_true(pq_json_read(arena, pq_string_from(schema), NULL, &value, &error));
	return declare(arena, &value, is_resource);
}

/* One case of the recorded ones. */
static bool judge(const struct pq_cel_declaration *declaration, const struct pq_value *test)
{
	struct pq_arena arena;
	struct pq_cel_compilation compilation;
	const struct pq_cel_variable variables[] = {
		{ PQ_S("self"), declaration->type, declaration },
		{ PQ_S("oldSelf"), declaration->type, declaration },
	};
	const struct pq_cel_environment environment = { .version = VERSION,
							.variables = variables,
							.variable_count = 2 };
	struct pq_string expression = pq_value_find_string(test, PQ_S("expr"));
	struct pq_string issues = pq_value_find_string(test, PQ_S("issues"));
	struct pq_string wanted = pq_value_find_string(test, PQ_S("type"));
	struct pq_string wanted_cost = pq_value_find_string(test, PQ_S("max"));
	pq_arena_init(&arena, 0);
	assert_true(pq_cel_compile(&environment, expression, &arena, &arena, &compilation));
	struct pq_string type = { 0 };
	struct pq_string cost = { 0 };
	if (compilation.issues.data == NULL) {
		type = pq_cel_type_format(&arena, compilation.type, declaration);
		cost = pq_arena_format(&arena, "%llu", (unsigned long long)compilation.max_cost);
	}
	bool same = pq_string_equal(compilation.issues, issues) && pq_string_equal(type, wanted) &&
		    pq_string_equal(cost, wanted_cost);
	if (!same)
		print_error("%.*s\n  ours: %.*s%.*s %.*s\n  theirs: %.*s%.*s %.*s\n",
			    PQ_STRING_ARGUMENT(expression), PQ_STRING_ARGUMENT(compilation.issues),
			    PQ_STRING_ARGUMENT(type), PQ_STRING_ARGUMENT(cost),
			    PQ_STRING_ARGUMENT(issues), PQ_STRING_ARGUMENT(wanted),
			    PQ_STRING_ARGUMENT(wanted_cost));
	pq_cel_program_done(compilation.program);
	pq_arena_done(&arena);
	return same;
}

static void test_recorded(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_value recorded;
	struct pq_error error;
	size_t wrong = 0;
	pq_arena_init(&arena, 0);
	struct pq_string text = test_read_file(&arena, test_data("data/cel/checked.json"));
	assert_true(pq_json_read(&arena, text, NULL, &recorded, &error));
	const struct pq_cel_declaration *declaration =
		declare(&arena, pq_value_find(&recorded, PQ_S("schema")), false);
	const struct pq_value *cases = pq_value_find(&recorded, PQ_S("cases"));
	assert_true(cases->length >= 500);
	for (uint32_t i = 0; i < cases->length; i++)
		wrong += !judge(declaration, &cases->items[i]);
	pq_arena_done(&arena);
	assert_int_equal(wrong, 0);
}

/* Every map has its variable twice in its type, which doubles that way. Items of a list are
 * compared with each other. */
static void refuse_type(int maps, int items)
{
	struct pq_arena arena;
	struct pq_buffer expression;
	struct pq_cel_compilation compilation;
	const struct pq_cel_environment environment = { .version = VERSION };
	pq_arena_init(&arena, 64 * 1024 * 1024);
	pq_buffer_init_in(&expression, &arena, 0);
	pq_buffer_append_text(&expression, "[1]");
	for (int i = 0; i < maps; i++)
		pq_buffer_append_text(&expression, ".map(x, {x: x})");
	pq_buffer_append_text(&expression, ".map(x, [x");
	for (int i = 1; i < items; i++)
		pq_buffer_append_text(&expression, ", x");
	pq_buffer_append_text(&expression, "])");
	assert_true(pq_cel_compile(&environment, pq_buffer_view(&expression), &arena, &arena,
				   &compilation));
	assert_non_null(memmem(compilation.issues.data, compilation.issues.length,
			       "type of the expression is too large", 35));
	pq_arena_done(&arena);
}

static void test_exploding_types(void **state)
{
	(void)state;
	refuse_type(100, 1);
	/* No type is too large, but to look at them all would take long. */
	refuse_type(11, 5000);
}

static const struct {
	const char *name;
	const char *schema;
	bool is_resource;
	const char *type; /* NULL: not to be seen */
	int64_t min_size;
	int64_t max_elements;
} declarations[] = {
	{ "a text", "{\"type\":\"string\"}", false, "string", 2, 3145726 },
	{ "a bounded text", "{\"type\":\"string\",\"maxLength\":10}", false, "string", 2, 40 },
	{ "the longest of an enum", "{\"type\":\"string\",\"enum\":[\"a\",\"abc\"]}", false,
	  "string", 2, 3 },
	{ "bytes", "{\"type\":\"string\",\"format\":\"byte\",\"maxLength\":10}", false, "bytes", 2,
	  10 },
	{ "a date", "{\"type\":\"string\",\"format\":\"date\",\"maxLength\":3}", false, "timestamp",
	  12, 12 },
	{ "a time", "{\"type\":\"string\",\"format\":\"date-time\"}", false, "timestamp", 21, 32 },
	{ "a duration", "{\"type\":\"string\",\"format\":\"duration\"}", false, "duration", 3, 32 },
	{ "another format", "{\"type\":\"string\",\"format\":\"datetime\"}", false, "string", 2,
	  3145726 },
	{ "numbers", "{\"type\":\"number\"}", false, "double", 1, 0 },
	{ "int or string", "{\"x-kubernetes-int-or-string\":true,\"maxLength\":2}", false, "dyn", 1,
	  8 },
	{ "a list", "{\"type\":\"array\",\"items\":{\"type\":\"boolean\"}}", false, "list(bool)", 2,
	  629145 },
	{ "a bounded map",
	  "{\"type\":\"object\",\"maxProperties\":4,\"additionalProperties\":{\"type\":"
	  "\"integer\"}}",
	  false, "map(string, int)", 2, 4 },
	{ "a map", "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"}}", false,
	  "map(string, int)", 2, 449389 },
	{ "what is required and has no default counts",
	  "{\"type\":\"object\",\"required\":[\"a\",\"bc\"],\"properties\":{\"a\":{\"type\":"
	  "\"integer\",\"default\":1},\"bc\":{\"type\":\"string\"},\"d\":{\"type\":\"string\"}}}",
	  false, "selfType0", 10, 0 },
	{ "so do names that cannot be written",
	  "{\"type\":\"object\",\"required\":[\"1\"],\"properties\":{\"1\":{\"type\":"
	  "\"boolean\"}}}",
	  false, "selfType0", 11, 0 },
	{ "no type", "{\"x-kubernetes-preserve-unknown-fields\":true}", false, NULL, 0, 0 },
	{ "a list of what has no type",
	  "{\"type\":\"array\",\"items\":{\"x-kubernetes-preserve-unknown-fields\":true}}", false,
	  NULL, 0, 0 },
};

static void test_declarations(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof declarations / sizeof declarations[0]; i++) {
		struct pq_arena arena;
		pq_arena_init(&arena, 0);
		const struct pq_cel_declaration *made =
			declare_text(&arena, declarations[i].schema, declarations[i].is_resource);
		if (declarations[i].type == NULL) {
			assert_null(made);
		} else {
			assert_non_null(made);
			struct pq_string type = pq_cel_type_format(&arena, made->type, made);
			if (!pq_string_is(type, declarations[i].type) ||
			    made->min_serialized_size != declarations[i].min_size ||
			    made->max_elements != declarations[i].max_elements)
				fail_msg("%s: %.*s of %lld to %lld", declarations[i].name,
					 PQ_STRING_ARGUMENT(type),
					 (long long)made->min_serialized_size,
					 (long long)made->max_elements);
		}
		pq_arena_done(&arena);
	}
}

/* What every resource has is there, and no more of its metadata than that. */
static void test_resources(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	const struct pq_cel_declaration *made = declare_text(
		&arena,
		"{\"type\":\"object\",\"properties\":{\"metadata\":{\"type\":\"object\","
		"\"properties\":{\"name\":{\"type\":\"string\",\"maxLength\":3}}},"
		"\"namespace\":{\"type\":\"string\"},\"a.b-c\":{\"type\":\"string\"}}}",
		true);
	assert_int_equal(made->field_count, 5);
	assert_non_null(pq_cel_declaration_find(made, PQ_S("kind")));
	assert_non_null(pq_cel_declaration_find(made, PQ_S("__namespace__")));
	assert_null(pq_cel_declaration_find(made, PQ_S("namespace")));
	const struct pq_cel_field *field =
		pq_cel_declaration_find(made, PQ_S("a__dot__b__dash__c"));
	assert_true(pq_string_is(field->key, "a.b-c"));
	const struct pq_cel_declaration *metadata =
		pq_cel_declaration_find(made, PQ_S("metadata"))->declaration;
	assert_int_equal(metadata->field_count, 2);
	assert_int_equal(pq_cel_declaration_find(metadata, PQ_S("name"))->declaration->max_elements,
			 3145726);
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_exploding_types),
		cmocka_unit_test(test_declarations),
		cmocka_unit_test(test_resources),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
