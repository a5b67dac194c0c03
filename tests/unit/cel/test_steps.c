/* Values that are cheap to build and endless to walk: each list holds the one before it twice. */
#include "cel/cel.h"
#include "cel/evaluate.h"
#include "cel/show.h"
#include "cel/string_positions.h"
#include "evaluate_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define TWICE_8                                                                                    \
	".map(x,[x,x]).map(x,[x,x]).map(x,[x,x]).map(x,[x,x])"                                     \
	".map(x,[x,x]).map(x,[x,x]).map(x,[x,x]).map(x,[x,x])"
#define TWICE_48 TWICE_8 TWICE_8 TWICE_8 TWICE_8 TWICE_8 TWICE_8

#define LONG "lists.range(1000).map(x, 'aaaaaaaaaa').join()"

/* Enough for what is compared in passing. */
enum { STEPS_LEFT = 10000 };

static struct pq_cel_value evaluate(struct pq_arena *arena, const char *text, uint64_t *steps)
{
	const struct pq_cel_environment environment = { .version = 36 };
	struct pq_cel_evaluation evaluation = {
		.arena = arena,
		.cost_limit = 1000000,
		.steps = *steps,
	};
	struct pq_cel_value result = evaluate_text(&environment, text, &evaluation);
	*steps = evaluation.steps;
	return result;
}

static void test_endless_walks_end(void **state)
{
	static const char *const expressions[] = {
		"[1]" TWICE_48 " == [1]" TWICE_48,
		"[1]" TWICE_48 " != [1]" TWICE_48,
		"{'a': [1]" TWICE_48 "} == {'a': [1]" TWICE_48 "}",
		"[1]" TWICE_48 " in [[1]" TWICE_48 "]",
		"sets.contains([[1]" TWICE_48 "], [[1]" TWICE_48 "])",
		"[[1]" TWICE_48 ", [1]" TWICE_48 "].distinct().size() == 1",
		"[[1]" TWICE_48 "].indexOf([1]" TWICE_48 ") == 0",
		"[dyn([1]" TWICE_48 ")].indexOf(dyn(1)) == 0",
		"[[]]" TWICE_48 ".flatten(1000).size() == 0",
		"'%s'.format([[1]" TWICE_48 "]) == ''",
		"'%s'.format([{'a': [1]" TWICE_48 "}]) == ''",
		/* Patterns whose programs are large, made while the rule runs. */
		"lists.range(60).all(i, !'x'.matches('(\\\\pL{10}){10}' + (i > 5 ? 'b' : 'c')))",
		"lists.range(60).all(i, 'x'.find('(\\\\pL{10}){10}' + (i > 5 ? 'b' : 'c')) == '')",
		/* Long texts, which costs take for one value or for a tenth of their characters. */
		"[" LONG "].all(t, lists.range(100).all(i, t.size() > i))",
		"[" LONG "].all(t, lists.range(100).all(i, '%x'.format([t]).size() > i))",
		"[" LONG "].all(t, lists.range(100).all(i, t == t))",
		"[" LONG "].all(t, lists.range(100).all(i, [t] == [t]))",
		"[" LONG "].all(t, t.findAll('a+b|a').size() == 10000)",
		"[" LONG "].all(t, lists.range(10).all(i, !t.matches('(\\\\pL{10}){10}b')))",
	};
	(void)state;
	for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		uint64_t steps = PQ_CEL_STEPS_MAX - STEPS_LEFT;
		struct pq_cel_value result = evaluate(&arena, expressions[i], &steps);
		if (!pq_cel_is_error(&result))
			fail_msg("no error: %s", expressions[i]);
		assert_true(pq_string_is(pq_cel_value_string(&result), PQ_CEL_COST_LIMIT_EXCEEDED));
	}
}

/* Evaluations of one object share the limit. */
static void test_steps_are_handed_on(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	uint64_t steps = 0;
	struct pq_cel_value result = evaluate(&arena, "[1, 2] == [1, 2]", &steps);
	assert_true(pq_cel_is_true(&result));
	assert_int_equal(steps, 3);
	steps = PQ_CEL_STEPS_MAX - 2;
	result = evaluate(&arena, "[1, 2] == [1, 2]", &steps);
	assert_true(pq_cel_is_error(&result));
}

