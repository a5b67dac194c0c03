#include "yaml/write.h"

#include "yaml/read.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct writing {
	const char *name;
	const char *in; /* JSON */
	const char *want;
};

static const struct writing writings[] = {
	{ "members and items stand in their order, lists below their key",
	  "{\"b\":{\"d\":[1,2],\"c\":true},\"a\":null}",
	  "b:\n  d:\n  - 1\n  - 2\n  c: true\na: null\n" },
	{ "what is in a list begins behind its dash",
	  "[{\"name\":\"one\",\"of\":{\"x\":1}},[[\"x\"]]]",
	  "- name: one\n  of:\n    x: 1\n- - - x\n" },
	{ "what is empty", "{\"aa\":{},\"bb\":[],\"cc\":\"\"}", "aa: {}\nbb: []\ncc: \"\"\n" },
	{ "a scalar", "\"text\"", "text\n" },
	{ "numbers", "[1,-2.5,1e-7,1e21]", "- 1\n- -2.5\n- 1e-7\n- 1e+21\n" },
	{ "strings that YAML takes for something else",
	  "[\"true\",\"No\",\"on\",\"null\",\"~\",\"1\",\"1e3\",\"0x1F\",\"1:30\",\"2001-01-01\","
	  "\".5\","
	  "\".inf\",\"y\",\"=\",\"<<\"]",
	  "- \"true\"\n- \"No\"\n- \"on\"\n- \"null\"\n- \"~\"\n- \"1\"\n- \"1e3\"\n- \"0x1F\"\n"
	  "- \"1:30\"\n- \"2001-01-01\"\n- \".5\"\n- \".inf\"\n- \"y\"\n- \"=\"\n- \"<<\"\n" },
	{ "strings with signs of YAML",
	  "[\"a: b\",\"a #b\",\"- a\",\"*a\",\"@a\",\"a\\\"b\\\\\",\" a\",\"a \"]",
	  "- \"a: b\"\n- \"a #b\"\n- \"- a\"\n- \"*a\"\n- \"@a\"\n- \"a\\\"b\\\\\"\n- \" a\"\n- "
	  "\"a \"\n" },
	{ "keys are strings too", "{\"true\":1,\"a:b\":2}", "\"true\": 1\n\"a:b\": 2\n" },
	{ "several lines", "{\"a\":\"one\\n  two\\n\\nthree\\n\",\"b\":[\"x\\ny\"]}",
	  "a: |\n  one\n    two\n\n  three\nb:\n- |-\n  x\n  y\n" },
	{ "lines that no literal block keeps", "[\" a\\nb\",\"\\na\",\"a\\n\\n\",\"a\\r\\nb\"]",
	  "- \" a\\nb\"\n- \"\\na\"\n- \"a\\n\\n\"\n- \"a\\u000d\\nb\"\n" },
	{ "characters that YAML has no place for",
	  "[\"\\u0000\",\"\\u007f\",\"\\u0085\",\"\\u2028\",\"\\ufeff\",\"\\ud83d\\ude00\"]",
	  "- \"\\u0000\"\n- \"\\u007f\"\n- \"\\u0085\"\n- \"\\u2028\"\n- \"\\ufeff\"\n- "
	  "\"\xf0\x9f\x98\x80\"\n" },
};

static void read_json(struct pq_arena *arena, const char *text, struct pq_value *value)
{
	struct pq_error error;
	assert_true(pq_json_read_copy(arena, pq_string_from(text), NULL, value, &error));
}

/* What is written says the same when it is read. */
static void assert_reads_back(struct pq_arena *arena, const char *name, struct pq_string text,
			      const struct pq_value *value)
{
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON };
	struct pq_value again;
	struct pq_error error;
	if (!pq_yaml_read(arena, text, &options, &again, &error))
		fail_msg("%s: %s in\n%.*s", name, error.message, PQ_STRING_ARGUMENT(text));
	if (!pq_value_equal(value, &again))
		fail_msg("%s: something else is read from\n%.*s", name, PQ_STRING_ARGUMENT(text));
}

static void test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof writings / sizeof writings[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_cleanup_buffer struct pq_buffer text;
		struct pq_value value;
		pq_arena_init(&arena, 0);
		pq_buffer_init(&text, 0);
		read_json(&arena, writings[i].in, &value);
		pq_yaml_write(&text, &value);
		assert_false(pq_buffer_failed(&text));
		if (!pq_string_is(pq_buffer_view(&text), writings[i].want))
			fail_msg("%s: got\n%.*s, not\n%s", writings[i].name,
				 PQ_STRING_ARGUMENT(pq_buffer_view(&text)), writings[i].want);
		assert_reads_back(&arena, writings[i].name, pq_buffer_view(&text), &value);
	}
}

/* A key longer than what a reader looks ahead for its colon. */
static void test_long_key(void **state)
{
	(void)state;
	enum { LENGTH = 5000 };
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer text;
	struct pq_value inner = pq_value_from_integer(1), value;
	pq_arena_init(&arena, 0);
	pq_buffer_init(&text, 0);
	char *key = pq_arena_alloc_bytes(&arena, LENGTH);
	assert_non_null(key);
	memset(key, 'k', LENGTH);
	struct pq_member member = { .key = { key, LENGTH }, .value = inner };
	assert_true(pq_value_from_members(&arena, &member, 1, &member.value));
	assert_true(pq_value_from_members(&arena, &member, 1, &value));
	pq_yaml_write(&text, &value);
	assert_reads_back(&arena, "long key", pq_buffer_view(&text), &value);
}

static void test_cap(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer text;
	struct pq_value value;
	pq_arena_init(&arena, 0);
	pq_buffer_init(&text, 4);
	read_json(&arena, "{\"a\":[1,2,3]}", &value);
	pq_yaml_write(&text, &value);
	assert_true(pq_buffer_failed(&text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_long_key),
		cmocka_unit_test(test_cap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
