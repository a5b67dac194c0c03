#include "base/hash.h"
#include "json/read.h"
#include "json/value.h"
#include "json/write.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct pq_value read_text(struct pq_arena *arena, const char *text)
{
	struct pq_value value;
	struct pq_error error;
	if (!pq_json_read_copy(arena, pq_string_from(text), NULL, &value, &error))
		fail_msg("%s: %s", text, error.message);
	return value;
}

static void test_finds_members_of_objects_of_any_size(void **state)
{
	(void)state;
	static const size_t sizes[] = { 0, 1, 7, 8, 9, 16, 17, 1000 };
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_member *members = pq_arena_alloc_array(&arena, 1000, sizeof *members);
		for (size_t j = 0; j < sizes[i]; j++) {
			members[j].key = pq_arena_format(&arena, "key%zu", j);
			members[j].value = pq_value_from_integer((int64_t)j);
		}
		struct pq_value object;
		assert_true(pq_value_from_members(&arena, members, sizes[i], &object));
		assert_int_equal(object.object->count, sizes[i]);
		for (size_t j = 0; j < sizes[i]; j++) {
			const struct pq_value *found = pq_value_find(&object, members[j].key);
			assert_int_equal(found->integer, j);
			assert_ptr_equal(found, &object.object->members[j].value);
		}
		assert_null(pq_value_find(&object, PQ_S("key")));
		assert_null(pq_value_find(&object, PQ_S("")));
		pq_arena_done(&arena);
	}
}

static void test_makes_objects_with_one_member_changed(void **state)
{
	(void)state;
	static const struct {
		const char *object;
		const char *member; /* NULL: left out */
		const char *want;
	} cases[] = {
		{ "{\"a\":1,\"k\":2,\"b\":3}", "[4]", "{\"a\":1,\"k\":[4],\"b\":3}" },
		{ "{\"a\":1}", "null", "{\"a\":1,\"k\":null}" },
		{ "{\"a\":1,\"k\":2,\"b\":3}", NULL, "{\"a\":1,\"b\":3}" },
		{ "{\"a\":1}", NULL, "{\"a\":1}" },
		{ "[1]", "5", "{\"k\":5}" },
		{ "null", NULL, "{}" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_value object = read_text(&arena, cases[i].object), member;
		struct pq_value want = read_text(&arena, cases[i].want);
		if (cases[i].member != NULL)
			member = read_text(&arena, cases[i].member);
		assert_true(pq_value_with_member(&arena, &object, PQ_S("k"),
						 cases[i].member == NULL ? NULL : &member,
						 &object));
		assert_true(pq_value_equal(&object, &want));
		pq_arena_done(&arena);
	}
}

static void test_last_of_equal_keys_wins_in_the_first_place(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_value object;
	struct pq_member members[] = {
		{ .key = PQ_LITERAL("a"), .value = pq_value_from_integer(1) },
		{ .key = PQ_LITERAL("b"), .value = pq_value_from_integer(2) },
		{ .key = PQ_LITERAL("a"), .value = pq_value_from_integer(3) },
	};
	pq_arena_init(&arena, 0);
	assert_true(pq_value_from_members(&arena, members, 3, &object));
	assert_int_equal(object.object->count, 2);
	assert_int_equal(object.object->members[0].value.integer, 3);
	pq_arena_done(&arena);
}

static void test_removes_members(void **state)
{
	(void)state;
	enum { COUNT = 50, STEP = 7 };
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_object *object = pq_object_new(&arena, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		struct pq_string key = pq_arena_format(&arena, "key%zu", i);
		struct pq_value made;
		struct pq_member member = { .key = key, .offset = (uint32_t)i };
		assert_true(pq_value_from_members(&arena, &member, 1, &made));
		assert_true(pq_object_put(object, &made.object->members[0]));
	}
	/* All that are left are found after every step. */
	for (size_t removed = 0; removed < COUNT; removed++) {
		const struct pq_string key =
			pq_arena_format(&arena, "key%zu", removed * STEP % COUNT);
		assert_true(pq_object_remove(object, key));
		assert_false(pq_object_remove(object, key));
		for (size_t i = 0; i < COUNT; i++) {
			struct pq_string other =
				pq_arena_format(&arena, "key%zu", i * STEP % COUNT);
			const struct pq_member *found =
				pq_object_find(object, other, pq_hash(other));
			assert_int_equal(found != NULL, i > removed);
			if (found != NULL)
				assert_true(pq_string_equal(found->key, other));
		}
		if (removed % 3 == 0)
			continue;
		pq_object_close_gaps(object);
		assert_int_equal(object->count, COUNT - removed - 1);
		for (uint32_t i = 1; i < object->count; i++)
			assert_true(object->members[i - 1].offset < object->members[i].offset);
	}
	pq_arena_done(&arena);
}

static void test_finds_paths_and_strings(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_value value = read_text(&arena, "{\"a\":{\"b\":{\"c\":\"x\"}},\"n\":1}");
	const struct pq_value *found = pq_value_find_path(&value, 3, "a", "b", "c");
	assert_true(pq_string_is(pq_value_string(found), "x"));
	assert_ptr_equal(pq_value_find_path(&value, 0), &value);
	assert_null(pq_value_find_path(&value, 3, "a", "x", "c"));
	assert_null(pq_value_find_path(&value, 2, "n", "b"));
	assert_null(pq_value_find_string(&value, PQ_S("n")).data);
	assert_null(pq_value_find_string(&value, PQ_S("absent")).data);
	pq_arena_done(&arena);
}

static void test_equality_is_that_of_decoded_values(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		bool want;
	} cases[] = {
		{ "null", "null", true },
		{ "null", "false", false },
		{ "true", "true", true },
		{ "true", "false", false },
		{ "1", "1", true },
		{ "1", "2", false },
		{ "1", "1.0", false },
		{ "1.0", "1e0", true },
		{ "0", "-0", true },
		{ "9223372036854775807", "9223372036854775808", false },
		{ "\"a\\u0000b\"", "\"a\\u0000b\"", true },
		{ "\"a\\u0000b\"", "\"a\\u0000c\"", false },
		{ "\"\\u0061\"", "\"a\"", true },
		{ "[]", "[]", true },
		{ "[]", "{}", false },
		{ "[1,2]", "[1,2]", true },
		{ "[1,2]", "[2,1]", false },
		{ "[1,2]", "[1,2,3]", false },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true },
		{ "{\"a\":1,\"b\":2}", "{\"a\":1,\"c\":2}", false },
		{ "{\"a\":null}", "{}", false },
		{ "{\"a\":null}", "{\"b\":null}", false },
		{ "[[{\"a\":[1,{\"b\":\"x\"}]}]]", "[[{\"a\":[1,{\"b\":\"x\"}]}]]", true },
		{ "[[{\"a\":[1,{\"b\":\"x\"}]}]]", "[[{\"a\":[1,{\"b\":\"y\"}]}]]", false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_value a = read_text(&arena, cases[i].a);
		struct pq_value b = read_text(&arena, cases[i].b);
		if (pq_value_equal(&a, &b) != cases[i].want ||
		    pq_value_equal(&b, &a) != cases[i].want)
			fail_msg("%s and %s", cases[i].a, cases[i].b);
		pq_arena_done(&arena);
	}
}

