#include "base/sort.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ITEMS_MAX = 300 };

/* Of an odd size. */
struct item {
	unsigned char key[3];
};

static int compare_items(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct item));
}

static void test_sorts_as_qsort_does(void **state)
{
	struct item items[ITEMS_MAX], wanted[ITEMS_MAX];
	uint32_t seed = 5;
	(void)state;
	for (size_t count = 1; count <= ITEMS_MAX; count++) {
		for (size_t i = 0; i < count; i++) {
			seed = seed * 1664525u + 1013904223u;
			items[i] = (struct item){ { seed >> 30, seed >> 28 & 3, seed >> 24 & 7 } };
		}
		memcpy(wanted, items, count * sizeof *items);
		qsort(wanted, count, sizeof *wanted, compare_items);
		pq_sort_in_place(items, count, sizeof *items, compare_items);
		assert_memory_equal(items, wanted, count * sizeof *items);
	}
	pq_sort_in_place(NULL, 0, sizeof *items, compare_items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorts_as_qsort_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
