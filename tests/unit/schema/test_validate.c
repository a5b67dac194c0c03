/* Keywords and their texts: P is the property under test. */
#include "case.h"

#include "base/interrupt.h"

static const struct {
	const char *name;
	const char *schema; /* of the property p */
	const char *value;  /* of the property p */
	const char *want;
} keywords[] = {
	{ "type", "{'type':'integer'}", "'x'",
	  "p: Invalid value: 'string': p in body must be of type integer: 'string'" },
	{ "whole double is an integer", "{'type':'integer'}", "1e3", "" },
	{ "fraction is no integer", "{'type':'integer'}", "1.5",
	  "p: Invalid value: 'number': p in body must be of type integer: 'number'\n"
	  "<nil>: Invalid value: '': Checked value must be of type integer (default format) in p" },
	{ "integer is a number", "{'type':'number'}", "1", "" },
	{ "null", "{'type':'string'}", "null",
	  "p: Invalid value: 'null': p in body must be of type string: 'null'" },
	{ "nullable", "{'type':'string','nullable':true}", "null", "" },
	{ "nullable with enum", "{'type':'string','nullable':true,'enum':['a',null]}", "null",
	  "p: Unsupported value: null: supported values: 'a', 'null'" },
	{ "int-or-string takes both", "{'x-kubernetes-int-or-string':true}", "'5%'", "" },
	{ "int-or-string", "{'x-kubernetes-int-or-string':true}", "true",
	  "p: Invalid value: 'boolean': p in body must be of type integer,string: 'boolean'" },
	{ "int32 type", "{'type':'integer','format':'int32'}", "1.5",
	  "p: Invalid value: 'float64': p in body must be of type int32: 'float64'\n"
	  "<nil>: Invalid value: '': Checked value must be of type integer with format int32 in "
	  "p" },
	{ "int32 range", "{'type':'integer','format':'int32'}", "2147483648",
	  "<nil>: Invalid value: '': Checked value must be of type integer with format int32 in "
	  "p" },
	{ "least int64 as a double", "{'type':'integer'}", "-9223372036854775809",
	  "p: Invalid value: 'number': p in body must be of type integer: 'number'\n"
	  "<nil>: Invalid value: '': Checked value must be of type integer (default format) in p" },
	{ "array passes a string with format", "{'type':'string','format':'date'}", "[]", "" },
	{ "format", "{'type':'string','format':'date-time'}", "'foo'",
	  "p: Invalid value: 'foo': p in body must be of type date-time: 'foo'" },
	{ "unknown format", "{'type':'string','format':'nobody-knows'}", "'foo'", "" },
	{ "format of another type", "{'type':'object','format':'date'}", "{}", "" },
	{ "enum", "{'type':'string','enum':['a','b']}", "'c'",
	  "p: Unsupported value: 'c': supported values: 'a', 'b'" },
	{ "enum of other kinds", "{'type':'integer','enum':[1,2.5]}", "7",
	  "p: Unsupported value: 7: supported values: '1', '2.5'" },
	{ "enum converts integers", "{'type':'integer','enum':[2.0]}", "2", "" },
	{ "enum takes a code point", "{'x-kubernetes-int-or-string':true,'enum':['a']}", "97", "" },
	{ "minimum", "{'type':'integer','minimum':1}", "0",
	  "p: Invalid value: 0: p in body should be greater than or equal to 1" },
	{ "bounds include themselves", "{'type':'integer','minimum':1,'maximum':1}", "1", "" },
	{ "exclusive minimum", "{'type':'integer','minimum':1,'exclusiveMinimum':true}", "1",
	  "p: Invalid value: 1: p in body should be greater than 1" },
	{ "maximum", "{'type':'number','maximum':1.5}", "2.5",
	  "p: Invalid value: 2.5: p in body should be less than or equal to 1.5" },
	{ "maximum is cut for integers", "{'type':'number','maximum':1.5}", "2",
	  "p: Invalid value: 2: p in body should be less than or equal to 1" },
	{ "bound that is no integer", "{'type':'integer','minimum':0.5}", "-11",
	  "<nil>: Invalid value: '': Minimum boundary value must be of type integer (default "
	  "format) in p\np: Invalid value: -11: p in body should be greater than or equal to 0.5" },
	{ "multipleOf", "{'type':'integer','multipleOf':5}", "7",
	  "p: Invalid value: 7: p in body should be a multiple of 5" },
	{ "multipleOf below one", "{'type':'number','multipleOf':0.01}", "3",
	  "p: Invalid value: 0: factor MultipleOf declared for p must be positive: 0" },
	{ "multipleOf of a double", "{'type':'number','multipleOf':0.5}", "4.5", "" },
	{ "multipleOf rounds as Go does", "{'type':'number','multipleOf':0.01}", "4.02",
	  "p: Invalid value: 4.02: p in body should be a multiple of 0.01" },
	{ "maxLength counts code points", "{'type':'string','maxLength':2}", "'\xc3\xa9\xc3\xa9'",
	  "" },
	{ "maxLength", "{'type':'string','maxLength':1}", "'ab'",
	  "p: Too long: may not be more than 1 byte" },
	{ "minLength", "{'type':'string','minLength':3}", "'ab'",
	  "p: Invalid value: 'ab': p in body should be at least 3 chars long" },
	{ "pattern", "{'type':'string','pattern':'^[a-z]+$'}", "'A1'",
	  "p: Invalid value: 'A1': p in body should match `^[a-z]+$`" },
	{ "the first of a string's faults only",
	  "{'type':'string','pattern':'^[a-z]+$','minLength':3}", "'A1'",
	  "p: Invalid value: 'A1': p in body should be at least 3 chars long" },
	{ "minItems", "{'type':'array','minItems':1,'items':{'type':'string'}}", "[]",
	  "p: Invalid value: 0: p in body should have at least 1 items" },
	{ "maxItems", "{'type':'array','maxItems':1,'items':{'type':'string'}}", "['a','b']",
	  "p: Too many: 2: must have at most 1 item" },
	{ "negative maxItems", "{'type':'array','maxItems':-1,'items':{}}", "[]",
	  "p: Too many: 0: has too many items" },
	{ "negative maxLength", "{'type':'string','maxLength':-1}", "''",
	  "p: Too long: value is too long" },
	{ "items", "{'type':'array','items':{'type':'string'}}", "['a',1]",
	  "p[1]: Invalid value: 'integer': p[1] in body must be of type string: 'integer'" },
	{ "minProperties", "{'type':'object','minProperties':1}", "{}",
	  "p: Invalid value: 0: p in body should have at least 1 properties" },
	{ "maxProperties", "{'type':'object','maxProperties':1}", "{'a':1,'b':2}",
	  "p: Too many: 2: must have at most 1 item" },
	{ "required", "{'type':'object','required':['a','b']}", "{'b':1}", "p.a: Required value" },
	{ "additionalProperties", "{'type':'object','additionalProperties':{'type':'string'}}",
	  "{'x':1}",
	  "p.x: Invalid value: 'integer': p.x in body must be of type string: 'integer'" },
	{ "additionalProperties: false", "{'type':'object','additionalProperties':false}",
	  "{'x':1}", "p: Invalid value: 'x': p.x in body is a forbidden property" },
	{ "anyOf takes the branch with most matches",
	  "{'anyOf':[{'type':'integer'},{'type':'string','minLength':3}]}", "'a'",
	  "<nil>: Invalid value: '': 'p' must validate at least one schema (anyOf)\n"
	  "p: Invalid value: 'a': p in body should be at least 3 chars long" },
	{ "anyOf", "{'anyOf':[{'type':'integer'},{'type':'string'}]}", "'a'", "" },
	{ "oneOf finds none", "{'oneOf':[{'minimum':5},{'minimum':7}]}", "1",
	  "<nil>: Invalid value: '': 'p' must validate one and only one schema (oneOf). Found "
	  "none valid\np: Invalid value: 1: p in body should be greater than or equal to 5" },
	{ "oneOf finds two", "{'oneOf':[{'minimum':5},{'minimum':7}]}", "9",
	  "<nil>: Invalid value: '': 'p' must validate one and only one schema (oneOf). Found "
	  "2 "
	  "valid alternatives" },
	{ "allOf", "{'allOf':[{'minimum':5},{'maximum':7}]}", "1",
	  "p: Invalid value: 1: p in body should be greater than or equal to 5\n"
	  "<nil>: Invalid value: '': 'p' must validate all the schemas (allOf)" },
	{ "allOf fails whole", "{'allOf':[{'minimum':5}]}", "1",
	  "p: Invalid value: 1: p in body should be greater than or equal to 5\n"
	  "<nil>: Invalid value: '': 'p' must validate all the schemas (allOf). None "
	  "validated" },
	{ "not", "{'not':{'minimum':5}}", "9",
	  "<nil>: Invalid value: '': 'p' must not validate the schema (not)" },
	{ "the same text is told once", "{'allOf':[{'minimum':5},{'minimum':5}]}", "1",
	  "p: Invalid value: 1: p in body should be greater than or equal to 5\n"
	  "<nil>: Invalid value: '': 'p' must validate all the schemas (allOf). None "
	  "validated" },
};

