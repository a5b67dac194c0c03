/* What a stranger may send to make reading cost too much, and memory that runs out. */
#include "yaml/read.h"

#include "harness/allocation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void repeat(struct pq_buffer *text, const char *part, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pq_buffer_append_text(text, part);
}

static bool read_text(struct pq_arena *arena, struct pq_string text, size_t alias_nodes_max,
		      struct pq_error *error)
{
	struct pq_yaml_options options = { .alias_nodes_max = alias_nodes_max };
	struct pq_value value;
	return pq_yaml_read(arena, text, &options, &value, error);
}

static void test_flow_depth(void **state)
{
	(void)state;
	for (size_t depth = PQ_YAML_DEPTH_MAX; depth <= PQ_YAML_DEPTH_MAX + 1; depth++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_cleanup_buffer struct pq_buffer text;
		pq_arena_init(&arena, 0);
		pq_buffer_init(&text, 0);
		repeat(&text, "[", depth);
		repeat(&text, "]", depth);
		struct pq_error error;
		bool read = read_text(&arena, pq_buffer_view(&text), 0, &error);
		assert_int_equal(read, depth == PQ_YAML_DEPTH_MAX);
		if (read)
			continue;
		assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
		assert_string_equal(error.message, "exceeded max depth of 10000");
		assert_int_equal(error.column, depth);
	}
}

static void test_block_depth(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer text;
	pq_arena_init(&arena, 0);
	pq_buffer_init(&text, 0);
	repeat(&text, "- ", PQ_YAML_DEPTH_MAX + 1);
	struct pq_error error;
	assert_false(read_text(&arena, pq_buffer_view(&text), 0, &error));
	assert_string_equal(error.message, "exceeded max depth of 10000");
}

/* Depth that no part of the text has by itself. */
static void test_depth_by_aliases(void **state)
{
	(void)state;
	for (size_t depth = PQ_YAML_DEPTH_MAX; depth <= PQ_YAML_DEPTH_MAX + 1; depth++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_cleanup_buffer struct pq_buffer text;
		pq_arena_init(&arena, 0);
		pq_buffer_init(&text, 0);
		size_t half = depth / 2;
		pq_buffer_append_text(&text, "a: &a ");
		repeat(&text, "[", half);
		repeat(&text, "]", half);
		pq_buffer_append_text(&text, "\nb: ");
		repeat(&text, "[", depth - half - 1);
		pq_buffer_append_text(&text, "*a");
		repeat(&text, "]", depth - half - 1);
		struct pq_error error;
		bool read = read_text(&arena, pq_buffer_view(&text), 0, &error);
		assert_int_equal(read, depth == PQ_YAML_DEPTH_MAX);
		if (!read)
			assert_string_equal(error.message, "exceeded max depth of 10000");
	}
}

