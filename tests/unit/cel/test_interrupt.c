/* Evaluations that end when their time is over. */
#include "base/clock.h"
#include "cel/cel.h"
#include "evaluate_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* A clock that a look at it moves on. */
struct fake {
	struct pq_clock clock;
	int64_t time;
	unsigned looks;
};

static int64_t look(const struct pq_clock *clock)
{
	struct fake *fake = (struct fake *)(uintptr_t)clock;
	fake->looks++;
	return fake->time += PQ_MILLISECOND;
}

static bool is_late(void *context)
{
	return pq_clock_monotonic(context) > 3 * PQ_MILLISECOND;
}

static const struct {
	const char *expression;
	bool ends;      /* before it is done */
	unsigned looks; /* at the clock */
} cases[] = {
	{ "lists.range(99).all(i, i >= 0)", false, 0 },
	{ "lists.range(100).all(i, i >= 0)", false, 1 },
	{ "lists.range(399).all(i, i >= 0)", false, 3 },
	{ "lists.range(10000).all(i, i >= 0)", true, 4 },
	{ "lists.range(10000).all(i, i >= 0) || true", true, 4 },
	{ "lists.range(30).all(i, lists.range(30).all(j, i + j >= 0))", true, 4 },
	{ "lists.range(100).all(i, i >= 0) && [1, 2] == [1, 2]", false, 1 },
	/* Few iterations, but many values that are looked into. */
	{ "[lists.range(50000)].all(l, [l, l, l] == [l, l, l])", false, 1 },
	{ "[lists.range(50000)].all(l, [l, l, l, l, l, l, l, l, l] == [l, l, l, l, l, l, l, l, l])",
	  true, 4 },
};

static void test_interrupts(void **state)
{
	const struct pq_cel_environment environment = { .version = 36 };
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct fake fake = { .clock = { .monotonic = look } };
		struct pq_interrupt interrupt = { .is_wanted = is_late, .context = &fake.clock };
		pq_arena_init(&arena, 0);
		struct pq_cel_evaluation evaluation = {
			.arena = &arena,
			.cost_limit = UINT64_MAX,
			.interrupt = &interrupt,
		};
		struct pq_cel_value result =
			evaluate_text(&environment, cases[i].expression, &evaluation);
		if (interrupt.has_come != cases[i].ends || fake.looks != cases[i].looks)
			fail_msg("%s: %u looks", cases[i].expression, fake.looks);
		if (cases[i].ends)
			assert_true(pq_string_is(pq_cel_value_string(&result),
						 "operation interrupted"));
		else
			assert_true(pq_cel_is_true(&result));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_interrupts) };
	return cmocka_run_group_tests_name("cel/interrupt", tests, NULL, NULL);
}
