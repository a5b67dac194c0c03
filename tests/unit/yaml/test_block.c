/* What src/yaml/block.h takes and what it declines, and that what it takes is read as libyaml reads
 * it: texts of ours, and every file of the corpora. */
#include "harness/corpora.h"
#include "harness/yaml_readers.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct example {
	const char *name;
	const char *text;
};

static const struct example taken[] = {
	{ "nothing", "" },
	{ "only a comment", "# nothing\n" },
	{ "an empty document", "---\n" },
	{ "two empty ones", "---\n---\n" },
	{ "a mapping", "a: 1\nb: true\n" },
	{ "without a line's end", "a: 1" },
	{ "spaces at the end", "a: 1   \nb:   \n   " },
	{ "documents", "# one\na: 1\n--- # two\nb: 2\n---\n\n# three\nc: 3\n" },
	{ "a sequence", "- 1\n-\n- # none\n- x\n" },
	{ "nested", "a:\n  b:\n    - c: 1\n      d: 2\n    -\n      e: 3\n  f: g\n" },
	{ "without indentation", "a:\n- 1\n- b: 2\n  c: 3\nd:\n-\n- x\ne:\n" },
	{ "sequences in one line", "- - a\n  - - b\n- -\n" },
	{ "wide steps", "a:\n        b:\n                 c: 1\n                 d: 2\n" },
	{ "nulls", "a:\nb: ~\nc: null\nd:\n  e:\nf:\n" },
	{ "comments", "a: 1 # one\n# two\n  # three\nb: # four\n  c: 3\n" },
	{ "no comments", "a: b#c\nd: '#'\ne: \"x # y\"\nf: #\n" },
	{ "colons", "a: b:c\nhttp://x: y:z\n" },
	{ "colons first", "a: ::/0\nb:\n- :c\n:d: e\n" },
	{ "keys in quotes", "'a b': 1\n\"c\\td\": 2\n'e''f' : 3\ng h : 4\n" },
	{ "many lines", "a: one\n  two\n\n\n  three\nb: 4\n" },
	{ "on a later line", "a:\n  one\n  two\nb:\n  'x'\nc:\n  - y\n    z\n" },
	{ "a dash inside", "a: one\n  - two\n  -three\nb: -1\nc: --d\n" },
	{ "ended by a comment", "a: one # two\nb: one\n  two # three\n" },
	{ "single quotes", "a: 'it''s'\nb: ''\nc: 'x\n  y\n\n  z  '\nd: 'p  \n\n  '\n" },
	{ "double quotes", "a: \"x\\n\\\"y\\\\\"\nb: \"\"\nc: \"x\n  y\n\n  z\"\n" },
	{ "escaped line ends", "a: \"x \\\n  \\ y\\\n\n  z\"\n" },
	{ "literals", "a: |\n  x\n   y\n\n  z\nb: |-\n  x\n\nc: |+\n  x\n\n\nd: |\n" },
	{ "literals at the end", "a: |\n  x" },
	{ "a literal of empty lines", "a: |+\n\n   \n\nb: 1\n" },
	{ "a literal after a wider empty line", "a: |\n     \n  \nb: 1\n" },
	{ "a literal in a sequence", "a:\n- |\n  x\n- |-\n    y\n   \n- z\n" },
	{ "a literal with a tab", "a: |\n  x\n  \ty\t\n" },
	{ "folded", "a: >\n  x\n  y\n\n  z\n   w\n  v\n\n   u\n\n\n  t\nb: >-\n  x\n\n" },
	{ "flow", "a: []\nb: {}\nc: [x, 'y', \"z\", -1]\nd: {e: 1, 'f': [g, {h: i}], \"j\":2}\n" },
	{ "flow with spaces", "a: [ x y , z ] # c\nb: { c: d e , f: [] }\n" },
	{ "flow at the root", "{a: 1}\n---\n[1, 2]\n" },
	{ "flow in a sequence", "- [a]\n- {b: 1}\n-\n  [c]\n" },
	{ "merged", "<<:\n  a: 1\n  b: 2\nb: 3\n" },
	{ "other characters", "\xc3\xa4: \xf0\x9f\x98\x80 x\nb: \"\xe2\x82\xac\"\n" },
	{ "duplicate keys", "a: 1\nb: 2\na: 3\n" },
	{ "numbers", "a: 0x10\nb: 1e3\nc: 0o7\nd: 1_000\ne: .5\nf: 1.0\n" },
};

