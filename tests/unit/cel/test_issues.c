/* How cel-go shows issues: place, line and mark, order, cut. */
#include "cel/issues.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct row {
	const char *text;
	uint32_t offset;
	const char *shown;
};

static const struct row rows[] = {
	{ "self.foo", 4, "ERROR: <input>:1:5: message\n | self.foo\n | ....^" },
	{ "a", 1, "ERROR: <input>:1:2: message\n | a\n | .^" },
	{ "a &&\n\tbc", 7, "ERROR: <input>:2:3: message\n |  bc\n | ..^" },
	{ "a\nb\nc", 2, "ERROR: <input>:2:1: message\n | b\n | ^" },
	{ "a\nb", 1, "ERROR: <input>:1:2: message\n | a\n | .^" },
	{ "a\n", 2, "ERROR: <input>:2:1: message\n | \n | ^" },
	{ "'\xc3\xbc' + \xe4\xb8\xad", 7,
	  "ERROR: <input>:1:7: message\n | '\xc3\xbc' + \xe4\xb8\xad\n | .\uff0e....\uff3e" },
	{ "'\xff'", 2, "ERROR: <input>:1:3: message\n | '\xef\xbf\xbd'\n | .\uff0e^" },
	{ "abc", PQ_CEL_NOWHERE, "ERROR: <input>:-1:0: message" },
	{ "abc", PQ_CEL_BEFORE_START, "ERROR: <input>:1:0: message\n | abc\n | ^" },
	{ "", 0, "ERROR: <input>:1:0: message" },
};

static void expect(const struct pq_cel_issues *issues, struct pq_arena *arena, const char *want)
{
	struct pq_string shown = pq_cel_issues_format(issues, arena);
	if (!pq_string_is(shown, want))
		fail_msg("got:\n%.*s\nwant:\n%s", PQ_STRING_ARGUMENT(shown), want);
}

static void test_one(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pq_cel_issues issues;
		pq_cel_issues_init(&issues, &arena, pq_string_from(rows[i].text));
		pq_cel_issues_add(&issues, rows[i].offset, "%s", "message");
		expect(&issues, &arena, rows[i].shown);
	}
	pq_arena_done(&arena);
}

/* By place; those of one place as they came; those of no place first. */
static void test_order(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_cel_issues issues;
	pq_arena_init(&arena, 0);
	pq_cel_issues_init(&issues, &arena, PQ_S("abc"));
	assert_true(pq_cel_issues_is_empty(&issues));
	pq_cel_issues_add(&issues, 2, "later");
	pq_cel_issues_add(&issues, 1, "one");
	pq_cel_issues_add(&issues, 1, "two");
	pq_cel_issues_add(&issues, PQ_CEL_BEFORE_START, "before");
	pq_cel_issues_add(&issues, PQ_CEL_NOWHERE, "whole");
	expect(&issues, &arena,
	       "ERROR: <input>:-1:0: whole\n"
	       "ERROR: <input>:1:0: before\n | abc\n | ^\n"
	       "ERROR: <input>:1:2: one\n | abc\n | .^\n"
	       "ERROR: <input>:1:2: two\n | abc\n | .^\n"
	       "ERROR: <input>:1:3: later\n | abc\n | ..^");
	pq_cel_issues_cut(&issues, 1);
	expect(&issues, &arena, "ERROR: <input>:1:3: later\n | abc\n | ..^");
	pq_arena_done(&arena);
}

static void test_many(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_cel_issues issues;
	pq_arena_init(&arena, 0);
	pq_cel_issues_init(&issues, &arena, PQ_S("a"));
	for (int i = 0; i < PQ_CEL_ISSUES_MAX + 2; i++)
		pq_cel_issues_add(&issues, PQ_CEL_NOWHERE, "%d", i);
	struct pq_string shown = pq_cel_issues_format(&issues, &arena);
	assert_true(
		pq_string_ends_with(shown, PQ_S("<input>:-1:0: 99\n2 more errors were truncated")));
	pq_arena_done(&arena);
}

/* The line is left out when it is long, the message stands. */
static void test_long_line(void **state)
{
	(void)state;
	static char text[PQ_CEL_SNIPPET_MAX + 1];
	memset(text, 'a', sizeof text);
	struct pq_arena arena;
	struct pq_cel_issues issues;
	pq_arena_init(&arena, 0);
	pq_cel_issues_init(&issues, &arena,
			   (struct pq_string){ .data = text, .length = sizeof text });
	pq_cel_issues_add(&issues, 7, "message");
	assert_true(
		pq_string_is(pq_cel_issues_format(&issues, &arena), "ERROR: <input>:1:8: message"));
	pq_arena_done(&arena);
}

/* An issue that could not be stored counts. */
static void test_exhausted(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_cel_issues issues;
	pq_arena_init(&arena, 1);
	pq_cel_issues_init(&issues, &arena, PQ_S("a"));
	pq_cel_issues_add(&issues, 0, "message");
	assert_false(pq_cel_issues_is_empty(&issues));
	assert_true(pq_arena_is_exhausted(&arena));
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),       cmocka_unit_test(test_order),
		cmocka_unit_test(test_many),      cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_exhausted),
	};
	return cmocka_run_group_tests_name("cel/issues", tests, NULL, NULL);
}
