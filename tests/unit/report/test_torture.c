/* Reports while memory runs out, ever later: a failure that is told, or the whole report. */
#include "harness/allocation.h"
#include "report/report.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { OUT_BYTES = 16 * 1024 };

static const char long_name[] =
	"a name that is longer than what a buffer takes at first, so that it has to grow when it "
	"is shown: 0123456789012345678901234567890123456789012345678901234567890123456789";

static const struct pq_check_finding findings[] = {
	{ .field = PQ_LITERAL("spec.size"),
	  .reason = PQ_LITERAL("FieldValueInvalid"),
	  .message = PQ_LITERAL("Invalid value: \x1b"),
	  .line = 1,
	  .column = 7,
	  .offset = 6 },
	{ .severity = PQ_CHECK_WARNING, .message = PQ_LITERAL("old"), .line = 1, .column = 1 },
};

static const struct pq_status refusal = { .code = 422, .message = PQ_LITERAL("no") };

static const struct pq_check_outcome outcomes[] = {
	{ .file = PQ_LITERAL("a.yaml"),
	  .line = 1,
	  .column = 1,
	  .api_version = PQ_LITERAL("example.com/v1"),
	  .kind = PQ_LITERAL("Thing"),
	  .name = PQ_LITERAL(long_name),
	  .verdict = PQ_CHECK_INVALID,
	  .findings = findings,
	  .finding_count = 2,
	  .status = &refusal,
	  .text = PQ_LITERAL("size: 7") },
	{ .file = PQ_LITERAL("b.yaml"),
	  .line = 1,
	  .column = 1,
	  .kind = PQ_LITERAL("Other"),
	  .verdict = PQ_CHECK_UNKNOWN },
};

/* False when it could not be done. */
static bool print(enum pq_report_format format, const char *known, FILE *out, FILE *messages)
{
	struct pq_check_summary summary = { .documents = 2 };
	struct pq_report_options options = {
		.format = format,
		.out = out,
		.messages = messages,
		.columns = 80,
	};
	struct pq_error error;
	if (known != NULL) {
		options.baseline = pq_report_baseline_new(pq_string_from(known), &error);
		if (options.baseline == NULL)
			return false;
	}
	struct pq_report *report = pq_report_new(&options);
	if (report == NULL)
		return false;
	struct pq_check_sink *sink = pq_report_sink(report);
	sink->begin(sink);
	for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
		sink->tell(sink, &outcomes[i]);
	sink->end(sink, &summary);
	bool fine = pq_report_finish(report, &summary);
	pq_report_free(report);
	return fine;
}

/* What is printed, with the allocation that fails; nothing when that is told. */
static bool print_with(size_t failures, enum pq_report_format format, const char *known,
		       char text[OUT_BYTES])
{
	static char messages[OUT_BYTES];
	FILE *out = fmemopen(text, OUT_BYTES, "w");
	FILE *other = fmemopen(messages, OUT_BYTES, "w");
	assert_non_null(out);
	assert_non_null(other);
	setvbuf(out, NULL, _IONBF, 0);
	setvbuf(other, NULL, _IONBF, 0);
	test_allocation_fail_from(failures);
	bool fine = print(format, known, out, other);
	test_allocation_never_fail();
	fclose(out);
	fclose(other);
	return fine;
}

static void test_memory(void **state)
{
	(void)state;
	static char want[OUT_BYTES], got[OUT_BYTES];
	for (int format = PQ_REPORT_TEXT; format <= PQ_REPORT_TAP; format++) {
		assert_true(print_with(SIZE_MAX, (enum pq_report_format)format, NULL, want));
		assert_true(want[0] != '\0');
		size_t failures = 0;
		while (!print_with(failures, (enum pq_report_format)format, NULL, got))
			failures++;
		assert_true(failures > 0);
		assert_string_equal(got, want);
	}
}

static void test_memory_of_a_baseline(void **state)
{
	(void)state;
	static char known[OUT_BYTES], got[OUT_BYTES];
	assert_true(print_with(SIZE_MAX, PQ_REPORT_JSON, NULL, known));
	size_t failures = 0;
	while (!print_with(failures, PQ_REPORT_GITHUB, known, got))
		failures++;
	assert_true(failures > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_memory_of_a_baseline),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
