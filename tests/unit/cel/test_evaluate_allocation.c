/* Evaluating without memory of the system: all there is to be had is the arena of the request. */
#include "cel/cel.h"
#include "harness/allocation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ARENA_BYTES = 1 << 20 };

static void evaluate(const struct pq_cel_program *program, struct pq_arena *arena,
		     struct pq_cel_value *result)
{
	struct pq_cel_evaluation evaluation = { .arena = arena, .cost_limit = UINT64_MAX };
	pq_arena_reset(arena, SIZE_MAX);
	pq_cel_evaluate(program, &evaluation, result);
}

static void test_only_the_arena(void **state)
{
	static const char *const expressions[] = {
		"lists.range(100).filter(i, i % 2 == 0).map(i, i * 2).exists(i, i == 100)",
		"{'a': [1, 2], 'b': [3]}.all(k, k in ['a', 'b']) && {'a': 1}['a'] == 1",
		"'a,b,c'.split(',').join('-').upperAscii() == 'A-B-C' && 'x'.replace('x', 'y') == "
		"'y'",
		"'%s is %d'.format(['a', 1]) == 'a is 1'",
		"'abc-123'.matches('^[a-z]+-[0-9]+$') && 'abc'.find('[b-c]+') == 'bc'",
		"quantity('1Gi').isGreaterThan(quantity('1M')) && ip('::1').isLoopback()",
		"cidr('10.0.0.0/8').containsIP('10.1.2.3') && url('https://a.b/c').getHost() == "
		"'a.b'",
		"duration('1h') > duration('1m') && "
		"timestamp('2026-01-01T00:00:00Z').getFullYear() == "
		"2026",
		"timestamp(0).getHours('Europe/Berlin') == 1",
		"[3, 1, 2].sort() == [1, 2, 3] && sets.contains([1, 2], [1])",
		"optional.of(1).orValue(2) == 1 && [1, 2] + [3] == [1, 2, 3]",
		"semver('1.2.3').isLessThan(semver('1.10.0')) && [1, 1].distinct() == [1]",
	};
	const struct pq_cel_environment environment = { .version = 36 };
	(void)state;
	for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
		pq_cleanup_arena struct pq_arena arena, compiled;
		struct pq_cel_compilation compilation;
		struct pq_cel_value first, second;
		pq_arena_init(&arena, 0);
		pq_arena_init(&compiled, 0);
		assert_non_null(pq_arena_alloc_bytes(&arena, ARENA_BYTES));
		assert_true(pq_cel_compile(&environment, pq_string_from(expressions[i]), &compiled,
					   &compiled, &compilation));
		assert_non_null(compilation.program);
		/* A regular expression makes its states when it is first run. */
		evaluate(compilation.program, &arena, &first);
		test_allocation_fail_from(0);
		evaluate(compilation.program, &arena, &second);
		test_allocation_never_fail();
		if (!pq_cel_is_true(&first) || !pq_cel_is_true(&second))
			fail_msg("%s: %.*s", expressions[i],
				 pq_cel_is_error(&second) ? (int)second.length : 0, second.bytes);
		pq_cel_program_done(compilation.program);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_only_the_arena) };
	return cmocka_run_group_tests_name("cel/evaluate_allocation", tests, NULL, NULL);
}
