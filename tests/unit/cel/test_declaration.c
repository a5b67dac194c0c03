/* Names of properties as expressions write them. */
#include "cel/declaration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
	const char *property;
	const char *name; /* NULL: cannot be written */
} names[] = {
	{ "a", "a" },
	{ "a_b", "a_b" },
	{ "a__b", "a__underscores__b" },
	{ "___", "__underscores___" },
	{ "a.b", "a__dot__b" },
	{ "a-b/c", "a__dash__b__slash__c" },
	{ "namespace", "__namespace__" },
	{ "while", "__while__" },
	{ "namespaces", "namespaces" },
	{ "__namespace__", "__underscores__namespace__underscores__" },
	{ "_1", "_1" },
	{ "1a", NULL },
	{ "", NULL },
	{ "a b", NULL },
	{ "a$", NULL },
	{ "\xc3\xbc", NULL },
};

static void test_escaping(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct pq_string name = pq_cel_escape(&arena, pq_string_from(names[i].property));
		if (names[i].name == NULL)
			assert_null(name.data);
		else if (!pq_string_is(name, names[i].name))
			fail_msg("%s: %.*s", names[i].property, PQ_STRING_ARGUMENT(name));
	}
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escaping),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
