/* Expressions written anew: one form, and the same meaning. */
#include "cel/parse.h"
#include "cel/unparse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct row {
	const char *text;
	const char *want;
};

static const struct row rows[] = {
	{ "self.a.b  // comment", "self.a.b" },
	{ "(a)", "a" },
	{ "((a + b)) * c", "(a + b) * c" },
	{ "a + b * c", "a + b * c" },
	{ "a - (b - c) - d", "a - (b - c) - d" },
	{ "(a < b) == (c in d)", "a < b == (c in d)" },
	{ "a || (b || c) && d", "a || (b || c) && d" },
	{ "a || b || c || d", "a || b || c || d" },
	{ "a ? b : (c ? d : e)", "a ? b : c ? d : e" },
	{ "(a ? b : c) ? (d ? e : f) : g", "(a ? b : c) ? (d ? e : f) : g" },
	{ "!(a && b)", "!(a && b)" },
	{ "!!!a", "!a" },
	{ "-(-a)", "-(-a)" },
	{ "-(1) + -1 - -1.5", "-(1) + -1 - -1.5" },
	{ "---1.?a[0].b()", "-(1.?a[0].b())" },
	{ "-(-1[0])", "-(-1[0])" },
	{ "!-1", "!-1" },
	{ "-1.size()", "-1.size()" },
	{ "(-a).b + (a + b)[0].c(d)", "(-a).b + (a + b)[0].c(d)" },
	{ ".f(a,b) + .g", ".f(a, b) + .g" },
	{ "a[?0].?b[c]", "a[?0].?b[c]" },
	{ "[1,?a,2u,]", "[1, ?a, 2u]" },
	{ "{'a':1,?b:c}", "{\"a\": 1, ?b: c}" },
	{ "a.B{c:1,?d:e}", "a.B{c: 1, ?d: e}" },
	{ "[,]+[{,}]", "[] + [{}]" },
	{ "1.0 + 1e6 + 1e21 + 1e-7", "1.0 + 1000000.0 + 1e+21 + 1e-7" },
	{ "r'\\d' + '\\'\"\\n\\u00e9'", "\"\\\\d\" + \"'\\\"\\n\xc3\xa9\"" },
	{ "b'a\\xff\\\"'", "b\"a\\xff\\x22\"" },
	{ "null == true", "null == true" },
	{ "has(a.b) && !has(a.?b.c)", "has(a.b) && !has(a.?b.c)" },
	{ "a.all(x,x>0)||a.map(i, v , i)", "a.all(x, x > 0) || a.map(i, v, i)" },
	{ "a.optMap(x, x).b.filter(y, y.exists(z,z))",
	  "a.optMap(x, x).b.filter(y, y.exists(z, z))" },
	{ "a.sortBy(x, -x)[0]", "a.sortBy(x, -x)[0]" },
};

static void unparse(struct pq_arena *arena, struct pq_string text, struct pq_buffer *written)
{
	struct pq_cel_tree tree;
	struct pq_cel_issues issues;
	pq_buffer_init_in(written, arena, 0);
	if (pq_cel_parse(arena, text, 36, &tree, &issues))
		pq_cel_unparse(written, tree.root);
}

static void test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_buffer once, again;
		pq_arena_init(&arena, 0);
		unparse(&arena, pq_string_from(rows[i].text), &once);
		struct pq_string got = pq_buffer_view(&once);
		if (!pq_string_equal(got, pq_string_from(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].text, PQ_STRING_ARGUMENT(got));
		unparse(&arena, got, &again);
		assert_true(pq_string_equal(pq_buffer_view(&again), got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_forms) };
	return cmocka_run_group_tests_name("cel/unparse", tests, NULL, NULL);
}
