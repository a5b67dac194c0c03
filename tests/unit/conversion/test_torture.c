/* Allocations that fail, one after the other, while rules are compiled and an object is converted
 * there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "harness/allocation.h"
#include "versions.h"

static const char rules_text[] =
	BETWEEN("{'rename':{'from':'.spec.count','to':'size'}},"
		"{'move':{'from':'.spec.peers[*]','to':'.spec.peers[*].name'}},"
		"{'split':{'from':'.spec.endpoint','separator':':','into':['.spec.host',"
		"{'path':'.spec.port','type':'integer'}]}},"
		"{'constant':{'in':'v2','path':'.spec.mode','value':'a'}}");

static const char object_text[] =
	"{'apiVersion':'example.com/v1','metadata':{'name':'a'},'spec':{'count':1,'peers':['a'],"
	"'endpoint':'h:x','mode':'m','rows':[{'x':1,'y':2}],'ports':[{'name':'a','note':'n'}]}}";

static bool work(const struct pq_value *document, const struct pq_conversion_side *v1,
		 const struct pq_conversion_side *v2, const struct pq_value *object)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_error error;
	struct pq_value there, back;
	struct pq_conversion_work work = any_work();
	uint32_t offset;
	bool fine = false;
	pq_arena_init(&arena, 0);
	const struct pq_conversion *rules = pq_conversion_compile(document, &offset, &error);
	if (rules != NULL)
		fine = pq_conversion_convert(rules, &arena, v1, v2, object, &work, &there,
					     &error) &&
		       pq_conversion_convert(rules, &arena, v2, v1, &there, &work, &back, &error);
	if (!fine)
		assert_true(error.code == PQ_ERROR_MEMORY || error.code == PQ_ERROR_TOO_LARGE);
	pq_conversion_unref(rules);
	return fine;
}

static void test_torture(void **state)
{
	(void)state;
	const struct pq_conversion_side v1 = { PQ_S("v1"), compile_schema(v1_schema) };
	const struct pq_conversion_side v2 = { PQ_S("v2"), compile_schema(v2_schema) };
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	const struct pq_value document = read_value(&arena, rules_text);
	const struct pq_value object = read_value(&arena, object_text);
	size_t failures = 0;
	while (test_allocation_fail_from(failures), !work(&document, &v1, &v2, &object))
		failures++;
	test_allocation_never_fail();
	assert_true(failures > 3);
	pq_schema_unref(v1.schema);
	pq_schema_unref(v2.schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_torture) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