static const struct example declined[] = {
	{ "an end marker", "a: 1\n...\n" },
	{ "a text behind a marker", "--- a\n" },
	{ "a directive", "%YAML 1.1\n---\na: 1\n" },
	{ "an anchor", "a: &x 1\nb: *x\n" },
	{ "a tag", "a: !!str 1\n" },
	{ "a complex key", "? a\n: b\n" },
	{ "a scalar alone", "abc\n" },
	{ "carriage returns", "a: 1\r\n" },
	{ "a byte order mark", "\xef\xbb\xbf"
			       "a: 1\n" },
	{ "a control character", "a: \x01\n" },
	{ "bytes that are no UTF-8", "a: \xff\n" },
	{ "another line end", "a: x\xe2\x80\xa8y\n" },
	{ "tabs between", "a:\t1\n" },
	{ "a tab as indentation", "a:\n\tb: 1\n" },
	{ "a tab in a plain scalar", "a: x\ty\n" },
	{ "a tab before a literal", "a: |\n\tx\n" },
	{ "flow over lines", "a: [x,\n  y]\n" },
	{ "a comma at the end", "a: [x, ]\n" },
	{ "a pair in a list", "a: [x: y]\n" },
	{ "a key without value", "a: {b, c: 1}\n" },
	{ "a question mark in flow", "a: [x?]\n" },
	{ "an open list", "a: [x\n" },
	{ "behind a list", "a: [x] y\n" },
	{ "a list as a key", "[a]: b\n" },
	{ "two values", "a: b: c\n" },
	{ "a value behind a value", "a: b\n  c: d\n" },
	{ "a sequence behind a key", "a: - b\n" },
	{ "less indentation than before", "a:\n    b: 1\n  c: 2\n" },
	{ "an item in a mapping", "a: 1\n- b\n" },
	{ "a key in a sequence", "- a\nb: 1\n" },
	{ "an open quote", "a: 'x\n" },
	{ "an open quote at the end", "a: 'x" },
	{ "an escape at the end", "a: \"x\\" },
	{ "behind quotes", "a: 'x' y\n" },
	{ "a comment close to quotes", "a: 'x'#y\n" },
	{ "a marker in quotes", "a: 'x\n---\n  y'\n" },
	{ "other escapes", "a: \"\\u0041\"\n" },
	{ "escapes that are none", "a: \"\\/\"\n" },
	{ "given indentation", "a: |2\n  x\n" },
	{ "a literal alone", "|\n  x\n" },
	{ "other starts", "a: @x\nb: `y\n" },
	{ "an escaped blank before a line's end", "a: \"x\\ \n  y\"\n" },
	{ "an anchor in the second document", "a: 1\n---\nb: &x 1\n" },
	{ "an error in the third document", "a: 1\n---\nb: 1\n---\nc: d: e\n" },
	{ "a duplicate before what is declined", "a: 1\na: 2\nb: &x 1\n" },
	{ "a colon first in flow", "a: [:b]\n" },
	{ "a percent sign", "a: %x\n" },
};

static void compare(const char *name, struct pq_string text)
{
	for (int has_findings = 0; has_findings < 2; has_findings++) {
		if (!test_yaml_readers_agree(text, has_findings == 1, 0))
			fail_msg("%s: the readers differ", name);
	}
}

