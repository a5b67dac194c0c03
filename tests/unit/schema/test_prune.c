/* Pruning, the dropping of nulls, and whether any of it is needed. */
#include "case.h"

static const struct {
	const char *name;
	const char *schema;
	const char *value;
	const char *want;
	const char *unknown; /* "field: message" lines */
} prunings[] = {
	{ "nothing to do", "{\"properties\":{\"a\":{}}}", "{\"a\":1}", "{\"a\":1}", "" },
	{ "unknown fields go, sorted in the report", "{\"properties\":{\"b\":{}}}",
	  "{\"z\":1,\"b\":2,\"a\":3}", "{\"b\":2}",
	  "a: unknown field \"a\"\nz: unknown field \"z\"" },
	{ "nested and in lists", "{\"properties\":{\"l\":{\"items\":{\"properties\":{\"a\":{}}}}}}",
	  "{\"l\":[{\"a\":1},{\"b\":{\"c\":1}}]}", "{\"l\":[{\"a\":1},{}]}",
	  "l[1].b: unknown field \"l[1].b\"" },
	{ "the root's meta fields stay", "{}",
	  "{\"apiVersion\":\"v1\",\"kind\":\"K\",\"metadata\":{\"x\":1},\"y\":1}",
	  "{\"apiVersion\":\"v1\",\"kind\":\"K\",\"metadata\":{\"x\":1}}",
	  "y: unknown field \"y\"" },
	{ "an embedded resource's, too",
	  "{\"properties\":{\"r\":{\"x-kubernetes-embedded-resource\":true}}}",
	  "{\"r\":{\"kind\":\"K\",\"metadata\":{\"x\":1},\"y\":1}}",
	  "{\"r\":{\"kind\":\"K\",\"metadata\":{\"x\":1}}}", "r.y: unknown field \"r.y\"" },
	{ "preserved, but pruned again below known properties",
	  "{\"x-kubernetes-preserve-unknown-fields\":true,\"properties\":{\"a\":{\"properties\":{"
	  "\"b\":{}}}}}",
	  "{\"a\":{\"b\":1,\"c\":2},\"d\":{\"e\":1}}", "{\"a\":{\"b\":1},\"d\":{\"e\":1}}",
	  "a.c: unknown field \"a.c\"" },
	{ "items inherit preservation",
	  "{\"properties\":{\"l\":{\"x-kubernetes-preserve-unknown-fields\":true,\"items\":{"
	  "\"properties\":{\"a\":{\"properties\":{}}}}}}}",
	  "{\"l\":[{\"a\":{\"x\":1},\"b\":1}]}", "{\"l\":[{\"a\":{},\"b\":1}]}",
	  "l[0].a.x: unknown field \"l[0].a.x\"" },
	{ "additionalProperties: true keeps keys only",
	  "{\"properties\":{\"m\":{\"additionalProperties\":true}}}",
	  "{\"m\":{\"a\":1,\"b\":{\"c\":1},\"d\":[[{\"e\":1}],2]}}",
	  "{\"m\":{\"a\":1,\"b\":{},\"d\":[[{}],2]}}",
	  "m.b.c: unknown field \"m.b.c\"\nm.d[0][0].e: unknown field \"m.d[0][0].e\"" },
	{ "values of a wrong type stay", "{\"properties\":{\"a\":{\"properties\":{}}}}",
	  "{\"a\":\"x\"}", "{\"a\":\"x\"}", "" },
};

static const struct {
	const char *name;
	const char *schema;
	const char *value;
	const char *want;
} nulls[] = {
	{ "members go",
	  "{\"properties\":{\"a\":{},\"b\":{\"nullable\":true},\"c\":{\"default\":1}}}",
	  "{\"a\":null,\"b\":null,\"c\":null,\"d\":null}", "{\"b\":null,\"c\":null,\"d\":null}" },
	{ "items stay, their members go",
	  "{\"properties\":{\"l\":{\"items\":{\"properties\":{\"a\":{}}}}}}",
	  "{\"l\":[null,{\"a\":null}]}", "{\"l\":[null,{}]}" },
	{ "additional ones", "{\"additionalProperties\":{\"type\":\"string\"}}", "{\"x\":null}",
	  "{}" },
};

