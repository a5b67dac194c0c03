/* What an update does not touch is forgiven (KEP-4008). */
#include "case.h"

static const struct {
	const char *name;
	enum pq_schema_kind kind;
	const char *schema;
	const char *old;
	const char *value;
	const char *want;
	const char *forgiven; /* what a create is told of, but not the update */
} cases[] = {
	{ "unchanged field", PQ_SCHEMA_RESOURCE,
	  "{\"properties\":{\"a\":{\"maximum\":1},\"b\":{\"maximum\":1}}}", "{\"a\":5,\"b\":1}",
	  "{\"a\":5,\"b\":7}", "b: Invalid value: 7: b in body should be less than or equal to 1",
	  "a: Invalid value: 5: a in body should be less than or equal to 1" },
	{ "kind and apiVersion are never forgiven", PQ_SCHEMA_RESOURCE,
	  "{\"properties\":{\"kind\":{\"maxLength\":1},\"x\":{\"maximum\":1}}}",
	  "{\"kind\":\"ab\",\"x\":1}", "{\"kind\":\"ab\",\"x\":0}",
	  "kind: Too long: may not be more than 1 byte", "" },
	{ "items of a list are not correlated", PQ_SCHEMA_RESOURCE,
	  "{\"properties\":{\"l\":{\"type\":\"array\",\"items\":{\"maximum\":1}}}}", "{\"l\":[5]}",
	  "{\"l\":[5,0]}", "l[0]: Invalid value: 5: l[0] in body should be less than or equal to 1",
	  "" },
	{ "but the list as a whole is", PQ_SCHEMA_RESOURCE,
	  "{\"properties\":{\"l\":{\"type\":\"array\",\"items\":{\"maximum\":1}},\"b\":{}}}",
	  "{\"l\":[5],\"b\":1}", "{\"l\":[5],\"b\":2}", "",
	  "l[0]: Invalid value: 5: l[0] in body should be less than or equal to 1" },
	{ "items of a map are, by key", PQ_SCHEMA_RESOURCE,
	  "{\"properties\":{\"l\":{\"type\":\"array\",\"x-kubernetes-list-type\":\"map\","
	  "\"x-kubernetes-list-map-keys\":[\"k\"],\"items\":{\"properties\":{\"k\":{},\"v\":{"
	  "\"maximum\":1}}}}}}",
	  "{\"l\":[{\"k\":\"a\",\"v\":5},{\"k\":\"b\",\"v\":1}]}",
	  "{\"l\":[{\"k\":\"b\",\"v\":6},{\"k\":\"a\",\"v\":5}]}",
	  "l[0].v: Invalid value: 6: l[0].v in body should be less than or equal to 1",
	  "l[1].v: Invalid value: 5: l[1].v in body should be less than or equal to 1" },
	{ "a field that only preserve-unknown keeps is never unchanged", PQ_SCHEMA_RESOURCE,
	  "{\"properties\":{\"o\":{\"x-kubernetes-preserve-unknown-fields\":true,\"maxProperties\":"
	  "1,\"properties\":{\"a\":{}}}}}",
	  "{\"o\":{\"a\":1,\"z\":1}}", "{\"o\":{\"a\":1,\"z\":1}}",
	  "o: Too many: 2: must have at most 1 item", "" },
	{ "in an overlay it is", PQ_SCHEMA_OVERLAY,
	  "{\"properties\":{\"o\":{\"maxProperties\":1,\"properties\":{\"a\":{}}}}}",
	  "{\"o\":{\"a\":1,\"z\":1}}", "{\"o\":{\"a\":1,\"z\":1}}", "",
	  "o: Too many: 2: must have at most 1 item" },
	{ "in a junctor only the whole value counts", PQ_SCHEMA_RESOURCE,
	  "{\"properties\":{\"o\":{\"properties\":{\"a\":{},\"b\":{}},\"allOf\":[{\"properties\":{"
	  "\"a\":{\"maximum\":1}}}]}}}",
	  "{\"o\":{\"a\":5,\"b\":1}}", "{\"o\":{\"a\":5,\"b\":2}}",
	  "o.a: Invalid value: 5: o.a in body should be less than or equal to 1\n"
	  "<nil>: Invalid value: \"\": \"o\" must validate all the schemas (allOf). None validated",
	  "" },
	{ "1 is not 1.0", PQ_SCHEMA_RESOURCE, "{\"properties\":{\"a\":{\"maximum\":0}}}",
	  "{\"a\":1}", "{\"a\":1.0}",
	  "a: Invalid value: 1: a in body should be less than or equal to 0", "" },
};

/* old may be NULL. */
static const char *judge(struct pq_arena *arena, const struct pq_schema *schema,
			 const struct pq_value *value, const struct pq_value *old)
{
	const struct pq_schema_validation validation = { .value = value, .old = old };
	struct pq_findings findings;
	pq_findings_init(&findings, arena, 0);
	assert_true(pq_schema_validate(schema, arena, &validation, &findings));
	return findings_text(arena, &findings);
}

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_value old = read_json(&arena, cases[i].old);
		struct pq_value value = read_json(&arena, cases[i].value);
		const struct pq_schema *schema = compile_json(cases[i].schema, cases[i].kind);
		expect_text(cases[i].name, judge(&arena, schema, &value, &old), cases[i].want);
		if (strstr(judge(&arena, schema, &value, NULL), cases[i].forgiven) == NULL)
			fail_msg("%s: a create is not told of what is forgiven", cases[i].name);
		pq_schema_unref(schema);
		pq_arena_done(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
