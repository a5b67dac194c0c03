/* Repetitions in lists of type set and map. */
#include "case.h"

#define SET "{\"properties\":{\"l\":{\"x-kubernetes-list-type\":\"set\"}}}"
#define MAP(keys)                                                                                  \
	"{\"properties\":{\"l\":{\"x-kubernetes-list-type\":\"map\",\"x-kubernetes-list-map-"      \
	"keys\":[" keys "]}}}"

static const struct {
	const char *name;
	const char *schema;
	const char *value;
	const char *want;
} cases[] = {
	{ "set without repetitions", SET, "{\"l\":[\"a\",\"b\",1,1.5,null]}", "" },
	{ "told at the second place, once", SET, "{\"l\":[\"a\",\"b\",\"a\",\"a\",\"b\"]}",
	  "l[2]: Duplicate value: \"a\"\nl[4]: Duplicate value: \"b\"" },
	{ "an integer is no double", SET, "{\"l\":[1,1.0]}", "" },
	{ "objects by their JSON", SET, "{\"l\":[{\"a\":1,\"b\":2},{\"b\":2,\"a\":1.0}]}",
	  "l[1]: Duplicate value: {\"a\":1,\"b\":2}" },
	{ "map by one key", MAP("\"k\""), "{\"l\":[{\"k\":\"a\",\"v\":1},{\"k\":\"a\",\"v\":2}]}",
	  "l[1]: Duplicate value: {\"k\":\"a\"}" },
	{ "keys that are not there", MAP("\"k\""), "{\"l\":[{},null]}",
	  "l[1]: Duplicate value: {}" },
	{ "map by two keys", MAP("\"k\",\"p\""),
	  "{\"l\":[{\"k\":\"a\",\"p\":80},{\"k\":\"a\",\"p\":81},{\"k\":\"a\",\"p\":80.0}]}",
	  "l[2]: Duplicate value: {\"k\":\"a\",\"p\":80}" },
	{ "something else in a map", MAP("\"k\""), "{\"l\":[{\"k\":\"a\"},1,{\"k\":\"a\"}]}",
	  "l[1]: Invalid value: 1: must be an object for an array of list-type map" },
	{ "maps of lists have keys in their paths",
	  "{\"properties\":{\"m\":{\"additionalProperties\":{\"x-kubernetes-list-type\":\"set\"}}}"
	  "}",
	  "{\"m\":{\"k\":[1,1]}}", "m[k][1]: Duplicate value: 1" },
	{ "long lists", SET, "{\"l\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,7]}",
	  "l[20]: Duplicate value: 7" },
};

/* Updates: faults anywhere in the old object forgive all. */
static const struct {
	const char *name;
	const char *value;
	const char *old;
	const char *want;
} updates[] = {
	{ "of a good list", "{\"l\":[1,1]}", "{\"l\":[1,2]}", "l[1]: Duplicate value: 1" },
	{ "of an object without the list", "{\"l\":[1,1]}", "{}", "l[1]: Duplicate value: 1" },
	{ "of a list that was as bad", "{\"l\":[3,4,3]}", "{\"l\":[1,1]}", "" },
};

/* old may be NULL. */
static void expect(const char *name, const char *schema_text, const char *text, const char *old,
		   const char *want)
{
	struct pq_arena arena;
	struct pq_findings findings;
	struct pq_value before;
	pq_arena_init(&arena, 0);
	pq_findings_init(&findings, &arena, 0);
	struct pq_value value = read_json(&arena, text);
	if (old != NULL)
		before = read_json(&arena, old);
	const struct pq_schema *schema = compile_json(schema_text, PQ_SCHEMA_RESOURCE);
	assert_true(pq_schema_validate_list_types(schema, &arena, &value,
						  old == NULL ? NULL : &before, &findings));
	expect_text(name, findings_text(&arena, &findings), want);
	pq_schema_unref(schema);
	pq_arena_done(&arena);
}

static void test_updates(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof updates / sizeof updates[0]; i++)
		expect(updates[i].name, SET, updates[i].value, updates[i].old, updates[i].want);
}

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		expect(cases[i].name, cases[i].schema, cases[i].value, NULL, cases[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_updates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
