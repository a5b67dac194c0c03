/* Values that nest deeper than is gone into: whatever is done with them ends, and says so. */
#include "cel/cel.h"
#include "cel/show.h"
#include "evaluate_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* More than any stack holds. */
enum { DEPTH = 1000000 };

/* So many lists in each other. */
static struct pq_cel_value nest(struct pq_arena *arena, size_t depth)
{
	struct pq_cel_value *lists = pq_arena_alloc_array(arena, depth, sizeof *lists);
	assert_non_null(lists);
	lists[0] = pq_cel_from_items(NULL, 0);
	for (size_t i = 1; i < depth; i++)
		lists[i] = pq_cel_from_items(&lists[i - 1], 1);
	return lists[depth - 1];
}

static struct pq_cel_value evaluate(struct pq_arena *arena, const char *text)
{
	const struct pq_cel_variable variables[] = { { PQ_S("v"), &pq_cel_dyn, NULL },
						     { PQ_S("w"), &pq_cel_dyn, NULL } };
	const struct pq_cel_value values[] = { nest(arena, DEPTH), nest(arena, DEPTH) };
	const struct pq_cel_environment environment = {
		.version = 36,
		.variables = variables,
		.variable_count = 2,
	};
	struct pq_cel_evaluation evaluation = {
		.arena = arena,
		.variables = values,
		.cost_limit = UINT64_MAX,
	};
	return evaluate_text(&environment, text, &evaluation);
}

static void test_depth(void **state)
{
	static const struct {
		const char *text, *error; /* NULL: it is true */
	} cases[] = {
		{ "v == w", "values nest too deeply to compare" },
		{ "'%s'.format([v]) == ''", "error during formatting: values nest too deeply" },
		{ "[v].indexOf(1) == -1", NULL },
		{ "v.flatten(1000000).size() == 1", NULL },
		{ "google.protobuf.ListValue{values: [v]}.size() == 1",
		  "values nest too deeply for JSON" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_cel_value result = evaluate(&arena, cases[i].text);
		struct pq_string error =
			pq_cel_is_error(&result) ? pq_cel_value_string(&result) : PQ_S("");
		if (cases[i].error == NULL ? !pq_cel_is_true(&result)
					   : !pq_string_is(error, cases[i].error))
			fail_msg("%s: %.*s", cases[i].text, PQ_STRING_ARGUMENT(error));
	}
}

static size_t count_brackets(struct pq_string text)
{
	size_t count = 0;
	for (size_t i = 0; i < text.length; i++)
		count += text.data[i] == '[';
	return count;
}

static void test_texts_are_cut(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_buffer shown;
	(void)state;
	pq_arena_init(&arena, 0);
	struct pq_cel_value deep = nest(&arena, DEPTH);
	pq_buffer_init_in(&shown, &arena, 0);
	pq_cel_show_value(&shown, &arena, &deep);
	assert_int_equal(count_brackets(pq_buffer_view(&shown)), PQ_CEL_SHOW_DEPTH_MAX);
	struct pq_cel_value error = evaluate(&arena, "[?v].size() == 1");
	assert_true(pq_cel_is_error(&error));
	struct pq_string text = pq_cel_value_string(&error);
	assert_int_equal(count_brackets(text), PQ_CEL_SHOW_DEPTH_MAX);
	assert_non_null(memmem(text.data, text.length, "[...]", 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_texts_are_cut),
	};
	return cmocka_run_group_tests_name("cel/depth", tests, NULL, NULL);
}
