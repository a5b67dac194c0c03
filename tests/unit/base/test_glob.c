#include "base/glob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_matches_paths(void **state)
{
	(void)state;
	static const struct {
		const char *pattern;
		const char *path;
		bool want;
	} cases[] = {
		{ "a.yaml", "a.yaml", true },
		{ "a.yaml", "b/a.yaml", false },
		{ "*.yaml", "a.yaml", true },
		{ "*.yaml", ".yaml", true },
		{ "*.yaml", "a/b.yaml", false },
		{ "*a*b*c*", "xxaxxbxxcxx", true },
		{ "*a*b*c*", "xxaxxcxxbxx", false },
		{ "a?c", "abc", true },
		{ "a?c", "ac", false },
		{ "a?c", "a/c", false },
		{ "[a-c]x", "bx", true },
		{ "[a-c]x", "dx", false },
		{ "[!a-c]x", "dx", true },
		{ "[^a-c]x", "ax", false },
		{ "[]a]x", "]x", true },
		{ "[a-]x", "-x", true },
		{ "[ax", "[ax", true },
		{ "\\*", "*", true },
		{ "\\*", "a", false },
		{ "a\\", "a\\", true },
		{ "**/a", "a", true },
		{ "**/a", "x/y/a", true },
		{ "**/a", "x/ya", false },
		{ "a/**", "a", false },
		{ "a/**", "a/b", true },
		{ "a/**", "a/b/c", true },
		{ "a/**/b", "a/b", true },
		{ "a/**/b", "a/x/y/b", true },
		{ "a/**/b", "a/x/y/c", false },
		{ "**/a/**/b", "x/a/a/y/b", true },
		{ "**", "a/b", true },
		{ "a**b", "axxb", true },
		{ "deploy/*/app-[0-9].yaml", "deploy/prod/app-7.yaml", true },
		{ "", "", true },
		{ "", "a", false },
		{ "a/", "a", false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		if (pq_glob_match(pq_string_from(cases[i].pattern),
				  pq_string_from(cases[i].path)) != cases[i].want)
			fail_msg("%s against %s", cases[i].pattern, cases[i].path);
	}
}

static void test_knows_where_to_look(void **state)
{
	(void)state;
	static const struct {
		const char *pattern;
		const char *folder;
		bool want;
	} cases[] = {
		{ "a.yaml", "", true },
		{ "a.yaml", "a.yaml", false },
		{ "deploy/*/a.yaml", "x", false },
		{ "deploy/*/a.yaml", "deploy", true },
		{ "deploy/*/a.yaml", "deploy/x", true },
		{ "deploy/*/a.yaml", "deploy/x/y", false },
		{ "a/**/b", "a/x/y/z", true },
		{ "a/**/b", "b", false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		if (pq_glob_may_match_below(pq_string_from(cases[i].pattern),
					    pq_string_from(cases[i].folder)) != cases[i].want)
			fail_msg("%s below %s", cases[i].pattern, cases[i].folder);
	}
}

/* Backtracking that forgot its bounds would take longer than anybody waits. */
static void test_takes_no_time_that_explodes(void **state)
{
	(void)state;
	char pattern[2001], path[4001];
	for (size_t i = 0; i < 1000; i++)
		memcpy(pattern + 2 * i, "*a", 2);
	memset(path, 'a', 4000);
	pattern[2000] = '\0';
	path[3999] = 'b';
	path[4000] = '\0';
	assert_false(pq_glob_match(pq_string_from(pattern), pq_string_from(path)));
	for (size_t i = 1; i < 4000; i += 2)
		path[i] = '/';
	assert_false(pq_glob_match(PQ_S("**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/b"),
				   pq_string_from(path)));
}

/* Whoever looked for its end behind each "[" would take minutes. */
static void test_sets_without_an_end(void **state)
{
	static char pattern[1000001], path[4001];
	(void)state;
	memset(pattern, '[', sizeof pattern - 1);
	memset(path, '[', sizeof path - 1);
	pattern[0] = '*';
	assert_false(pq_glob_match(pq_string_from(pattern), pq_string_from(path)));
	assert_true(pq_glob_match(PQ_S("*[[[b"), PQ_S("[[[[b")));
	assert_true(pq_glob_match(PQ_S("[]"), PQ_S("[]")));
	assert_true(pq_glob_match(PQ_S("[ab][["), PQ_S("a[[")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches_paths),
		cmocka_unit_test(test_knows_where_to_look),
		cmocka_unit_test(test_takes_no_time_that_explodes),
		cmocka_unit_test(test_sets_without_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
