/* Where in the object a rule's finding points. */
#include "case.h"

#define SCHEMA(field)                                                                              \
	"{'type':'object','properties':{'a':{'type':'object','x-kubernetes-validations':["         \
	"{'rule':'false','fieldPath':" field "}],'properties':{'b':{'type':'object','properties':" \
	"{'c':{'type':'integer'}}},'x.y':{'type':'integer'},'m':{'type':'object',"                 \
	"'additionalProperties':{'type':'integer'}}}}}}"

static const struct {
	const char *name;
	const char *field_path; /* in JSON */
	const char *object;
	const char *field;
	const char *place; /* what stands in the object where the finding points */
} cases[] = {
	{ "no field", "''", "{'a': {'b': {'c': 1}}}", "a", "{'b': {'c': 1}}}" },
	{ "a field", "'.b'", "{'a': {'b': {'c': 1}}}", "a.b", "{'c': 1}}}" },
	{ "a field of a field", "'.b.c'", "{'a': {'b': {'c': 1}}}", "a.b.c", "1}}}" },
	{ "a field that is not there", "'.b.c'", "{'a': {'b': {}}}", "a.b.c", "{}}}" },
	{ "nor what it would stand in", "'.b.c'", "{'a': {'x.y': 2}}", "a.b.c", "{'x.y': 2}}" },
	{ "a field in quotes", "'[`x.y`]'", "{'a': {'b': {}, 'x.y': 2}}", "a.x.y", "2}}" },
	{ "a key of a map", "'.m.k'", "{'a': {'m': {'j': 1, 'k': 3}}}", "a.m[k]", "3}}}" },
};

/* ' is " in JSON and ` is '. */
static const char *in_json(struct pq_arena *arena, const char *text)
{
	struct pq_string copy = pq_arena_copy(arena, pq_string_from(text));
	for (size_t i = 0; i < copy.length; i++) {
		char *byte = (char *)(uintptr_t)&copy.data[i];
		*byte = *byte == '\'' ? '"' : *byte == '`' ? '\'' : *byte;
	}
	return copy.data;
}

static void test_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_findings findings;
		pq_arena_init(&arena, 0);
		pq_findings_init(&findings, &arena, 0);
		struct pq_string source =
			pq_arena_format(&arena, SCHEMA("%s"), cases[i].field_path);
		const struct pq_schema *schema =
			compile_json(in_json(&arena, source.data), PQ_SCHEMA_OVERLAY);
		const char *text = in_json(&arena, cases[i].object);
		struct pq_value object = read_json(&arena, text);
		const struct pq_schema_rules_run run = { .value = &object };
		assert_true(pq_schema_run_rules(schema, &arena, &run, &findings));
		pq_schema_unref(schema);
		assert_int_equal(findings.count, 1);
		const char *field =
			pq_arena_format(&arena, "%.*s", PQ_STRING_ARGUMENT(findings.items[0].field))
				.data;
		expect_text(cases[i].name, field, cases[i].field);
		expect_text(cases[i].name, text + findings.items[0].offset,
			    in_json(&arena, cases[i].place));
	}
}

/* A text that is longer than the API server takes is not the rule's message. */
static void test_long_messages(void **state)
{
	(void)state;
	static const char source[] = "{'type':'object','properties':{'a':{'type':'string',"
				     "'x-kubernetes-validations':[{'rule':'false',"
				     "'messageExpression':'self'}]}}}";
	enum { MOST = 5 * 1024 };
	for (int length = MOST; length <= MOST + 1; length++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_findings findings;
		pq_arena_init(&arena, 0);
		pq_findings_init(&findings, &arena, 0);
		const struct pq_schema *schema =
			compile_json(in_json(&arena, source), PQ_SCHEMA_OVERLAY);
		struct pq_string text = pq_arena_format(&arena, "{'a': '%0*d'}", length, 0);
		struct pq_value object = read_json(&arena, in_json(&arena, text.data));
		const struct pq_schema_rules_run run = { .value = &object };
		assert_true(pq_schema_run_rules(schema, &arena, &run, &findings));
		pq_schema_unref(schema);
		assert_int_equal(findings.count, 1);
		bool is_own =
			pq_string_ends_with(findings.items[0].message, PQ_S("failed rule: false"));
		assert_int_equal(is_own, length > MOST);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_places),
					    cmocka_unit_test(test_long_messages) };
	return cmocka_run_group_tests_name("schema/run_rules", tests, NULL, NULL);
}
