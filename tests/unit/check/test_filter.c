#include "check/filter.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_matches_objects(void **state)
{
	(void)state;
	static const struct pq_check_outcome deployment = {
		.api_version = PQ_LITERAL("apps/v1"),
		.kind = PQ_LITERAL("Deployment"),
		.namespace = PQ_LITERAL("prod"),
		.name = PQ_LITERAL("web"),
	};
	static const struct pq_check_outcome node = {
		.api_version = PQ_LITERAL("v1"),
		.kind = PQ_LITERAL("Node"),
		.name = PQ_LITERAL("a"),
	};
	static const struct {
		const char *text;
		bool wants_deployment, wants_node;
	} cases[] = {
		{ "Deployment", true, false },
		{ "Node", false, true },
		{ "Deploy*", true, false },
		{ "apps/v1/Deployment", true, false },
		{ "apps/v2/Deployment", false, false },
		{ "*/*/Deployment", true, false },
		{ "apps/v1/*", true, false },
		{ "v1/Node", false, true },
		{ "v1/Deployment", false, false },
		{ "/v1/Node", false, true },
		{ "prod/web", true, false },
		{ "prod/*", true, false },
		{ "*/*", true, true },
		{ "/a", false, true },
		{ "test/web", false, false },
		{ "Deploy*,test/a", true, false },
		{ "test/web,v1/Node", false, true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct pq_check_texts texts = { &cases[i].text, 1 };
		struct check_filters filters = { 0 };
		struct pq_error error;
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		print_message("%s\n", cases[i].text);
		assert_true(check_filters_parse(&arena, &texts, &filters, &error));
		assert_int_equal(check_filters_use(&filters, &deployment),
				 cases[i].wants_deployment);
		assert_int_equal(check_filters_use(&filters, &node), cases[i].wants_node);
	}
}

static void collect(const char *flag, struct pq_string text, void *context)
{
	struct pq_buffer *unused = context;
	pq_buffer_append_format(unused, "%s %.*s\n", flag, PQ_STRING_ARGUMENT(text));
}

static void test_notes_what_is_used(void **state)
{
	(void)state;
	static const char *const items[] = { "Node,v1/Node,/b", "Pod", "/b" };
	static const struct pq_check_outcome node = { .api_version = PQ_LITERAL("v1"),
						      .kind = PQ_LITERAL("Node") };
	const struct pq_check_texts texts = { items, 3 };
	struct check_filters filters = { 0 };
	struct pq_error error;
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer unused;
	pq_arena_init(&arena, 0);
	pq_buffer_init(&unused, 0);
	assert_true(check_filters_parse(&arena, &texts, &filters, &error));
	assert_true(check_filters_use(&filters, &node));
	check_filters_each_unused(&filters, "skip", NULL, NULL);
	check_filters_each_unused(&filters, "skip", collect, &unused);
	assert_true(pq_string_is(pq_buffer_view(&unused), "skip /b\nskip Pod\n"));
}

static void test_refuses_what_it_cannot_tell(void **state)
{
	(void)state;
	static const char *const cases[] = { "", "web", "a/b/c/d", "*", "Pod,", ",Pod" };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct pq_check_texts texts = { &cases[i], 1 };
		struct check_filters filters = { 0 };
		struct pq_error error;
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		assert_false(check_filters_parse(&arena, &texts, &filters, &error));
		assert_int_equal(error.code, PQ_ERROR_USAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches_objects),
		cmocka_unit_test(test_notes_what_is_used),
		cmocka_unit_test(test_refuses_what_it_cannot_tell),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
