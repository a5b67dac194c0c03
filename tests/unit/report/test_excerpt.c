#include "report/excerpt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct excerpt_case {
	const char *name;
	struct pq_string text;
	uint32_t offset;
	size_t columns;
	const char *want;
};

static const struct excerpt_case cases[] = {
	{ "a line among others", PQ_LITERAL("a: 1\nb: 2\nc: 3\n"), 8, 80,
	  "    7 | b: 2\n      |    ^\n" },
	{ "the last line without an end", PQ_LITERAL("a: 1\nb: 2"), 5, 80,
	  "    7 | b: 2\n      | ^\n" },
	{ "the end of the text", PQ_LITERAL("a: 1"), 4, 80, "    7 | a: 1\n      |     ^\n" },
	{ "an empty text", PQ_LITERAL(""), 0, 80, "    7 | \n      | ^\n" },
	{ "carriage returns", PQ_LITERAL("a: 1\r\nb: 2\r\n"), 3, 80,
	  "    7 | a: 1\n      |    ^\n" },
	{ "tabs", PQ_LITERAL("\t{\t\"a\": 1}"), 3, 80,
	  "    7 |     {    \"a\": 1}\n      |          ^\n" },
	{ "wide and combining characters", PQ_LITERAL("日本e\u0301: x"), 11, 80,
	  "    7 | 日本e\u0301: x\n      |        ^\n" },
	{ "control characters and bytes that are no UTF-8", PQ_LITERAL("\x1b[2J\xff: \xc2\x9b"), 7,
	  80, "    7 | \\x1b[2J\\xff: \\u009b\n      |              ^\n" },
	{ "a long line, its start", PQ_LITERAL("abcdefghijklmnopqrstuvwxyz0123456789"), 2, 40,
	  "    7 | abcdefghijklmnopqrstuvwxyz0123…\n      |   ^\n" },
	{ "its middle", PQ_LITERAL("abcdefghijklmnopqrstuvwxyz0123456789"), 18, 40,
	  "    7 | …defghijklmnopqrstuvwxyz0123456…\n      |                 ^\n" },
	{ "its end", PQ_LITERAL("abcdefghijklmnopqrstuvwxyz0123456789"), 35, 40,
	  "    7 | …ghijklmnopqrstuvwxyz0123456789\n      |                               ^\n" },
	{ "a narrow terminal", PQ_LITERAL("abcdefghijklmnopqrstuvwxyz"), 0, 1,
	  "    7 | abcdefghijklmnopqrst…\n      | ^\n" },
};

static void test_excerpts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct report_excerpt excerpt = {
			.text = cases[i].text,
			.offset = cases[i].offset,
			.line = 7,
			.columns = cases[i].columns,
			.colour = "",
			.plain = "",
		};
		pq_cleanup_buffer struct pq_buffer out;
		pq_buffer_init(&out, 0);
		print_message("%s\n", cases[i].name);
		report_write_excerpt(&out, &excerpt);
		pq_buffer_append_byte(&out, '\0');
		assert_string_equal(out.data, cases[i].want);
	}
}

static void test_colours(void **state)
{
	(void)state;
	const struct report_excerpt excerpt = {
		.text = PQ_S("a: 1"),
		.line = 12345678,
		.columns = 80,
		.colour = "<",
		.plain = ">",
	};
	pq_cleanup_buffer struct pq_buffer out;
	pq_buffer_init(&out, 0);
	report_write_excerpt(&out, &excerpt);
	pq_buffer_append_byte(&out, '\0');
	assert_string_equal(out.data, "12345678 | a: 1\n         | <^>\n");
}

/* A document of one line is not read through for each of its findings, and characters are not cut
 * apart where reading ends. */
static void test_lines_without_end(void **state)
{
	(void)state;
	enum { CHARACTERS = 100000 };
	char *text = malloc(CHARACTERS * 2);
	assert_non_null(text);
	for (size_t i = 0; i < CHARACTERS; i++)
		memcpy(text + 2 * i, "é", 2);
	for (uint32_t offset = 60000; offset < 60004; offset += 2) {
		const struct report_excerpt excerpt = {
			.text = { .data = text, .length = CHARACTERS * 2 },
			.offset = offset,
			.line = 1,
			.columns = 2 * CHARACTERS,
			.colour = "",
			.plain = "",
		};
		pq_cleanup_buffer struct pq_buffer out;
		pq_buffer_init(&out, 0);
		report_write_excerpt(&out, &excerpt);
		assert_true(out.length < 4 * PQ_REPORT_EXCERPT_BYTES_MAX);
		pq_buffer_append_byte(&out, '\0');
		assert_null(strstr(out.data, "\\x"));
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_excerpts),
		cmocka_unit_test(test_colours),
		cmocka_unit_test(test_lines_without_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
