#include "base/stack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_holds_items_in_order(void **state)
{
	(void)state;
	struct pq_stack stack;
	pq_stack_init(&stack, sizeof(int));
	for (int i = 0; i < 1000; i++)
		*(int *)pq_stack_push(&stack) = i;
	int *many = pq_stack_push_many(&stack, 500);
	for (int i = 0; i < 500; i++)
		many[i] = 1000 + i;
	assert_int_equal(stack.count, 1500);
	for (int i = 0; i < 1500; i++)
		assert_int_equal(*(int *)pq_stack_at(&stack, (size_t)i), i);
	pq_stack_cut(&stack, 7);
	assert_int_equal(*(int *)pq_stack_top(&stack), 6);
	pq_stack_done(&stack);
	assert_int_equal(stack.count, 0);
}

static void test_impossible_sizes_fail(void **state)
{
	(void)state;
	struct pq_stack stack;
	pq_stack_init(&stack, 16);
	assert_null(pq_stack_push_many(&stack, SIZE_MAX / 8));
	assert_int_equal(stack.count, 0);
	assert_non_null(pq_stack_push(&stack));
	pq_stack_done(&stack);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holds_items_in_order),
		cmocka_unit_test(test_impossible_sizes_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
