#include "check/comments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_finds_the_source(void **state)
{
	(void)state;
	assert_true(pq_string_is(
		check_find_source_comment(PQ_S("---\n# Source: chart/templates/a.yaml\n# x\n")),
		"chart/templates/a.yaml"));
	assert_int_equal(check_find_source_comment(PQ_S("---\n# a Source: b\n")).length, 0);
	assert_int_equal(check_find_source_comment(PQ_S("")).length, 0);
}

static void test_finds_what_is_ignored(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *text; /* "@" stands in front of the place */
		const char *want; /* reason, or NULL: not ignored */
	} cases[] = {
		{ "in the line", "a: @1 # pratique: ignore old\n", "old" },
		{ "above", "# pratique: ignore  two words \na: @1\n", "two words" },
		{ "further above", "# pratique: ignore x\nb: 1\na: @1\n", NULL },
		{ "in the line above, which is no comment", "b: 1 # pratique: ignore x\na: @1\n",
		  NULL },
		{ "below", "a: @1\n# pratique: ignore x\n", NULL },
		{ "without a reason", "a: @1 # pratique: ignore\n", "" },
		{ "behind another comment", "a: @1 # y # pratique: ignore x\n", "x" },
		{ "no comment", "a: @1#pratique: ignore x\n", NULL },
		{ "no space", "a: @1 #pratique: ignore x\n", "x" },
		{ "no space behind the colon", "a: @1 # pratique:ignore x\n", "x" },
		{ "a colon before the reason", "a: @1 # pratique: ignore: x\n", "x" },
		{ "another word", "a: @1 # pratique: ignored x\n", NULL },
		{ "indented", "a:\n  # pratique: ignore x\n  b: @1", "x" },
		{ "at the start", "@a: 1", NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[128];
		size_t offset = strcspn(cases[i].text, "@");
		struct pq_string reason;
		memcpy(text, cases[i].text, offset);
		strcpy(text + offset, cases[i].text + offset + 1);
		print_message("%s\n", cases[i].name);
		bool got = check_is_ignored_at(pq_string_from(text), offset, &reason);
		assert_int_equal(got, cases[i].want != NULL);
		if (got)
			assert_true(pq_string_is(reason, cases[i].want));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_the_source),
		cmocka_unit_test(test_finds_what_is_ignored),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
