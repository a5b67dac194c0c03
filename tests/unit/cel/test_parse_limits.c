/* What strangers may ask of the parser, and what it says to more. */
#include "cel/explain/predict.h"
#include "cel/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct fixture {
	struct pq_arena arena;
	struct pq_buffer text;
	struct pq_cel_tree tree;
	struct pq_cel_issues issues;
};

static int setup(void **state)
{
	static struct fixture fixture;
	pq_arena_init(&fixture.arena, 0);
	pq_buffer_init(&fixture.text, 0);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;
	pq_buffer_done(&fixture->text);
	pq_arena_done(&fixture->arena);
	return 0;
}

static void append(struct fixture *fixture, const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pq_buffer_append_text(&fixture->text, text);
}

/* Parses what has been appended. want is the issue's first line, or NULL for none. */
static void expect(struct fixture *fixture, uint8_t version, const char *want)
{
	struct pq_string text = pq_buffer_view(&fixture->text);
	bool parsed =
		pq_cel_parse(&fixture->arena, text, version, &fixture->tree, &fixture->issues);
	struct pq_string shown = pq_cel_issues_format(&fixture->issues, &fixture->arena);
	struct pq_string line = { 0 };
	if (!parsed)
		pq_string_split(&shown, '\n', &line);
	if (parsed != (want == NULL) || (want != NULL && !pq_string_is(line, want)))
		fail_msg("%.60s: %.*s", text.data, PQ_STRING_ARGUMENT(line));
	fixture->text.length = 0;
	pq_arena_reset(&fixture->arena, 0);
}

static void test_size(void **state)
{
	struct fixture *fixture = *state;
	append(fixture, "a", PQ_CEL_CODE_POINTS_MAX);
	expect(fixture, 36, NULL);
	append(fixture, "a", PQ_CEL_CODE_POINTS_MAX + 1);
	expect(fixture, 36,
	       "ERROR: <input>:-1:0: expression code point size exceeds limit: size: 100001, limit "
	       "100000");
	append(fixture, "'", 1);
	append(fixture, "\xf0\x9f\x98\x80", PQ_CEL_CODE_POINTS_MAX - 2);
	append(fixture, "'", 1);
	expect(fixture, 36, NULL);
	append(fixture, "'", 1);
	append(fixture, "x", 5 << 20);
	append(fixture, "'", 1);
	expect(fixture, 36,
	       "ERROR: <input>:-1:0: expression code point size exceeds limit: size: 5242882, "
	       "limit 100000");
	append(fixture, "$", PQ_CEL_CODE_POINTS_MAX);
	expect(fixture, 36, "ERROR: <input>:1:1: Syntax error: token recognition error at: '$'");
}

struct nesting_row {
	const char *open;
	const char *inner;
	const char *close;
	size_t most;
	const char *beyond;
};

static const char too_open[] = "ERROR: <input>:-1:0: expression recursion limit exceeded: 250";
static const char too_deep[] = "ERROR: <input>:-1:0: max recursion depth exceeded";

static const struct nesting_row nestings[] = {
	{ "(", "a", ")", 249, too_open },   { "[", "", "]", 250, too_open },
	{ "f(", "a", ")", 249, too_open },  { "{1: ", "1", "}", 249, too_open },
	{ "", "a", ".b", 250, too_deep },   { "", "a", "[0]", 250, too_deep },
	{ "", "a", " + b", 250, too_deep }, { "a ? b : ", "c", "", 249, too_open },
	{ "", "a", " || b", 20000, NULL },  { "", "a", ".b.all(x, x)", 125, too_deep },
};

static void test_nesting(void **state)
{
	struct fixture *fixture = *state;
	for (size_t i = 0; i < sizeof nestings / sizeof *nestings; i++) {
		const struct nesting_row *row = &nestings[i];
		for (size_t depth = row->most; depth <= 8000;
		     depth += depth == row->most ? 1 : 7749) {
			append(fixture, row->open, depth);
			append(fixture, row->inner, 1);
			append(fixture, row->close, depth);
			expect(fixture, 36, depth == row->most ? NULL : row->beyond);
		}
	}
}

/* Each doubles what is before it. */
static void test_expansion(void **state)
{
	struct fixture *fixture = *state;
	append(fixture, "a", 1);
	append(fixture, ".optMap(x, x)", 12);
	expect(fixture, 36, NULL);
	append(fixture, "a", 1);
	append(fixture, ".optMap(x, x)", 100);
	expect(fixture, 36,
	       "ERROR: <input>:-1:0: expression has more than 200000 parts when its macros are "
	       "expanded");
}