static void test_is_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
		compare(taken[i].name, pq_string_from(taken[i].text));
		if (!test_yaml_block_takes(pq_string_from(taken[i].text)))
			fail_msg("%s: is declined", taken[i].name);
	}
}

static void test_is_declined(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof declined / sizeof declined[0]; i++) {
		compare(declined[i].name, pq_string_from(declined[i].text));
		if (test_yaml_block_takes(pq_string_from(declined[i].text)))
			fail_msg("%s: is taken", declined[i].name);
	}
}

/* Every start of a text, which ends inside whatever can be open. */
static void test_cut_anywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
		struct pq_string text = pq_string_from(taken[i].text);
		for (size_t end = 0; end < text.length; end++)
			compare(taken[i].name, pq_string_slice(text, 0, end));
	}
}

/* Beyond 1024 characters libyaml knows no key; up to 1000 it is not asked. */
static void test_long_keys(void **state)
{
	(void)state;
	for (int length = 990; length < 1040; length++) {
		pq_cleanup_buffer struct pq_buffer text;
		pq_buffer_init(&text, 0);
		pq_buffer_append_times(&text, 'a', (size_t)length);
		pq_buffer_append_text(&text, ": 1\n");
		compare("a long key", pq_buffer_view(&text));
		assert_int_equal(test_yaml_block_takes(pq_buffer_view(&text)), length <= 1000);
	}
}

/* As many as libyaml is spared, though here they are none. */
static void test_directives_that_are_none(void **state)
{
	(void)state;
	static const char *const starts[] = { "a: \"x", "# \xc3\xa4" };
	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
		pq_cleanup_buffer struct pq_buffer text;
		pq_buffer_init(&text, 0);
		pq_buffer_append_text(&text, starts[i]);
		for (int j = 0; j < 200; j++)
			pq_buffer_append_text(&text, i == 0 ? "\n%T" : "%T\xc3\xa4");
		pq_buffer_append_text(&text, i == 0 ? "\"\n" : "\n");
		compare(starts[i], pq_buffer_view(&text));
	}
}

/* What was built before libyaml takes over is gone: the memory that one reading needs is enough. */
static void test_takes_back_what_it_built(void **state)
{
	(void)state;
	struct pq_buffer text;
	pq_buffer_init(&text, 0);
	for (int i = 0; i < 5000; i++)
		pq_buffer_append_format(&text, "key%d: a value of some length\n", i);
	pq_buffer_append_text(&text, "key0: duplicate\nlast: !!str x\n");
	compare("late tag", pq_buffer_view(&text));
	for (size_t limit = 200000; limit < 4000000; limit += 100000) {
		if (!test_yaml_readers_agree(pq_buffer_view(&text), true, limit))
			fail_msg("%zu bytes: the readers differ", limit);
	}
	pq_buffer_done(&text);
}

/* The usual is taken: of the published CRDs all, and what else there is is read the same. */
static void check_folder(const char *relative, bool is_usual)
{
	const char *folder = test_corpus_or_skip(relative);
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	const char **paths;
	size_t count = test_list_files(&arena, folder, ".yaml", &paths);
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		pq_cleanup_arena struct pq_arena file_arena;
		pq_arena_init(&file_arena, 0);
		struct pq_string text = test_read_file(&file_arena, paths[i]);
		compare(paths[i], text);
		if (is_usual && !test_yaml_block_takes(text))
			fail_msg("%s: is declined", paths[i]);
	}
}

static void test_published_crds(void **state)
{
	(void)state;
	check_folder("crds", true);
}

static void test_suite(void **state)
{
	(void)state;
	check_folder("yaml-test-suite", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_taken),
		cmocka_unit_test(test_is_declined),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_long_keys),
		cmocka_unit_test(test_directives_that_are_none),
		cmocka_unit_test(test_takes_back_what_it_built),
		cmocka_unit_test(test_published_crds),
		cmocka_unit_test(test_suite),
	};
	return cmocka_run_group_tests_name("block", tests, NULL, NULL);
}
