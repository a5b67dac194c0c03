#include "base/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_grow_keeps_what_was_written(void **state)
{
	size_t size = 100 * sizeof(uint32_t);
	(void)state;
	uint32_t *items = pq_pages_grow(NULL, 0, size);
	for (uint32_t count = 100; count < 1 << 20; count *= 2, size *= 2) {
		assert_non_null(items);
		assert_int_equal(items[count - 1], 0);
		for (uint32_t i = 0; i < count; i++)
			items[i] = i;
		items = pq_pages_grow(items, size, 2 * size);
		for (uint32_t i = 0; i < count; i++)
			assert_int_equal(items[i], i);
	}
	assert_null(pq_pages_grow(items, size, SIZE_MAX / 2));
	assert_int_equal(items[99], 99);
	pq_pages_free(items, size);
	pq_pages_free(NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grow_keeps_what_was_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
