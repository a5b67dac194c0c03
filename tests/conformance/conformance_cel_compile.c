/* What the compiler says of expressions: kubernetes-vectors (estimates of costs, compile errors,
 * escaped names) and cel-spec (deduced types). */
#include "cel/cel.h"
#include "harness/corpora.h"
#include "harness/expectations.h"
#include "schema/cel_declaration.h"
#include "json/read.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { VERSION = 35 };

/* A suite's file, read, and its list of failures. */
struct suite {
	struct pq_arena arena;
	struct pq_value root;
	struct test_expectations expectations;
};

static void open_suite(struct suite *suite, const char *corpus, const char *expected)
{
	struct pq_error error;
	const char *path = test_corpus_or_skip(corpus);
	pq_arena_init(&suite->arena, 0);
	struct pq_string text = test_read_file(&suite->arena, path);
	assert_true(pq_json_read(&suite->arena, text, NULL, &suite->root, &error));
	test_expectations_load(&suite->expectations, expected);
}

static void close_suite(struct suite *suite)
{
	test_expectations_finish(&suite->expectations);
	pq_arena_done(&suite->arena);
}

static const struct pq_value *table_of(const struct suite *suite)
{
	const struct pq_value *tables = pq_value_find(&suite->root, PQ_S("tables"));
	return pq_value_find(tables, PQ_S("cases"));
}

static const struct pq_cel_declaration *declare(struct pq_arena *arena,
						const struct pq_value *schema)
{
	struct pq_source *source = NULL;
	struct pq_error error;
	assert_true(pq_source_read(arena, schema, NULL, &source, &error));
	const struct pq_cel_declaration *declaration = pq_schema_declare(arena, source, false);
	assert_non_null(declaration);
	return declaration;
}

/* The arena gets all that the compilation points to. */
static void compile(struct pq_arena *arena, const struct pq_cel_declaration *declaration,
		    bool optional_old_self, struct pq_string expression,
		    struct pq_cel_compilation *compilation)
{
	const struct pq_cel_type *type = declaration->type;
	const struct pq_cel_variable variables[] = {
		{ PQ_S("self"), type, declaration },
		{ PQ_S("oldSelf"), optional_old_self ? pq_cel_type_optional(arena, type) : type,
		  declaration },
	};
	const struct pq_cel_environment environment = { .version = VERSION,
							.variables = variables,
							.variable_count = 2 };
	assert_true(pq_cel_compile(&environment, expression, arena, arena, compilation));
	pq_cel_program_done(compilation->program);
}

static void record(struct suite *suite, struct pq_string group, const char *name, bool passed,
		   struct pq_string detail)
{
	char full[512];
	snprintf(full, sizeof full, "%.*s: %s", PQ_STRING_ARGUMENT(group), name);
	test_expectations_record(&suite->expectations, full, passed,
				 pq_arena_copy(&suite->arena, detail).data);
}

static void estimate(struct suite *suite, const struct pq_value *test)
{
	const struct pq_value *costs = pq_value_find(test, PQ_S("expectCost"));
	const struct pq_cel_declaration *declaration =
		declare(&suite->arena, pq_value_find(test, PQ_S("schema")));
	for (uint32_t i = 0; i < costs->object->count; i++) {
		const struct pq_member *cost = &costs->object->members[i];
		struct pq_cel_compilation made;
		compile(&suite->arena, declaration, false, cost->key, &made);
		bool passed =
			made.issues.data == NULL && made.max_cost == (uint64_t)cost->value.integer;
		record(suite, pq_value_find_string(test, PQ_S("name")),
		       pq_arena_copy(&suite->arena, cost->key).data, passed,
		       made.issues.data != NULL
			       ? made.issues
			       : pq_arena_format(&suite->arena, "%" PRIu64, made.max_cost));
	}
}

static void test_estimates(void **state)
{
	(void)state;
	struct suite suite;
	open_suite(&suite, "kubernetes-vectors/cel_TestCelEstimatedCostStability.json",
		   "cel_estimates.txt");
	const struct pq_value *cases = table_of(&suite);
	for (uint32_t i = 0; i < cases->length; i++)
		estimate(&suite, &cases->items[i]);
	close_suite(&suite);
}

