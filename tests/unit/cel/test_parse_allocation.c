/* The parser without memory. */
#include "cel/parse.h"
#include "harness/allocation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Which issues an expression has, told with n allocations. Without data where memory is said to be
 * what was missing. */
static struct pq_string issues_with(struct pq_arena *arena, const char *text, size_t n)
{
	struct pq_cel_tree tree;
	struct pq_cel_issues issues;
	test_allocation_fail_from(n);
	bool parsed = pq_cel_parse(arena, pq_string_from(text), 36, &tree, &issues);
	test_allocation_never_fail();
	if (pq_arena_is_exhausted(arena)) {
		assert_false(parsed);
		return (struct pq_string){ 0 };
	}
	assert_int_equal(parsed, pq_cel_issues_is_empty(&issues));
	return parsed ? PQ_S("") : pq_cel_issues_format(&issues, arena);
}

/* Right or wrong, an expression that there is no memory for is not taken for anything else. */
static void test_allocations(void **state)
{
	static const char *const texts[] = {
		"a.b.C{x: [1, 2, 3, 4, 5].map(i, i + 1), y: 'a\\n'}.?z.optMap(v, v || w || x)",
		"[1, 2 3].map(i, i + ) || -1[-1 -1].a.true b",
	};
	enum { ENOUGH = 100 };
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		pq_cleanup_arena struct pq_arena wanted_arena;
		size_t refused = 0;
		pq_arena_init(&wanted_arena, 0);
		struct pq_string wanted = issues_with(&wanted_arena, texts[i], SIZE_MAX);
		assert_non_null(wanted.data);
		for (size_t n = 0; n < ENOUGH; n++) {
			pq_cleanup_arena struct pq_arena arena;
			pq_arena_init(&arena, 0);
			struct pq_string got = issues_with(&arena, texts[i], n);
			refused += got.data == NULL;
			assert_true(got.data == NULL || pq_string_equal(got, wanted));
		}
		assert_in_range(refused, 1, ENOUGH - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_allocations) };
	return cmocka_run_group_tests_name("cel/parse_allocation", tests, NULL, NULL);
}
