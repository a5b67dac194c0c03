#include "report/baseline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct pq_check_outcome hello = {
	.file = PQ_LITERAL("anywhere.yaml"),
	.kind = PQ_LITERAL("MyApp"),
	.namespace = PQ_LITERAL("team"),
	.name = PQ_LITERAL("hello"),
};

static const struct pq_check_finding required = {
	.field = PQ_LITERAL("spec.image"),
	.reason = PQ_LITERAL("FieldValueRequired"),
	.message = PQ_LITERAL("Required value"),
	.line = 99,
	.column = 9,
};

#define HELLO(findings)                                                                            \
	"{\"file\":\"a.yaml\",\"kind\":\"MyApp\",\"namespace\":\"team\",\"name\":\"hello\","       \
	"\"findings\":[" findings "]}"
#define REQUIRED                                                                                   \
	"{\"severity\":\"error\",\"path\":\"spec.image\",\"reason\":\"FieldValueRequired\","       \
	"\"message\":\"Required value\",\"line\":3,\"column\":1}"

static struct pq_report_baseline *read_baseline(const char *text)
{
	struct pq_error error;
	struct pq_report_baseline *baseline = pq_report_baseline_new(pq_string_from(text), &error);
	assert_non_null(baseline);
	return baseline;
}

static void test_knows_wherever_it_stands(void **state)
{
	(void)state;
	struct pq_report_baseline *baseline =
		read_baseline("{\"documents\":[" HELLO(REQUIRED) "],\"summary\":{}}");
	assert_int_equal(pq_report_baseline_gone(baseline), 1);
	assert_true(pq_report_baseline_knows(baseline, &hello, &required));
	/* Once, as it was found once. */
	assert_false(pq_report_baseline_knows(baseline, &hello, &required));
	assert_int_equal(pq_report_baseline_known(baseline), 1);
	assert_int_equal(pq_report_baseline_gone(baseline), 0);
	pq_report_baseline_free(baseline);
}

static void test_every_part_counts(void **state)
{
	(void)state;
	for (size_t part = 0; part < 6; part++) {
		struct pq_report_baseline *baseline =
			read_baseline("{\"documents\":[" HELLO(REQUIRED) "]}");
		struct pq_check_outcome outcome = hello;
		struct pq_check_finding finding = required;
		struct pq_string *parts[] = {
			&outcome.kind,  &outcome.namespace, &outcome.name,
			&finding.field, &finding.reason,    &finding.message
		};
		*parts[part] = PQ_S("other");
		assert_false(pq_report_baseline_knows(baseline, &outcome, &finding));
		assert_int_equal(pq_report_baseline_gone(baseline), 1);
		pq_report_baseline_free(baseline);
	}
}

static void test_counts_equal_findings(void **state)
{
	(void)state;
	struct pq_report_baseline *baseline = read_baseline(
		"{\"documents\":[" HELLO(REQUIRED "," REQUIRED) "," HELLO(REQUIRED) "]}");
	assert_true(pq_report_baseline_knows(baseline, &hello, &required));
	assert_true(pq_report_baseline_knows(baseline, &hello, &required));
	assert_int_equal(pq_report_baseline_gone(baseline), 1);
	pq_report_baseline_free(baseline);
}

static void test_what_could_not_be_read(void **state)
{
	(void)state;
	struct pq_report_baseline *baseline = read_baseline("{\"documents\":[" HELLO(
		REQUIRED) ",{\"verdict\":\"unreadable\",\"findings\":[" REQUIRED "]}]}");
	struct pq_check_outcome outcome = hello;
	assert_int_equal(pq_report_baseline_gone(baseline), 1);
	outcome.verdict = PQ_CHECK_UNREADABLE;
	assert_false(pq_report_baseline_knows(baseline, &outcome, &required));
	outcome.verdict = PQ_CHECK_INVALID;
	assert_true(pq_report_baseline_knows(baseline, &outcome, &required));
	pq_report_baseline_free(baseline);
}

/* What JSON cannot hold was replaced when the baseline was written. */
static void test_invalid_utf8(void **state)
{
	(void)state;
	struct pq_report_baseline *baseline =
		read_baseline("{\"documents\":[{\"name\":\"a\\ufffd\",\"findings\":[{\"message\":"
			      "\"\\u009b\"}]}]}");
	const struct pq_check_outcome outcome = { .name = PQ_S("a\xff") };
	const struct pq_check_finding finding = { .message = PQ_S("\xc2\x9b") };
	assert_true(pq_report_baseline_knows(baseline, &outcome, &finding));
	pq_report_baseline_free(baseline);
}

static void test_what_is_no_baseline(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "{}", "[]", "{\"documents\":{}}",
					     "{\"documents\":[" };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct pq_error error;
		assert_null(pq_report_baseline_new(pq_string_from(texts[i]), &error));
		assert_int_equal(error.code, PQ_ERROR_INVALID);
	}
	static const char *const odd[] = { "{\"documents\":[]}",
					   "{\"documents\":[1,{\"findings\":1}]}",
					   "{\"documents\":[{\"findings\":[1,null]}]}" };
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
		pq_report_baseline_free(read_baseline(odd[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_knows_wherever_it_stands),
		cmocka_unit_test(test_every_part_counts),
		cmocka_unit_test(test_counts_equal_findings),
		cmocka_unit_test(test_what_could_not_be_read),
		cmocka_unit_test(test_invalid_utf8),
		cmocka_unit_test(test_what_is_no_baseline),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
