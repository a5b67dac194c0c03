#include "base/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_renders_as_kubernetes_does(void **state)
{
	(void)state;
	struct pq_path spec = pq_path_property(NULL, PQ_S("spec"));
	struct pq_path ports = pq_path_property(&spec, PQ_S("ports"));
	struct pq_path third = pq_path_index(&ports, 3);
	struct pq_path name = pq_path_property(&third, PQ_S("name"));
	struct pq_path key = pq_path_key(&spec, PQ_S("a/b.c"));
	struct pq_path below = pq_path_property(&key, PQ_S(""));
	struct pq_path root_item = pq_path_index(NULL, 0);
	struct pq_path in_root_item = pq_path_property(&root_item, PQ_S("x"));
	const struct {
		const struct pq_path *path;
		const char *want;
	} cases[] = {
		{ NULL, "" },
		{ &spec, "spec" },
		{ &name, "spec.ports[3].name" },
		{ &key, "spec[a/b.c]" },
		{ &below, "spec[a/b.c]." },
		{ &in_root_item, "[0].x" },
	};
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_string text = pq_path_render(&arena, cases[i].path);
		assert_string_equal(text.data, cases[i].want);
		assert_int_equal(text.length, strlen(cases[i].want));
	}
	pq_arena_done(&arena);
}

static void test_needs_no_stack_for_depth(void **state)
{
	(void)state;
	enum { STEPS = 200000 };
	static struct pq_path steps[STEPS];
	for (size_t i = 0; i < STEPS; i++)
		steps[i] = pq_path_property(i == 0 ? NULL : &steps[i - 1], PQ_S("a"));
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	assert_int_equal(pq_path_render(&arena, &steps[STEPS - 1]).length, 2 * STEPS - 1);
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_renders_as_kubernetes_does),
		cmocka_unit_test(test_needs_no_stack_for_depth),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