/* A text that has become too large is given up, not gone through to its end. */
static void test_out_of_memory(void **state)
{
	static const char *const expressions[] = {
		"['aaaaaaaaaa'].map(x,x.replace('',x)).map(x,x.replace('',x)).map(x,x.replace('',x)"
		")"
		".map(x,x.replace('',x)).map(x,x.replace('',x)).map(x,x.replace('',x)) == []",
		"lists.range(50000).map(x,lists.range(1000).map(y,'aaaaaaaaaaaaaaa').join()).size()"
		" == 1",
	};
	(void)state;
	for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 4 << 20);
		uint64_t steps = 0;
		struct pq_cel_value result = evaluate(&arena, expressions[i], &steps);
		assert_true(pq_cel_is_error(&result));
		assert_true(pq_arena_is_exhausted(&arena));
	}
}

/* Where comparing the part at every byte would take minutes. */
static void test_long_texts_are_searched_in_one_go(void **state)
{
	enum { TEXT_LENGTH = 8 << 20, PART_LENGTH = 4 << 20 };
	pq_cleanup_arena struct pq_arena arena;
	struct pq_cel_run run = { .arena = &arena };
	struct pq_cel_value result;
	(void)state;
	pq_arena_init(&arena, 0);
	char *text = memset(pq_arena_alloc_bytes(&arena, TEXT_LENGTH), 'a', TEXT_LENGTH);
	char *part = memset(pq_arena_alloc_bytes(&arena, PART_LENGTH), 'a', PART_LENGTH);
	const struct pq_cel_value arguments[] = {
		pq_cel_from_string((struct pq_string){ text, TEXT_LENGTH }),
		pq_cel_from_string((struct pq_string){ part, PART_LENGTH }),
	};
	for (size_t at = 0; at < PART_LENGTH; at += PART_LENGTH - 1) {
		part[at] = 'b';
		pq_cel_index_of(&run, arguments, &result);
		assert_int_equal(result.integer, -1);
		pq_cel_last_index_of(&run, arguments, &result);
		assert_int_equal(result.integer, -1);
		part[at] = 'a';
	}
	pq_cel_last_index_of(&run, arguments, &result);
	assert_int_equal(result.integer, TEXT_LENGTH - PART_LENGTH);
}

/* A zone's file is read once, and memory that was taken for it is used again for another one. */
static void test_zones_take_little_memory(void **state)
{
	static const char *const expressions[] = {
		"lists.range(50000).all(i, timestamp(i).getHours('Europe/Berlin') < 24)",
		"lists.range(50000).all(i, timestamp(i).getHours(i % 2 == 0 ? 'Asia/Tokyo' : "
		"'Europe/Berlin') < 24)",
		/* Not a zone, and larger than most. */
		"lists.range(10000).all(i, timestamp(i).getHours('tzdata.zi') < 24 || true)",
	};
	(void)state;
	for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
		pq_cleanup_arena struct pq_arena arena;
		uint64_t steps = 0;
		pq_arena_init(&arena, 12 << 20);
		struct pq_cel_value result = evaluate(&arena, expressions[i], &steps);
		if (!pq_cel_is_true(&result))
			fail_msg("%s", expressions[i]);
	}
}

/* Messages show the value, too, whatever it holds. */
static void test_endless_values_are_told_in_part(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	uint64_t steps = 0;
	pq_arena_init(&arena, 64 << 20);
	struct pq_cel_value result =
		evaluate(&arena, "[?dyn([1]" TWICE_48 ")].size() == 1", &steps);
	assert_true(pq_cel_is_error(&result));
	assert_false(pq_arena_is_exhausted(&arena));
	assert_non_null(memmem(result.bytes, result.length, "...", 3));
}

static void test_endless_values_are_shown_in_part(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_buffer shown;
	uint64_t steps = 0;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&shown, &arena, 0);
	struct pq_cel_value result = evaluate(&arena, "[1]" TWICE_48, &steps);
	pq_cel_show_value(&shown, &arena, &result);
	assert_false(pq_buffer_failed(&shown));
	assert_true(shown.length < 8 * (size_t)PQ_CEL_SHOW_VALUES_MAX);
	assert_non_null(memmem(shown.data, shown.length, "...", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_endless_walks_end),
		cmocka_unit_test(test_steps_are_handed_on),
		cmocka_unit_test(test_out_of_memory),
		cmocka_unit_test(test_long_texts_are_searched_in_one_go),
		cmocka_unit_test(test_zones_take_little_memory),
		cmocka_unit_test(test_endless_values_are_told_in_part),
		cmocka_unit_test(test_endless_values_are_shown_in_part),
	};
	return cmocka_run_group_tests_name("cel/steps", tests, NULL, NULL);
}
