#include "base/map.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { KEYS = 700, STEPS = 10000 };

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static struct pq_string key_of(size_t number, char text[16])
{
	int length = snprintf(text, 16, "key-%zu", number);
	return (struct pq_string){ .data = text, .length = (size_t)length };
}

/* A model that cannot be wrong: one place for each possible key. */
static void test_agrees_with_a_model(void **state)
{
	(void)state;
	static char values[STEPS];
	void *model[KEYS] = { 0 };
	size_t count = 0;
	uint32_t seed = 7;
	struct pq_map map;
	pq_map_init(&map);
	for (size_t step = 0; step < STEPS; step++) {
		char text[16];
		size_t number = next_random(&seed) % KEYS;
		struct pq_string key = key_of(number, text);
		if (next_random(&seed) % 2 == 0) {
			void *replaced;
			assert_true(pq_map_put(&map, key, &values[step], &replaced));
			assert_ptr_equal(replaced, model[number]);
			count += model[number] == NULL;
			model[number] = &values[step];
		} else {
			assert_ptr_equal(pq_map_take(&map, key), model[number]);
			count -= model[number] != NULL;
			model[number] = NULL;
		}
		number = next_random(&seed) % KEYS;
		assert_ptr_equal(pq_map_find(&map, key_of(number, text)), model[number]);
		assert_int_equal(map.count, count);
	}
	for (size_t i = 0; i < map.count; i++)
		assert_ptr_equal(pq_map_find(&map, map.entries[i].key), map.entries[i].value);
	pq_map_done(&map);
}

static void test_keeps_order_and_copies_of_keys(void **state)
{
	(void)state;
	struct pq_map map;
	char text[16], value;
	pq_map_init(&map);
	assert_null(pq_map_find(&map, PQ_S("a")));
	assert_null(pq_map_take(&map, PQ_S("a")));
	for (size_t i = 0; i < 100; i++)
		assert_true(pq_map_put(&map, key_of(i, text), &value, NULL));
	for (size_t i = 0; i < 100; i++)
		assert_true(pq_string_equal(map.entries[i].key, key_of(i, text)));
	pq_map_done(&map);
}

static void test_keys_are_bytes(void **state)
{
	(void)state;
	struct pq_map map;
	char a, b, c;
	pq_map_init(&map);
	assert_true(pq_map_put(&map, PQ_S("x\0y"), &a, NULL));
	assert_true(pq_map_put(&map, PQ_S("x\0z"), &b, NULL));
	assert_true(pq_map_put(&map, (struct pq_string){ 0 }, &c, NULL));
	assert_ptr_equal(pq_map_find(&map, PQ_S("x\0y")), &a);
	assert_ptr_equal(pq_map_find(&map, PQ_S("x\0z")), &b);
	assert_ptr_equal(pq_map_find(&map, PQ_S("")), &c);
	assert_null(pq_map_find(&map, PQ_S("x")));
	pq_map_done(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agrees_with_a_model),
		cmocka_unit_test(test_keeps_order_and_copies_of_keys),
		cmocka_unit_test(test_keys_are_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