static const char *validate(struct pq_arena *arena, const char *schema_text,
			    const struct pq_schema_validation *validation)
{
	struct pq_findings findings;
	const struct pq_schema *schema = compile_json(schema_text, PQ_SCHEMA_RESOURCE);
	pq_findings_init(&findings, arena, 0);
	assert_true(pq_schema_validate(schema, arena, validation, &findings));
	pq_schema_unref(schema);
	return findings_text(arena, &findings);
}

static void test_keywords(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
		struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_string schema =
			pq_arena_format(&arena, "{\"type\":\"object\",\"properties\":{\"p\":%s}}",
					with_quotes(&arena, keywords[i].schema));
		struct pq_string value = pq_arena_format(&arena, "{\"p\":%s}",
							 with_quotes(&arena, keywords[i].value));
		struct pq_value object = read_json(&arena, value.data);
		const struct pq_schema_validation validation = { .value = &object };
		const char *got = validate(&arena, schema.data, &validation);
		const char *want = with_quotes(&arena, keywords[i].want);
		expect_text(keywords[i].name, got, want);
		pq_arena_done(&arena);
	}
}

/* Texts name the path below the status alone, fields the whole path. */
static void test_status_only(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_value object = read_json(&arena, "{\"spec\":1,\"status\":{\"n\":\"x\"}}");
	const struct pq_schema_validation validation = { .value = &object, .status_only = true };
	assert_string_equal(validate(&arena,
				     "{\"properties\":{\"spec\":{\"type\":\"string\"},\"status\":{"
				     "\"properties\":"
				     "{\"n\":{\"type\":\"integer\"}}}}}",
				     &validation),
			    "status.n: Invalid value: \"string\": n in body must be of type "
			    "integer: \"string\"");
	pq_arena_done(&arena);
}