/* What the API server says of a rule and of its message; data NULL when nothing. */
static struct pq_string find_fault(struct suite *suite,
				   const struct pq_cel_declaration *declaration,
				   const struct pq_value *rule)
{
	const struct pq_value *optional = pq_value_find(rule, PQ_S("optionalOldSelf"));
	struct pq_string message = pq_value_find_string(rule, PQ_S("messageExpression"));
	struct pq_cel_compilation made;
	compile(&suite->arena, declaration, optional != NULL && optional->boolean,
		pq_value_find_string(rule, PQ_S("rule")), &made);
	if (made.issues.data != NULL)
		return pq_arena_format(&suite->arena, "compilation failed: %.*s",
				       PQ_STRING_ARGUMENT(made.issues));
	if (message.length == 0)
		return (struct pq_string){ 0 };
	compile(&suite->arena, declaration, false, message, &made);
	if (made.issues.data != NULL)
		return made.issues;
	if (made.type->kind != PQ_CEL_TYPE_STRING)
		return PQ_S("messageExpression must evaluate to a string");
	return (struct pq_string){ 0 };
}

/* The text that a fault must hold, when one is expected: the first matcher of a list of them. */
static struct pq_string expected_text(const struct pq_value *result)
{
	if (result->kind == PQ_ARRAY)
		result = &result->items[0];
	return pq_value_find_string(result, PQ_S("contains"));
}

static void judge_rules(struct suite *suite, const struct pq_value *test)
{
	const struct pq_value *schema = pq_value_find(test, PQ_S("input"));
	const struct pq_value *rules = pq_value_find(schema, PQ_S("x-kubernetes-validations"));
	const struct pq_value *results = pq_value_find(test, PQ_S("expectedResults"));
	const struct pq_cel_declaration *declaration = declare(&suite->arena, schema);
	for (uint32_t i = 0; i < rules->length; i++) {
		struct pq_string rule = pq_value_find_string(&rules->items[i], PQ_S("rule"));
		if (pq_string_trim(rule).length == 0)
			continue;
		struct pq_string fault = find_fault(suite, declaration, &rules->items[i]);
		struct pq_string wanted = expected_text(&results->items[i]);
		bool passed =
			wanted.data == NULL
				? fault.data == NULL
				: fault.data != NULL && memmem(fault.data, fault.length,
							       wanted.data, wanted.length) != NULL;
		record(suite, pq_value_find_string(test, PQ_S("name")),
		       pq_arena_copy(&suite->arena, rule).data, passed, fault);
	}
}

static void test_compilations(void **state)
{
	(void)state;
	struct suite suite;
	open_suite(&suite, "kubernetes-vectors/cel_TestCelCompilation.json",
		   "cel_compilations.txt");
	const struct pq_value *cases = table_of(&suite);
	for (uint32_t i = 0; i < cases->length; i++)
		judge_rules(&suite, &cases->items[i]);
	close_suite(&suite);
}

/* How many characters, items or entries data of a schema can have. */
static void test_sizes(void **state)
{
	(void)state;
	struct suite suite;
	open_suite(&suite, "kubernetes-vectors/cel_TestEstimateMaxLengthJSON.json",
		   "cel_sizes.txt");
	const struct pq_value *tables = pq_value_find(&suite.root, PQ_S("tables"));
	const struct pq_value *cases = pq_value_find(tables, PQ_S("tests"));
	for (uint32_t i = 0; i < cases->length; i++) {
		const struct pq_value *test = &cases->items[i];
		const struct pq_cel_declaration *declaration =
			declare(&suite.arena, pq_value_find(test, PQ_S("InputSchema")));
		record(&suite, PQ_S("size"), pq_value_find(test, PQ_S("Name"))->bytes,
		       declaration->max_elements ==
			       pq_value_find(test, PQ_S("ExpectedMaxElements"))->integer,
		       pq_arena_format(&suite.arena, "%" PRId64, declaration->max_elements));
	}
	close_suite(&suite);
}

