/* What a stored schema has that a new one may not. */
#include "case.h"

static const struct {
	const char *name;
	const char *schema;
	unsigned flaws;
} cases[] = {
	{ "none", "{'type':'object','properties':{'a':{'type':'string','default':'x'}}}", 0 },
	{ "no type", "{'properties':{'a':{'type':'string'}}}", PQ_SCHEMA_NOT_STRUCTURAL },
	{ "items", "{'type':'array','items':{'type':'foo'}}",
	  PQ_SCHEMA_NOT_STRUCTURAL | PQ_SCHEMA_UNKNOWN_TYPE },
	{ "a list of items", "{'items':[{},{'type':'foo'}]}",
	  PQ_SCHEMA_NOT_STRUCTURAL | PQ_SCHEMA_UNKNOWN_TYPE },
	{ "additionalProperties", "{'additionalProperties':{'type':'foo'}}",
	  PQ_SCHEMA_NOT_STRUCTURAL | PQ_SCHEMA_UNKNOWN_TYPE },
	{ "additionalItems", "{'additionalItems':{'type':'foo'}}",
	  PQ_SCHEMA_NOT_STRUCTURAL | PQ_SCHEMA_UNKNOWN_TYPE },
	{ "properties", "{'properties':{'a':{'type':'string'},'b':{'type':'foo'}}}",
	  PQ_SCHEMA_NOT_STRUCTURAL | PQ_SCHEMA_UNKNOWN_TYPE },
	{ "patternProperties", "{'patternProperties':{'a':{'type':'foo'}}}",
	  PQ_SCHEMA_NOT_STRUCTURAL | PQ_SCHEMA_UNKNOWN_TYPE },
	{ "definitions", "{'definitions':{'a':{'type':'foo'}}}",
	  PQ_SCHEMA_NOT_STRUCTURAL | PQ_SCHEMA_UNKNOWN_TYPE },
	{ "dependencies", "{'dependencies':{'a':['b'],'c':{'type':'foo'}}}",
	  PQ_SCHEMA_NOT_STRUCTURAL | PQ_SCHEMA_UNKNOWN_TYPE },
	{ "allOf", "{'allOf':[{},{'type':'foo'}]}",
	  PQ_SCHEMA_NOT_STRUCTURAL | PQ_SCHEMA_UNKNOWN_TYPE },
	{ "anyOf", "{'anyOf':[{'type':'foo'}]}",
	  PQ_SCHEMA_NOT_STRUCTURAL | PQ_SCHEMA_UNKNOWN_TYPE },
	{ "oneOf", "{'oneOf':[{'type':'foo'}]}",
	  PQ_SCHEMA_NOT_STRUCTURAL | PQ_SCHEMA_UNKNOWN_TYPE },
	{ "not", "{'not':{'type':'foo'}}", PQ_SCHEMA_NOT_STRUCTURAL | PQ_SCHEMA_UNKNOWN_TYPE },
	{ "a set of maps that merge",
	  "{'type':'object','properties':{'a':{'type':'array','x-kubernetes-list-type':'set',"
	  "'items':{'type':'object'}}}}",
	  PQ_SCHEMA_GRANULAR_SET },
	{ "a set whose items may be null",
	  "{'type':'object','properties':{'a':{'type':'array','x-kubernetes-list-type':'set',"
	  "'items':{'type':'string','nullable':true}}}}",
	  PQ_SCHEMA_LOOSE_ITEMS },
	{ "a map by a key that may be missing",
	  "{'type':'object','properties':{'a':{'type':'array','x-kubernetes-list-type':'map',"
	  "'x-kubernetes-list-map-keys':['k'],'items':{'type':'object','properties':{'k':{'type':"
	  "'string'}}}}}}",
	  PQ_SCHEMA_LOOSE_ITEMS },
	{ "a default that is not pruned",
	  "{'type':'object','properties':{'a':{'type':'object','default':{'x':1}}}}",
	  PQ_SCHEMA_UNPRUNED_DEFAULT },
	{ "one below additionalProperties",
	  "{'type':'object','properties':{'m':{'type':'object','additionalProperties':{'type':"
	  "'object','default':{'x':1}}}}}",
	  PQ_SCHEMA_UNPRUNED_DEFAULT },
	{ "one of an item",
	  "{'type':'object','properties':{'l':{'type':'array','items':{'type':'object','default':{"
	  "'x':1}}}}}",
	  PQ_SCHEMA_UNPRUNED_DEFAULT },
	{ "one beside a default of the root that is no object",
	  "{'type':'object','default':5,'properties':{'a':{'type':'object','default':{'x':1}}}}",
	  0 },
};

static bool leave_alone(const struct pq_schema *schema, struct pq_arena *arena,
			const struct pq_value *resource, struct pq_value *result)
{
	(void)schema;
	(void)arena;
	*result = *resource;
	return true;
}

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		unsigned flaws = 0;
		pq_arena_init(&arena, 0);
		struct pq_value schema = read_json(&arena, with_quotes(&arena, cases[i].schema));
		assert_true(pq_schema_find_flaws(&schema, &arena, leave_alone, &flaws));
		if (flaws != cases[i].flaws)
			fail_msg("%s: got %#x, want %#x", cases[i].name, flaws, cases[i].flaws);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
	};
	return cmocka_run_group_tests_name("schema/flaws", tests, NULL, NULL);
}