struct recovery_row {
	const char *start;
	const char *text;
	size_t count;
	const char *issue; /* one of them */
};

static const struct recovery_row recoveries[] = {
	{ "", "$ ", 150, "\n1 more errors were truncated" },
	{ "(", "1 ", 300, ":-1:0: error recovery token lookahead limit exceeded: 256" },
	{ "", "f(1 2) + ", 40, ":1:275: Syntax error: error recovery attempt limit exceeded: 30" },
};

static void test_recovery(void **state)
{
	struct fixture *fixture = *state;
	for (size_t i = 0; i < sizeof recoveries / sizeof *recoveries; i++) {
		const struct recovery_row *row = &recoveries[i];
		append(fixture, row->start, 1);
		append(fixture, row->text, row->count);
		append(fixture, "1", 1);
		assert_false(pq_cel_parse(&fixture->arena, pq_buffer_view(&fixture->text), 36,
					  &fixture->tree, &fixture->issues));
		struct pq_string shown = pq_cel_issues_format(&fixture->issues, &fixture->arena);
		if (memmem(shown.data, shown.length, row->issue, strlen(row->issue)) == NULL)
			fail_msg("%s not in %.*s", row->issue, PQ_STRING_ARGUMENT(shown));
		fixture->text.length = 0;
	}
}

struct version_row {
	const char *text;
	uint8_t version;
	const char *issue;
};

static const struct version_row versions[] = {
	{ "a.?b", 27, "ERROR: <input>:1:2: unsupported syntax '.?'" },
	{ "a.?b", 28, NULL },
	{ "a[?0]", 27, "ERROR: <input>:1:2: unsupported syntax '[?'" },
	{ "[?a]", 27, "ERROR: <input>:1:2: unsupported syntax '?'" },
	{ "{?a: b}", 27, "ERROR: <input>:1:2: unsupported syntax '?'" },
	{ "m{?a: b}", 27, "ERROR: <input>:1:3: unsupported syntax '?'" },
	{ "{?a: b}", 28, NULL },
	/* No macro yet: whatever stands there. */
	{ "a.optMap(1, x)", 27, NULL },
	{ "a.optMap(1, x)", 28,
	  "ERROR: <input>:1:10: optMap() variable name must be a simple identifier" },
	{ "a.all(x, x, x)", 31, NULL },
	{ "a.all(x, x, x)", 32, "ERROR: <input>:1:10: duplicate variable name: x" },
	{ "1.sortBy(x, x)", 33, NULL },
	{ "1.sortBy(x, x)", 34,
	  "ERROR: <input>:1:1: sortBy can only be applied to a list, identifier, comprehension, "
	  "call or select expression" },
};

static void test_versions(void **state)
{
	struct fixture *fixture = *state;
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		append(fixture, versions[i].text, 1);
		expect(fixture, versions[i].version, versions[i].issue);
	}
}

/* A prediction gives up when it has taken too many steps. */
static void test_prediction(void **state)
{
	struct fixture *fixture = *state;
	struct pq_cel_predictor predictor;
	struct pq_cel_tokens tokens;
	const struct pq_cel_caller caller = { 0 };
	const struct pq_cel_atn *atn = pq_cel_atn_new(&fixture->arena);
	assert_in_range(atn->count, 1, PQ_CEL_STATES_MAX);
	pq_cel_issues_init(&fixture->issues, &fixture->arena, PQ_S("a.b"));
	pq_cel_tokens_init(&tokens, &fixture->arena, &fixture->issues);
	pq_cel_predictor_init(&predictor, &fixture->arena, atn, &tokens);
	uint16_t primary = atn->rules[PQ_CEL_RULE_PRIMARY].choice;
	struct pq_cel_prediction prediction = pq_cel_predict(&predictor, primary, 0, 0, &caller);
	assert_int_equal(prediction.alternative, 1);
	assert_false(predictor.failed);
	pq_cel_predictor_done(&predictor);
	pq_cel_predictor_init(&predictor, &fixture->arena, atn, &tokens);
	predictor.steps = 5;
	prediction = pq_cel_predict(&predictor, primary, 0, 0, &caller);
	assert_int_equal(prediction.alternative, 0);
	assert_true(predictor.failed);
	pq_cel_predictor_done(&predictor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_size, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nesting, setup, teardown),
		cmocka_unit_test_setup_teardown(test_expansion, setup, teardown),
		cmocka_unit_test_setup_teardown(test_recovery, setup, teardown),
		cmocka_unit_test_setup_teardown(test_versions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_prediction, setup, teardown),
	};
	return cmocka_run_group_tests_name("cel/parse_limits", tests, NULL, NULL);
}
