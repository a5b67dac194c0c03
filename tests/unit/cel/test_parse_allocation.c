/* The parser without memory. */
#include "cel/parse.h"
#include "harness/allocation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Right or wrong, an expression that there is no memory for is not taken for anything else. */
static void test_allocations(void **state)
{
	static const char *const texts[] = {
		"a.b.C{x: [1, 2, 3, 4, 5].map(i, i + 1), y: 'a\\n'}.?z.optMap(v, v || w || x)",
		"[1, 2 3].map(i, i + ) || -1[-1 -1].a.true b",
	};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		bool wants = i == 0, done = false;
		for (size_t n = 0; !done; n++) {
			struct pq_arena arena;
			struct pq_cel_tree tree;
			struct pq_cel_issues issues;
			pq_arena_init(&arena, 0);
			test_allocation_fail_from(n);
			bool parsed =
				pq_cel_parse(&arena, pq_string_from(texts[i]), 36, &tree, &issues);
			test_allocation_never_fail();
			done = !pq_arena_is_exhausted(&arena);
			assert_true(!parsed || (wants && done));
			assert_true(!done || parsed || !wants);
			pq_arena_done(&arena);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_allocations) };
	return cmocka_run_group_tests_name("cel/parse_allocation", tests, NULL, NULL);
}