static void test_escaping(void **state)
{
	(void)state;
	struct suite suite;
	open_suite(&suite, "kubernetes-vectors/apiserver_TestEscaping.json", "cel_escaping.txt");
	const struct pq_value *cases = table_of(&suite);
	for (uint32_t i = 0; i < cases->length; i++) {
		struct pq_string property =
			pq_value_find_string(&cases->items[i], PQ_S("unescaped"));
		const struct pq_value *wanted = pq_value_find(&cases->items[i], PQ_S("escaped"));
		struct pq_string name = pq_cel_escape(&suite.arena, property);
		bool passed = wanted == NULL || wanted->length == 0
				      ? name.data == NULL
				      : pq_string_equal(name, pq_value_string(wanted));
		record(&suite, PQ_S("escape"), pq_arena_copy(&suite.arena, property).data, passed,
		       name);
	}
	close_suite(&suite);
}

/* {"list": {"$n": "INT64"}} as FormatCELType writes it. */
static void write_type(struct pq_buffer *buffer, const struct pq_value *type)
{
	static const struct {
		const char *spec;
		const char *text;
	} names[] = {
		{ "BOOL", "bool" },     { "INT64", "int" },     { "UINT64", "uint" },
		{ "DOUBLE", "double" }, { "STRING", "string" }, { "BYTES", "bytes" },
		{ "DYN", "dyn" },       { "NULL", "null" },
	};
	if (type->kind == PQ_STRING) {
		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
			if (pq_string_is(pq_value_string(type), names[i].spec))
				pq_buffer_append_text(buffer, names[i].text);
		}
		return;
	}
	const struct pq_member *member = &type->object->members[0];
	if (pq_string_is(member->key, "$n")) {
		write_type(buffer, &member->value);
		return;
	}
	if (pq_string_is(member->key, "abstract")) {
		pq_buffer_append_string(buffer, pq_value_string(&member->value));
		return;
	}
	pq_buffer_append_string(buffer, member->key);
	pq_buffer_append_byte(buffer, '(');
	if (member->value.kind == PQ_ARRAY) {
		write_type(buffer, &member->value.items[0]);
		pq_buffer_append_text(buffer, ", ");
		write_type(buffer, &member->value.items[1]);
	} else {
		write_type(buffer, &member->value);
	}
	pq_buffer_append_byte(buffer, ')');
}

/* The corpus leaves out what an optional is of. */
static struct pq_string without_optional_parameters(struct pq_arena *arena, struct pq_string type)
{
	static const char optional[] = "optional_type(";
	const char *found = memmem(type.data, type.length, optional, sizeof optional - 1);
	if (found == NULL)
		return type;
	const char *end = memchr(found, ')', (size_t)(type.data + type.length - found));
	size_t before = (size_t)(found - type.data) + sizeof optional - 2;
	struct pq_string after = pq_string_slice(type, (size_t)(end + 1 - type.data), type.length);
	return pq_arena_format(arena, "%.*s%.*s", (int)before, type.data,
			       PQ_STRING_ARGUMENT(after));
}

static void deduce(struct suite *suite, const struct pq_value *test)
{
	struct pq_buffer wanted;
	struct pq_cel_compilation made;
	struct pq_string type = { 0 };
	const struct pq_cel_environment environment = { .version = VERSION };
	struct pq_string expression = pq_value_find_string(test, PQ_S("expr"));
	pq_buffer_init_in(&wanted, &suite->arena, 0);
	write_type(&wanted, pq_value_find(test, PQ_S("deduced_type")));
	assert_true(pq_cel_compile(&environment, expression, &suite->arena, &suite->arena, &made));
	if (made.issues.data == NULL)
		type = without_optional_parameters(
			&suite->arena, pq_cel_type_format(&suite->arena, made.type, NULL));
	pq_cel_program_done(made.program);
	record(suite, pq_value_find_string(test, PQ_S("section")),
	       pq_arena_copy(&suite->arena, pq_value_find_string(test, PQ_S("name"))).data,
	       pq_string_equal(type, pq_buffer_view(&wanted)),
	       made.issues.data != NULL ? made.issues : type);
}

static void test_deduced_types(void **state)
{
	(void)state;
	struct suite suite;
	open_suite(&suite, "cel-spec/type_deduction.json", "cel_types.txt");
	for (uint32_t i = 0; i < suite.root.length; i++)
		deduce(&suite, &suite.root.items[i]);
	close_suite(&suite);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_estimates),     cmocka_unit_test(test_compilations),
		cmocka_unit_test(test_sizes),         cmocka_unit_test(test_escaping),
		cmocka_unit_test(test_deduced_types),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