static void test_dotted_root(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_value object = read_json(&arena, "{\"k\":1}");
	const struct pq_schema_validation validation = { .value = &object };
	assert_string_equal(
		validate(&arena, "{\"additionalProperties\":{\"type\":\"string\"}}", &validation),
		"k: Invalid value: \"integer\": .k in body must be of type string: \"integer\"");
	pq_arena_done(&arena);
}

static void test_valid_object_needs_no_memory(void **state)
{
	(void)state;
	struct pq_arena arena, empty;
	struct pq_findings findings;
	pq_arena_init(&arena, 0);
	pq_arena_init(&empty, 1);
	struct pq_value object =
		read_json(&arena, "{\"a\":[{\"b\":\"x\"},{\"b\":5}],\"c\":{\"d\":1.5}}");
	const struct pq_schema *schema = compile_json(
		"{\"properties\":{\"a\":{\"items\":{\"properties\":{\"b\":{\"anyOf\":[{\"type\":"
		"\"integer\"},{\"type\":\"string\",\"pattern\":\"^x\"}]}}}},\"c\":{\"required\":"
		"[\"d\"],\"oneOf\":[{\"type\":\"string\"},{\"type\":\"object\"}]}}}",
		PQ_SCHEMA_RESOURCE);
	const struct pq_schema_validation validation = { .value = &object };
	pq_findings_init(&findings, &empty, 0);
	assert_true(pq_schema_validate(schema, &empty, &validation, &findings));
	assert_true(pq_findings_is_empty(&findings));
	assert_int_equal(empty.reserved, 0);
	assert_false(pq_arena_is_exhausted(&empty));
	pq_schema_unref(schema);
	pq_arena_done(&arena);
}

static void test_findings_are_capped(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_findings findings;
	struct pq_buffer text;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&text, &arena, 0);
	pq_buffer_append_text(&text, "[1");
	for (int i = 0; i < 3 * PQ_FINDINGS_MAX; i++)
		pq_buffer_append_text(&text, ",1");
	pq_buffer_append_text(&text, "]");
	pq_buffer_append_byte(&text, '\0');
	struct pq_value list = read_json(&arena, text.data);
	const struct pq_schema *schema =
		compile_json("{\"items\":{\"type\":\"string\"}}", PQ_SCHEMA_RESOURCE);
	const struct pq_schema_validation validation = { .value = &list };
	pq_findings_init(&findings, &arena, 0);
	assert_true(pq_schema_validate(schema, &arena, &validation, &findings));
	assert_int_equal(findings.count, PQ_FINDINGS_MAX);
	assert_true(findings.dropped > 0);
	pq_schema_unref(schema);
	pq_arena_done(&arena);
}

static size_t count_findings(const char *schema_text, const char *value_text)
{
	struct pq_arena arena;
	struct pq_findings findings;
	pq_arena_init(&arena, 0);
	struct pq_value value = read_json(&arena, value_text);
	const struct pq_schema *schema = compile_json(schema_text, PQ_SCHEMA_RESOURCE);
	const struct pq_schema_validation validation = { .value = &value };
	pq_findings_init(&findings, &arena, 0);
	assert_true(pq_schema_validate(schema, &arena, &validation, &findings));
	size_t count = findings.count;
	pq_schema_unref(schema);
	pq_arena_done(&arena);
	return count;
}