static void test_flow_work(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer text;
	pq_arena_init(&arena, 0);
	pq_buffer_init(&text, 0);
	repeat(&text, "[", PQ_YAML_DEPTH_MAX - 1);
	repeat(&text, "1,", PQ_YAML_FLOW_WORK_MAX / PQ_YAML_DEPTH_MAX);
	struct pq_error error;
	assert_false(read_text(&arena, pq_buffer_view(&text), 0, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_string_equal(error.message, "too much is nested too deeply in [] and {}");
}

/* Each document for itself would be fine. */
static void test_flow_work_of_documents(void **state)
{
	(void)state;
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	for (int i = 0; i < 5; i++) {
		pq_buffer_append_text(&text, "--- ");
		repeat(&text, "[", PQ_YAML_DEPTH_MAX - 1);
		repeat(&text, "]", PQ_YAML_DEPTH_MAX - 1);
		pq_buffer_append_byte(&text, '\n');
	}
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream =
		pq_yaml_stream_new(pq_buffer_view(&text), NULL);
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_value value;
	struct pq_error error;
	size_t read = 0;
	enum pq_yaml_result result;
	while ((result = pq_yaml_stream_next(stream, &arena, &value, NULL, &error)) ==
	       PQ_YAML_DOCUMENT)
		read++;
	assert_int_equal(result, PQ_YAML_FAILED);
	assert_in_range(read, 1, 4);
	assert_string_equal(error.message, "too much is nested too deeply in [] and {}");
}

static void test_tag_directives(void **state)
{
	(void)state;
	for (int count = PQ_YAML_TAG_DIRECTIVES_MAX; count <= PQ_YAML_TAG_DIRECTIVES_MAX + 1;
	     count++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_cleanup_buffer struct pq_buffer text;
		pq_arena_init(&arena, 0);
		pq_buffer_init(&text, 0);
		for (int i = 0; i < count; i++)
			pq_buffer_append_format(&text, "%%TAG !e%d! tag:x,%d:\n", i, i);
		pq_buffer_append_text(&text, "---\na: 1\n");
		struct pq_error error;
		bool read = read_text(&arena, pq_buffer_view(&text), 0, &error);
		assert_int_equal(read, count == PQ_YAML_TAG_DIRECTIVES_MAX);
		if (!read)
			assert_string_equal(error.message, "more than 100 %TAG directives");
	}
}

/* Ten names, each worth nine of the one before: 9^9 nodes from a few hundred bytes. */
static const char billion_laughs[] = "a: &a [x,x,x,x,x,x,x,x,x]\n"
				     "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
				     "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
				     "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
				     "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
				     "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
				     "g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n"
				     "h: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n"
				     "i: &i [*h,*h,*h,*h,*h,*h,*h,*h,*h]\n";

static void test_billion_laughs(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 1024 * 1024);
	struct pq_error error;
	assert_false(read_text(&arena, pq_string_from(billion_laughs), 0, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_string_equal(error.message, "document contains excessive aliasing");
	assert_true(error.line > 1);
}

/* Go would read them all, in time that grows with their square. */
static void test_digits_of_a_number(void **state)
{
	(void)state;
	for (size_t digits = 4096; digits <= 4097; digits++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_cleanup_buffer struct pq_buffer text;
		pq_arena_init(&arena, 0);
		pq_buffer_init(&text, 0);
		pq_buffer_append_text(&text, "0.");
		repeat(&text, "1", digits - 2);
		struct pq_yaml_options options = { .alias_nodes_max = 0 };
		struct pq_value value;
		struct pq_error error;
		assert_true(pq_yaml_read(&arena, pq_buffer_view(&text), &options, &value, &error));
		assert_int_equal(value.kind, digits == 4096 ? PQ_DOUBLE : PQ_STRING);
	}
}

static void test_alias_budget(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_error error;
	struct pq_string text = PQ_S("- &a [1, 2, 3]\n- *a\n- *a\n");
	assert_true(read_text(&arena, text, 8, &error));
	assert_false(read_text(&arena, text, 7, &error));
	assert_string_equal(error.message, "document contains excessive aliasing");
	assert_int_equal(error.line, 3);
}

static void test_merged_mappings_stay_in_the_arena_limit(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	pq_buffer_append_text(&text, "a: &a {");
	for (int i = 0; i < 1000; i++)
		pq_buffer_append_format(&text, "k%d: 1, ", i);
	pq_buffer_append_text(&text, "}\nb: {");
	repeat(&text, "<<: *a, ", 100);
	pq_buffer_append_text(&text, "}\n");
	pq_arena_init(&arena, 1024 * 1024);
	struct pq_error error;
	assert_false(read_text(&arena, pq_buffer_view(&text), 0, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_string_equal(error.message, "document is too large");
}

/* Each of the mappings around it gets a copy of every member. */
static void test_merges_in_merges(void **state)
{
	enum { MEMBERS = 1000 };
	(void)state;
	for (size_t merges = PQ_YAML_MERGED_MEMBERS_MAX / MEMBERS;
	     merges <= PQ_YAML_MERGED_MEMBERS_MAX / MEMBERS + 1; merges++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_cleanup_buffer struct pq_buffer text;
		pq_arena_init(&arena, 0);
		pq_buffer_init(&text, 0);
		repeat(&text, "{<<: ", merges);
		pq_buffer_append_text(&text, "{");
		for (int i = 0; i < MEMBERS; i++)
			pq_buffer_append_format(&text, "k%d: 1, ", i);
		repeat(&text, "}", merges + 1);
		struct pq_error error;
		bool read = read_text(&arena, pq_buffer_view(&text), 0, &error);
		assert_int_equal(read, merges == PQ_YAML_MERGED_MEMBERS_MAX / MEMBERS);
		if (read)
			continue;
		assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
		assert_string_equal(error.message,
				    "more than 1000000 members are merged by \"<<\"");
		assert_int_equal(error.line, 1);
	}
}

static void test_small_arena(void **state)
{
	(void)state;
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	repeat(&text, "- some text that takes its place\n", 10000);
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 64 * 1024);
	struct pq_error error;
	assert_false(read_text(&arena, pq_buffer_view(&text), 0, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_true(error.line > 1);
}

/* One line, and a word that each look at the line's rest would make quadratic: a minute. */
static void test_long_lines(void **state)
{
	(void)state;
	static const char *const words[] = { "'a', ", "\"a\", ", "a, ", "{a: b}, ", "[\"\\n\"], " };
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_cleanup_buffer struct pq_buffer text;
		pq_arena_init(&arena, 0);
		pq_buffer_init(&text, 0);
		pq_buffer_append_text(&text, "a: [");
		repeat(&text, words[i], 500000);
		pq_buffer_append_text(&text, "a]\n");
		struct pq_error error;
		assert_true(read_text(&arena, pq_buffer_view(&text), 0, &error));
	}
}

/* Memory runs out at ever later places; a reading that fails leaves nothing behind. */
static void run_out_of_memory(struct pq_string text)
{
	bool done = false;
	size_t failures = 0;
	for (size_t n = 0; !done; n++) {
		struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_findings findings;
		pq_findings_init(&findings, &arena, 0);
		struct pq_yaml_options options = { .findings = &findings };
		struct pq_value value = pq_value_from_integer(7);
		struct pq_error error = { 0 };
		test_allocation_fail_from(n);
		done = pq_yaml_read(&arena, text, &options, &value, &error);
		test_allocation_never_fail();
		pq_arena_done(&arena);
		if (done)
			continue;
		failures++;
		assert_true(error.code == PQ_ERROR_MEMORY || error.code == PQ_ERROR_TOO_LARGE);
		assert_int_equal(value.integer, 7);
	}
	assert_true(failures > 3);
}

/* With libyaml, without it, and with it from a late place on. */
static void test_memory_runs_out(void **state)
{
	(void)state;
	run_out_of_memory(PQ_S("base: &base {a: 1, b: [x, 0x10]}\n"
			       "more:\n  <<: [*base, {c: 1.5}]\n  !!binary aGk=: |\n    text\n"
			       "many: {a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9}\n"));
	run_out_of_memory(PQ_S("a:\n- b: |\n    x\n    y\n  c: 'it''s'\n- [d, {e: f}]\n"
			       "g: one\n  two\nh:\n  i:\n    j: \"\\n\"\nh: 1\n"));
	run_out_of_memory(PQ_S("a:\n- b: |\n    x\n    y\nh: 1\nh: 2\nc: !!str 1\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flow_depth),
		cmocka_unit_test(test_block_depth),
		cmocka_unit_test(test_depth_by_aliases),
		cmocka_unit_test(test_flow_work),
		cmocka_unit_test(test_flow_work_of_documents),
		cmocka_unit_test(test_tag_directives),
		cmocka_unit_test(test_billion_laughs),
		cmocka_unit_test(test_digits_of_a_number),
		cmocka_unit_test(test_alias_budget),
		cmocka_unit_test(test_merged_mappings_stay_in_the_arena_limit),
		cmocka_unit_test(test_merges_in_merges),
		cmocka_unit_test(test_small_arena),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_memory_runs_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
