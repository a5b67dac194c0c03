#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_collects_what_is_appended(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	for (int in_arena = 0; in_arena < 2; in_arena++) {
		struct pq_buffer buffer;
		if (in_arena)
			pq_buffer_init_in(&buffer, &arena, 0);
		else
			pq_buffer_init(&buffer, 0);
		for (int i = 0; i < 1000; i++) {
			pq_buffer_append_text(&buffer, "ab");
			pq_buffer_append_byte(&buffer, 'c');
			pq_buffer_append_times(&buffer, 'd', 1);
			pq_buffer_append_format(&buffer, "%d", i % 10);
		}
		assert_false(pq_buffer_failed(&buffer));
		assert_int_equal(buffer.length, 5000);
		assert_memory_equal(buffer.data + 4995, "abcd9", 5);
		pq_buffer_done(&buffer);
	}
	pq_arena_done(&arena);
}

static void test_cap_is_on_length_and_sticky(void **state)
{
	(void)state;
	struct pq_buffer buffer;
	pq_buffer_init(&buffer, 8);
	pq_buffer_append_text(&buffer, "1234");
	pq_buffer_append_format(&buffer, "%s", "5678");
	assert_false(pq_buffer_failed(&buffer));
	pq_buffer_append_text(&buffer, "");
	pq_buffer_append_times(&buffer, '9', 0);
	assert_false(pq_buffer_failed(&buffer));
	pq_buffer_append_times(&buffer, '9', 2);
	assert_true(pq_buffer_failed(&buffer));
	pq_buffer_append_text(&buffer, "");
	assert_null(pq_buffer_reserve(&buffer, 0));
	assert_true(pq_buffer_failed(&buffer));
	assert_int_equal(pq_buffer_view(&buffer).length, 8);
	assert_memory_equal(buffer.data, "12345678", 8);
	pq_buffer_done(&buffer);
}

static void test_nothing_is_written_beyond_the_cap(void **state)
{
	(void)state;
	struct pq_buffer buffer;
	pq_buffer_init(&buffer, 8);
	pq_buffer_append_text(&buffer, "123456789");
	assert_true(pq_buffer_failed(&buffer));
	assert_int_equal(buffer.length, 0);
	pq_buffer_done(&buffer);
	pq_buffer_init(&buffer, 8);
	assert_null(pq_buffer_reserve(&buffer, SIZE_MAX));
	pq_buffer_done(&buffer);
}

static void test_exhausted_arena_fails_the_buffer(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_buffer buffer;
	pq_arena_init(&arena, 6000);
	pq_buffer_init_in(&buffer, &arena, 0);
	for (int i = 0; i < 6000; i++)
		pq_buffer_append_byte(&buffer, 'x');
	assert_true(pq_buffer_failed(&buffer));
	assert_true(pq_arena_is_exhausted(&arena));
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_collects_what_is_appended),
		cmocka_unit_test(test_cap_is_on_length_and_sticky),
		cmocka_unit_test(test_nothing_is_written_beyond_the_cap),
		cmocka_unit_test(test_exhausted_arena_fails_the_buffer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