static void test_copy_outlives_its_source(void **state)
{
	(void)state;
	static const char text[] = "{\"a\":[1,\"x\\ty\",{\"b\":[[],{}]},2.5],\"c\":{\"d\":null}}";
	struct pq_arena source, target;
	pq_arena_init(&source, 0);
	pq_arena_init(&target, 0);
	struct pq_value value = read_text(&source, text), copy;
	assert_true(pq_value_copy(&target, &value, &copy));
	assert_true(pq_value_equal(&value, &copy));
	assert_int_equal(copy.object->members[0].offset, value.object->members[0].offset);
	pq_arena_done(&source);
	struct pq_buffer buffer;
	pq_buffer_init(&buffer, 0);
	pq_json_write(&buffer, &copy, PQ_JSON_COMPACT);
	assert_true(pq_string_is(pq_buffer_view(&buffer), text));
	pq_buffer_done(&buffer);
	pq_arena_done(&target);
}

static void test_copy_of_any_depth(void **state)
{
	(void)state;
	enum { DEPTH = 10000 };
	static char text[2 * DEPTH + 1];
	memset(text, '[', DEPTH);
	memset(text + DEPTH, ']', DEPTH);
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_value value = read_text(&arena, text), copy;
	assert_true(pq_value_copy(&arena, &value, &copy));
	assert_true(pq_value_equal(&value, &copy));
	pq_arena_done(&arena);
}

static void test_locates_in_lines_and_characters(void **state)
{
	(void)state;
	static const char text[] = "a\nbé€x\n\nz";
	static const struct {
		uint32_t offset, line, column;
	} cases[] = {
		{ 0, 1, 1 }, { 1, 1, 2 }, { 2, 2, 1 },  { 3, 2, 2 },  { 5, 2, 3 },
		{ 8, 2, 4 }, { 9, 2, 5 }, { 10, 3, 1 }, { 11, 4, 1 }, { 99, 4, 2 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint32_t line, column;
		pq_source_locate(pq_string_from(text), cases[i].offset, &line, &column);
		assert_int_equal(line, cases[i].line);
		assert_int_equal(column, cases[i].column);
	}
}

/* Who chooses the values must not choose their hashes. */
static void test_hashes_of_scalars_differ(void **state)
{
	(void)state;
	enum { COUNT = 1000 };
	uint32_t hashes[3 * COUNT];
	size_t same = 0;
	for (int64_t i = 0; i < COUNT; i++) {
		struct pq_value low = pq_value_from_integer(i);
		struct pq_value folded = pq_value_from_integer((i + 1) << 32 | (i + 1));
		struct pq_value number = pq_value_from_double((double)i + 0.5);
		hashes[3 * i] = pq_value_hash_scalar(&low);
		hashes[3 * i + 1] = pq_value_hash_scalar(&folded);
		hashes[3 * i + 2] = pq_value_hash_scalar(&number);
	}
	for (size_t i = 0; i < 3 * COUNT; i++) {
		for (size_t j = 0; j < i; j++)
			same += hashes[i] == hashes[j];
	}
	assert_in_range(same, 0, 3);
	struct pq_value zero = pq_value_from_double(0.0), minus = pq_value_from_double(-0.0);
	assert_true(pq_value_equal(&zero, &minus));
	assert_int_equal(pq_value_hash_scalar(&zero), pq_value_hash_scalar(&minus));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hashes_of_scalars_differ),
		cmocka_unit_test(test_finds_members_of_objects_of_any_size),
		cmocka_unit_test(test_makes_objects_with_one_member_changed),
		cmocka_unit_test(test_last_of_equal_keys_wins_in_the_first_place),
		cmocka_unit_test(test_removes_members),
		cmocka_unit_test(test_finds_paths_and_strings),
		cmocka_unit_test(test_equality_is_that_of_decoded_values),
		cmocka_unit_test(test_copy_outlives_its_source),
		cmocka_unit_test(test_copy_of_any_depth),
		cmocka_unit_test(test_locates_in_lines_and_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