static void test_pruning(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof prunings / sizeof prunings[0]; i++) {
		struct pq_arena arena;
		struct pq_findings unknown;
		struct pq_value result;
		pq_arena_init(&arena, 0);
		pq_findings_init(&unknown, &arena, 0);
		struct pq_value value = read_json(&arena, prunings[i].value);
		const struct pq_schema *schema =
			compile_json(prunings[i].schema, PQ_SCHEMA_RESOURCE);
		assert_true(pq_schema_prune(schema, &arena, &value, &unknown, &result));
		expect_text(prunings[i].name, json_text(&arena, &result), prunings[i].want);
		expect_text(prunings[i].name, findings_text(&arena, &unknown), prunings[i].unknown);
		/* What did not change is the very value that came in. */
		if (unknown.count == 0)
			assert_ptr_equal(result.object, value.object);
		assert_int_equal(pq_schema_is_settled(schema, &value), unknown.count == 0);
		pq_schema_unref(schema);
		pq_arena_done(&arena);
	}
}

static void test_nulls(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++) {
		struct pq_arena arena;
		struct pq_value result;
		pq_arena_init(&arena, 0);
		struct pq_value value = read_json(&arena, nulls[i].value);
		const struct pq_schema *schema = compile_json(nulls[i].schema, PQ_SCHEMA_RESOURCE);
		assert_true(pq_schema_drop_nulls(schema, &arena, &value, &result));
		expect_text(nulls[i].name, json_text(&arena, &result), nulls[i].want);
		assert_false(pq_schema_is_settled(schema, &value));
		pq_schema_unref(schema);
		pq_arena_done(&arena);
	}
}

static const struct {
	const char *name;
	const char *schema;
	const char *value;
	bool settled;
} settlings[] = {
	{ "metadata is not pruned, whatever is known of it",
	  "{'properties':{'metadata':{'properties':{'name':{'properties':{}}}}}}",
	  "{'metadata':{'name':{'x':{'y':1}},'z':2}}", true },
	{ "but loses its nulls",
	  "{'properties':{'metadata':{'properties':{'name':{'properties':{'a':{}}}}}}}",
	  "{'metadata':{'name':{'a':null}}}", false },
	{ "and is given its defaults",
	  "{'properties':{'metadata':{'properties':{'name':{'default':'x'}}}}}", "{'metadata':{}}",
	  false },
	{ "apiVersion stays in an embedded resource only",
	  "{'properties':{'r':{'x-kubernetes-embedded-resource':true},'s':{}}}",
	  "{'r':{'apiVersion':'v1'},'s':{'apiVersion':'v1'}}", false },
	{ "what is preserved has no rules of its own",
	  "{'properties':{'a':{'x-kubernetes-preserve-unknown-fields':true}}}",
	  "{'a':{'b':{'c':null},'d':[{'e':null}]}}", true },
	{ "null where it may be", "{'properties':{'a':{'nullable':true,'default':1}}}",
	  "{'a':null}", true },
	{ "null where there is a default", "{'properties':{'a':{'default':1}}}", "{'a':null}",
	  false },
	{ "a default below a list",
	  "{'properties':{'l':{'items':{'properties':{'a':{'default':1}}}}}}", "{'l':[{'a':2},{}]}",
	  false },
	{ "every default is there",
	  "{'properties':{'l':{'items':{'properties':{'a':{'default':1}}}}}}",
	  "{'l':[{'a':2},{'a':3}]}", true },
	{ "no schema below: scalars only", "{'additionalProperties':true}",
	  "{'a':[1,null],'b':{},'c':null}", true },
	{ "no schema below: members would go", "{'additionalProperties':true}", "{'b':{'c':1}}",
	  false },
	{ "a list in the place of an embedded resource: members would go",
	  "{'properties':{'r':{'x-kubernetes-embedded-resource':true}}}", "{'r':[{'a':1}]}",
	  false },
	{ "no schema of items: members would go", "{'properties':{'l':{'type':'array'}}}",
	  "{'l':[{'c':1}]}", false },
};

