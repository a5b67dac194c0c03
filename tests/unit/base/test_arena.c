#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_gives_aligned_zeroed_memory(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	static const size_t sizes[] = { 0, 1, 7, 16, 100, 5000, 3 << 20 };
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		pq_arena_alloc_bytes(&arena, 3);
		unsigned char *memory = pq_arena_alloc(&arena, sizes[i]);
		assert_non_null(memory);
		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(memory[j], 0);
		memset(memory, 0xAA, sizes[i]);
	}
	pq_arena_done(&arena);
}

static void test_nothing_from_an_empty_arena_is_a_pointer(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	assert_non_null(pq_arena_alloc_raw(&arena, 0));
	pq_arena_done(&arena);
}

static void test_cap_exhausts(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 10000);
	size_t got = 0;
	while (pq_arena_alloc_bytes(&arena, 100) != NULL)
		got += 100;
	assert_true(pq_arena_is_exhausted(&arena));
	assert_true(pq_arena_is_limited(&arena));
	assert_in_range(got, 8000, 10000);
	assert_true(arena.reserved <= 10000);
	pq_arena_reset(&arena, 0);
	assert_false(pq_arena_is_exhausted(&arena));
	assert_false(pq_arena_is_limited(&arena));
	assert_int_equal(arena.reserved, 0);
	assert_non_null(pq_arena_alloc_bytes(&arena, 100));
	pq_arena_done(&arena);
}

/* Within a block, over several, and from nothing. */
static void test_gives_back_to_a_mark(void **state)
{
	(void)state;
	static const size_t before[] = { 0, 100, 10000 };
	for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
		struct pq_arena arena;
		pq_arena_init(&arena, 1 << 20);
		char *kept = before[i] == 0 ? NULL : pq_arena_alloc_bytes(&arena, before[i]);
		if (kept != NULL)
			memset(kept, 7, before[i]);
		size_t reserved = arena.reserved;
		const struct pq_arena_mark mark = pq_arena_mark(&arena);
		char *first = pq_arena_alloc_bytes(&arena, 10);
		memset(first, 1, 10);
		while (pq_arena_alloc_bytes(&arena, 1000) != NULL)
			continue;
		pq_arena_return(&arena, &mark);
		assert_int_equal(arena.reserved, reserved);
		assert_false(pq_arena_is_exhausted(&arena));
		assert_false(pq_arena_is_limited(&arena));
		for (size_t j = 0; j < before[i]; j++)
			assert_int_equal(kept[j], 7);
		const char *again = pq_arena_alloc_bytes(&arena, 10);
		assert_non_null(again);
		if (before[i] == 100) { /* there is room behind it */
			assert_ptr_equal(again, first);
			assert_int_equal(again[0], 0);
		}
		pq_arena_done(&arena);
	}
}

static void test_impossible_sizes_exhaust(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	assert_null(pq_arena_alloc_array(&arena, SIZE_MAX / 2, 4));
	assert_true(pq_arena_is_exhausted(&arena));
	pq_arena_reset(&arena, 0);
	assert_null(pq_arena_alloc(&arena, SIZE_MAX));
	assert_true(pq_arena_is_exhausted(&arena));
	pq_arena_done(&arena);
}

static void test_reset_keeps_one_block(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	for (int i = 0; i < 1000; i++)
		pq_arena_alloc(&arena, 1000);
	pq_arena_reset(&arena, 64 * 1024);
	assert_in_range(arena.reserved, 1, 64 * 1024 + 64);
	size_t reserved = arena.reserved;
	for (int i = 0; i < 10; i++)
		pq_arena_alloc(&arena, 1000);
	assert_int_equal(arena.reserved, reserved);
	pq_arena_done(&arena);
	assert_int_equal(arena.reserved, 0);
}

static void test_wiping_leaves_nothing(void **state)
{
	(void)state;
	struct pq_arena arena;
	char *pieces[300];
	pq_arena_init(&arena, 0);
	for (size_t i = 0; i < 300; i++) {
		pieces[i] = pq_arena_alloc_bytes(&arena, 100);
		memset(pieces[i], 'k', 100);
	}
	pq_arena_wipe(&arena);
	for (size_t i = 0; i < 300; i++) {
		for (size_t j = 0; j < 100; j++)
			assert_int_equal(pieces[i][j], 0);
	}
	pq_arena_done(&arena);
}

static void test_grow_stays_in_place_when_last(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	char *text = pq_arena_grow(&arena, NULL, 0, 4);
	memcpy(text, "abcd", 4);
	assert_ptr_equal(pq_arena_grow(&arena, text, 4, 100), text);
	pq_arena_alloc_bytes(&arena, 1);
	char *moved = pq_arena_grow(&arena, text, 100, 200);
	assert_ptr_not_equal(moved, text);
	assert_memory_equal(moved, "abcd", 4);
	char *next = pq_arena_alloc_bytes(&arena, 1);
	assert_true(next >= moved + 200);
	pq_arena_done(&arena);
}

static void test_copies_and_formats(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 5000);
	struct pq_string copy = pq_arena_copy(&arena, PQ_S("a\0b"));
	assert_int_equal(copy.length, 3);
	assert_memory_equal(copy.data, "a\0b", 4);
	assert_string_equal(pq_arena_copy(&arena, (struct pq_string){ 0 }).data, "");
	assert_string_equal(pq_arena_copy_lower(&arena, PQ_S("@AzZ[\xC3\x84")).data,
			    "@azz[\xC3\x84");
	struct pq_string text = pq_arena_format(&arena, "%s %d", "is", 7);
	assert_string_equal(text.data, "is 7");
	assert_int_equal(text.length, 4);
	assert_null(pq_arena_format(&arena, "%6000d", 1).data);
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gives_aligned_zeroed_memory),
		cmocka_unit_test(test_nothing_from_an_empty_arena_is_a_pointer),
		cmocka_unit_test(test_cap_exhausts),
		cmocka_unit_test(test_gives_back_to_a_mark),
		cmocka_unit_test(test_impossible_sizes_exhaust),
		cmocka_unit_test(test_reset_keeps_one_block),
		cmocka_unit_test(test_wiping_leaves_nothing),
		cmocka_unit_test(test_grow_stays_in_place_when_last),
		cmocka_unit_test(test_copies_and_formats),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
