#include "base/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NODES = 1000 };

static void test_first_is_always_the_least(void **state)
{
	(void)state;
	static struct pq_heap_node nodes[NODES];
	struct pq_heap heap;
	uint32_t seed = 3;
	pq_heap_init(&heap);
	assert_null(pq_heap_first(&heap));
	for (size_t i = 0; i < NODES; i++) {
		seed = seed * 1664525u + 1013904223u;
		assert_true(pq_heap_add(&heap, &nodes[i], (int64_t)(seed >> 20) - 2000));
		assert_int_not_equal(nodes[i].place, 0);
	}
	/* Every third from wherever it stands. */
	for (size_t i = 0; i < NODES; i += 3) {
		pq_heap_remove(&heap, &nodes[i]);
		assert_int_equal(nodes[i].place, 0);
	}
	int64_t last = INT64_MIN;
	size_t count = 0;
	for (struct pq_heap_node *first; (first = pq_heap_first(&heap)) != NULL; count++) {
		assert_true(first->key >= last);
		last = first->key;
		pq_heap_remove(&heap, first);
	}
	assert_int_equal(count, NODES - (NODES + 2) / 3);
	pq_heap_done(&heap);
}

static void test_done_releases_its_nodes(void **state)
{
	(void)state;
	struct pq_heap_node node = { 0 };
	struct pq_heap heap;
	pq_heap_init(&heap);
	assert_true(pq_heap_add(&heap, &node, 1));
	pq_heap_done(&heap);
	assert_int_equal(node.place, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_is_always_the_least),
		cmocka_unit_test(test_done_releases_its_nodes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