static void test_settled(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof settlings / sizeof settlings[0]; i++) {
		struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_value value = read_json(&arena, with_quotes(&arena, settlings[i].value));
		const struct pq_schema *schema =
			compile_json(with_quotes(&arena, settlings[i].schema), PQ_SCHEMA_RESOURCE);
		if (pq_schema_is_settled(schema, &value) != settlings[i].settled)
			fail_msg("%s", settlings[i].name);
		pq_schema_unref(schema);
		pq_arena_done(&arena);
	}
}

/* An overlay knows only a part of an object: nothing may go. */
static void test_overlay_prunes_nothing(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_value result;
	pq_arena_init(&arena, 0);
	struct pq_value value = read_json(&arena, "{\"a\":1,\"b\":{\"c\":2}}");
	const struct pq_schema *schema =
		compile_json("{\"properties\":{\"a\":{}}}", PQ_SCHEMA_OVERLAY);
	assert_true(pq_schema_prune(schema, &arena, &value, NULL, &result));
	assert_string_equal(json_text(&arena, &result), "{\"a\":1,\"b\":{\"c\":2}}");
	assert_true(pq_schema_is_settled(schema, &value));
	pq_schema_unref(schema);
	pq_arena_done(&arena);
}

/* Where no schema bounds it, the walk must not use the stack for the input's depth. */
static void test_deep_arrays_without_schema(void **state)
{
	(void)state;
	enum { DEPTH = 9000 };
	struct pq_arena arena;
	struct pq_buffer text;
	struct pq_findings unknown;
	struct pq_value result;
	pq_arena_init(&arena, 0);
	pq_findings_init(&unknown, &arena, 0);
	pq_buffer_init_in(&text, &arena, 0);
	pq_buffer_append_text(&text, "{\"m\":");
	for (int i = 0; i < DEPTH; i++)
		pq_buffer_append_byte(&text, '[');
	pq_buffer_append_text(&text, "{\"x\":1}");
	for (int i = 0; i < DEPTH; i++)
		pq_buffer_append_byte(&text, ']');
	pq_buffer_append_text(&text, "}");
	pq_buffer_append_byte(&text, '\0');
	struct pq_value value = read_json(&arena, text.data);
	const struct pq_schema *schema =
		compile_json("{\"additionalProperties\":true}", PQ_SCHEMA_RESOURCE);
	assert_true(pq_schema_prune(schema, &arena, &value, &unknown, &result));
	assert_int_equal(unknown.count, 1);
	assert_false(pq_schema_is_settled(schema, &value));
	const struct pq_value *at = pq_value_find(&result, PQ_S("m"));
	for (int i = 0; i < DEPTH; i++)
		at = &at->items[0];
	assert_int_equal(at->object->count, 0);
	pq_schema_unref(schema);
	pq_arena_done(&arena);
}

static void test_small_arena(void **state)
{
	(void)state;
	struct pq_arena arena, small;
	struct pq_value result;
	pq_arena_init(&arena, 0);
	pq_arena_init(&small, 1);
	struct pq_value value = read_json(&arena, "{\"a\":1,\"b\":2}");
	const struct pq_schema *schema =
		compile_json("{\"properties\":{\"a\":{}}}", PQ_SCHEMA_RESOURCE);
	assert_false(pq_schema_prune(schema, &small, &value, NULL, &result));
	assert_true(pq_arena_is_exhausted(&small));
	pq_schema_unref(schema);
	pq_arena_done(&small);
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pruning),
		cmocka_unit_test(test_nulls),
		cmocka_unit_test(test_settled),
		cmocka_unit_test(test_overlay_prunes_nothing),
		cmocka_unit_test(test_deep_arrays_without_schema),
		cmocka_unit_test(test_small_arena),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
