/* The grammar and error texts of Go's regexp/syntax. */
#include "regex/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct accepted_row {
	const char *pattern;
	const char *text;
	bool matches;
};

static const struct accepted_row accepted[] = {
	{ "", "", true },
	{ "a|b|cd", "xcdx", true },
	{ "^[a-z]+$", "abc", true },
	{ "^[a-z]+$", "abc\n", false }, /* $ is the text's end, not a line's */
	{ "^[a-z]+$", "xABC", false },
	{ "(?P<year>\\d{4})-(?<month>\\d\\d)", "on 2026-11", true },
	{ "\\Qa.b\\E+", "a.bbb", true },
	{ "\\Qa.b", "axb", false },
	{ "x{,3}", "x{,3}", true },
	{ "x{2", "x{2", true },
	{ "^x{2,3}$", "xxxx", false },
	{ "(?i)straße", "STRASSE", false },
	{ "(?i)straße", "STRAßE", true },
	{ "(?i)k", "\u212a", true },
	{ "(?i:a)b", "Ab", true },
	{ "(?i:a)b", "AB", false },
	{ "a(?i)b(?-i)c", "aBc", true },
	{ "(a(?i)b)c", "aBC", false },
	{ "^.$", "\n", false },
	{ "(?s)^.$", "\n", true },
	{ "(?m)^b$", "a\nb\nc", true },
	{ "a.*?b", "a\xc3\xbc b", true },
	{ "^[]a]+$", "]a", true },
	{ "^[a-]+$", "a-a", true },
	{ "^[^\\d]$", "\n", true },
	{ "^[[:alpha:]_]+$", "ab_", true },
	{ "^[[:^alpha:]]$", "1", true },
	{ "^[[:alpha]+$", "a:[", true },
	{ "^\\pL+$", "\u00e4\u03c9", true },
	{ "^\\p{Lowercase_Letter}+$", "a\u00e4", true },
	{ "^\\p{^greek}$", "a", true },
	{ "^\\P{Greek}$", "\u03c9", false },
	{ "^\\p{Cn}$", "\u0378", true },
	{ "^\\P{Assigned}$", "\u0378", true },
	{ "^\\pC$", "\u0378", true },
	{ "^\\PC$", "\u0378", false },
	{ "^[a\\p{LC}]$", "Z", true },
	{ "^\\p{ascii}+$", "a~", true },
	{ "\\x41\\x{42}\\103\\07", "ABC\a", true },
	{ "\\.\\_\\-\\/", "._-/", true },
	{ "\\bfoo\\b", "a foo b", true },
	{ "a\\z", "a\n", false },
	{ "()*", "", true },
	{ "(?:(?:a{10}){10}){10}", "a", false },
	{ "^(a|ab)(c|bcd)$", "abcd", true },
	{ "^b((a{1000}){0}){1000}$", "b", true },
	{ "^b\\Qxa\\E{0}$", "bx", true },
	{ "^b(?:a|(c{0}))$", "b", true },
	{ "^ba{100}(?i){0}(?m){100}C$", "bc", true },
	{ "a*\\Q\\E{2}b", "aab", true },
	{ "\\B", "a\u017fa", false }, /* not within the character in the middle either */
};

static void test_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
		const struct accepted_row *row = &accepted[i];
		struct pq_error error = { 0 };
		const struct pq_regex *regex =
			pq_regex_compile(pq_string_from(row->pattern), &error);
		if (regex == NULL)
			fail_msg("%s: %s", row->pattern, error.message);
		if (pq_regex_search(regex, pq_string_from(row->text)) != row->matches)
			fail_msg("%s on \"%s\": want %d", row->pattern, row->text, row->matches);
		pq_regex_unref(regex);
	}
}

struct refused_row {
	const char *pattern;
	const char *error;
};

static const struct refused_row refused[] = {
	{ "(", "missing closing ): `(`" },
	{ "a)", "unexpected ): `a)`" },
	{ "a)(", "unexpected ): `a)(`" },
	{ "[a", "missing closing ]: `[a`" },
	{ "x[", "missing closing ]: `[`" },
	{ "[]", "missing closing ]: `[]`" },
	{ "[b-a]", "invalid character class range: `b-a`" },
	{ "[[:word:][:foo:]]", "invalid character class range: `[:foo:]`" },
	{ "\\pX", "invalid character class range: `\\pX`" },
	{ "\\p", "invalid character class range: `\\p`" },
	{ "\\p{Foo}", "invalid character class range: `\\p{Foo}`" },
	{ "\\p{Old_Italic}", "invalid character class range: `\\p{Old_Italic}`" },
	{ "\\p{L", "invalid character class range: `\\p{L`" },
	{ "*a", "missing argument to repetition operator: `*`" },
	{ "(*)", "missing argument to repetition operator: `*`" },
	{ "a|+?b", "missing argument to repetition operator: `+?`" },
	{ "a**", "invalid nested repetition operator: `**`" },
	{ "a+?*", "invalid nested repetition operator: `+?*`" },
	{ "a{2}{3}?", "invalid nested repetition operator: `{2}{3}?`" },
	{ "a{1001}", "invalid repeat count: `{1001}`" },
	{ "a{2,1}", "invalid repeat count: `{2,1}`" },
	{ "a{9999999999}", "invalid repeat count: `{9999999999}`" },
	{ "(a{100}){11}", "invalid repeat count: `{11}`" },
	{ "a\\", "trailing backslash at end of expression: ``" },
	{ "\\C", "invalid escape sequence: `\\C`" },
	{ "\\8", "invalid escape sequence: `\\8`" },
	{ "\\1", "invalid escape sequence: `\\1`" },
	{ "\\Z", "invalid escape sequence: `\\Z`" },
	{ "\\xg0", "invalid escape sequence: `\\xg0`" },
	{ "\\x{110000}", "invalid escape sequence: `\\x{110000`" },
	{ "[a-\\d]", "invalid escape sequence: `\\d`" },
	{ "(?P<n-a>x)", "invalid named capture: `(?P<n-a>`" },
	{ "(?<>x)", "invalid named capture: `(?<>`" },
	{ "(?P<name", "invalid named capture: `(?P<name`" },
	{ "(?P=n)", "invalid or unsupported Perl syntax: `(?P`" },
	{ "(?=a)", "invalid or unsupported Perl syntax: `(?=`" },
	{ "(?<a", "invalid named capture: `(?<a`" },
	{ "(?i-)", "invalid or unsupported Perl syntax: `(?i-)`" },
	{ "(?i", "invalid or unsupported Perl syntax: `(?i`" },
	{ "a\xff", "invalid UTF-8: `\xff`" },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		const struct refused_row *row = &refused[i];
		struct pq_error error = { 0 };
		char want[256];
		snprintf(want, sizeof want, "error parsing regexp: %s", row->error);
		if (pq_regex_compile(pq_string_from(row->pattern), &error) != NULL)
			fail_msg("%s is accepted", row->pattern);
		assert_string_equal(error.message, want);
		assert_int_equal(error.code, PQ_ERROR_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests_name("regex/syntax", tests, NULL, NULL);
}