/* So many that some share their place among what is remembered. */
enum { PATTERNS = 64, TEXTS = 256 };

/* That a pattern matches a text says nothing of another pattern, nor of another text. */
static void test_matches_are_not_mistaken(void **state)
{
	(void)state;
	pq_cleanup_buffer struct pq_buffer schema, value;
	pq_buffer_init(&schema, 0);
	pq_buffer_init(&value, 0);
	pq_buffer_append_text(&schema, "{\"properties\":{\"a\":{}");
	pq_buffer_append_text(&value, "{\"a\":1");
	for (int i = 0; i < 2 * PATTERNS; i++) {
		pq_buffer_append_format(&schema, ",\"p%d\":{\"pattern\":\"^%c{1,%d}$\"}", i,
					i < PATTERNS ? 'x' : 'y', i + 1);
		pq_buffer_append_format(&value, ",\"p%d\":\"x\"", i);
	}
	pq_buffer_append_format(&schema, "}}%c", '\0');
	pq_buffer_append_format(&value, "}%c", '\0');
	assert_int_equal(count_findings(schema.data, value.data), PATTERNS);
	value.length = 0;
	pq_buffer_append_text(&value, "[\"a\"");
	for (int i = 0; i < TEXTS; i++)
		pq_buffer_append_format(&value, ",\"b%d\"", i);
	pq_buffer_append_format(&value, "]%c", '\0');
	assert_int_equal(count_findings("{\"items\":{\"pattern\":\"^a$\"}}", value.data), TEXTS);
}

static bool count_and_end(void *context)
{
	++*(int *)context;
	return true;
}

/* Ends at the first question, before the last item, which is wrong. */
static void expect_end(const char *schema_text, const char *value_text)
{
	struct pq_arena arena;
	struct pq_findings findings;
	int asked = 0;
	struct pq_interrupt interrupt = { .is_wanted = count_and_end, .context = &asked };
	struct pq_rules_quota quota = { .left = PQ_RULES_QUOTA_NONE, .interrupt = &interrupt };
	pq_arena_init(&arena, 0);
	struct pq_value value = read_json(&arena, value_text);
	const struct pq_schema *schema = compile_json(schema_text, PQ_SCHEMA_RESOURCE);
	const struct pq_schema_validation validation = { .value = &value, .quota = &quota };
	pq_findings_init(&findings, &arena, 0);
	assert_true(pq_schema_validate(schema, &arena, &validation, &findings));
	assert_int_equal(asked, 1);
	assert_int_equal(findings.count, 0);
	pq_schema_unref(schema);
	pq_arena_done(&arena);
}

static void test_interrupt(void **state)
{
	enum { ITEMS = 2 * PQ_INTERRUPT_INTERVAL - 1 };
	(void)state;
	pq_cleanup_buffer struct pq_buffer list, map;
	pq_buffer_init(&list, 0);
	pq_buffer_init(&map, 0);
	for (int i = 0; i < ITEMS; i++) {
		pq_buffer_append_format(&list, "%c\"a\"", i == 0 ? '[' : ',');
		pq_buffer_append_format(&map, "%c\"%d\":\"a\"", i == 0 ? '{' : ',', i);
	}
	pq_buffer_append_format(&list, ",1]%c", '\0');
	pq_buffer_append_format(&map, ",\"b\":1}%c", '\0');
	expect_end("{\"items\":{\"type\":\"string\"}}", list.data);
	expect_end("{\"additionalProperties\":{\"type\":\"string\"}}", map.data);
}

static void test_offsets_point_into_the_text(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_findings findings;
	pq_arena_init(&arena, 0);
	struct pq_value object = read_json(&arena, "{\"a\": [true, \"x\"]}");
	const struct pq_schema *schema = compile_json(
		"{\"properties\":{\"a\":{\"items\":{\"type\":\"boolean\"}}}}", PQ_SCHEMA_RESOURCE);
	const struct pq_schema_validation validation = { .value = &object };
	pq_findings_init(&findings, &arena, 0);
	assert_true(pq_schema_validate(schema, &arena, &validation, &findings));
	assert_int_equal(findings.count, 1);
	assert_int_equal(findings.items[0].offset, 13);
	assert_int_equal(findings.items[0].type, PQ_FINDING_TYPE_INVALID);
	pq_schema_unref(schema);
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keywords),
		cmocka_unit_test(test_status_only),
		cmocka_unit_test(test_dotted_root),
		cmocka_unit_test(test_valid_object_needs_no_memory),
		cmocka_unit_test(test_findings_are_capped),
		cmocka_unit_test(test_matches_are_not_mistaken),
		cmocka_unit_test(test_interrupt),
		cmocka_unit_test(test_offsets_point_into_the_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
