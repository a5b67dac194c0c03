/*
 * JUnit XML: a test suite for each file, a test case for each document.
 *
 * There is no standard; this is what the common readers agree on (Jenkins' xUnit plugin, GitLab). A
 * case has at most one failure, whose text tells all findings.
 */
#include "report/format.h"

#include "report/quote.h"

static void write_attribute(struct pq_buffer *out, const char *name, struct pq_string value)
{
	pq_buffer_append_format(out, " %s=\"", name);
	report_quote_xml(out, value);
	pq_buffer_append_byte(out, '"');
}

static void begin(struct pq_report *report)
{
	pq_buffer_append_text(&report->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
					    "<testsuites name=\"pratique check\">\n");
}

static void end_suite(struct pq_report *report)
{
	struct report_suite *suite = &report->suite;
	struct pq_buffer *out = &report->out;
	if (suite->tests == 0)
		return;
	pq_buffer_append_text(out, "<testsuite");
	write_attribute(out, "name", pq_buffer_view(&suite->file));
	pq_buffer_append_format(
		out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"0\">\n",
		suite->tests, suite->failures, suite->errors, suite->skipped);
	pq_buffer_append_string(out, pq_buffer_view(&suite->cases));
	pq_buffer_append_text(out, "</testsuite>\n");
	suite->cases.length = 0;
	suite->tests = suite->failures = suite->errors = suite->skipped = 0;
}

static void begin_suite(struct pq_report *report, struct pq_string file)
{
	struct report_suite *suite = &report->suite;
	if (suite->tests > 0 && pq_string_equal(pq_buffer_view(&suite->file), file))
		return;
	end_suite(report);
	suite->file.length = 0;
	pq_buffer_append_string(&suite->file, file);
}

/* Lines of FILE:LINE:COLUMN: FIELD: MESSAGE. */
static void write_findings(struct pq_report *report, const struct pq_check_outcome *outcome,
			   enum pq_check_severity severity)
{
	struct pq_buffer *cases = &report->suite.cases;
	for (size_t i = 0; i < outcome->finding_count; i++) {
		const struct pq_check_finding *finding = &outcome->findings[i];
		if (finding->severity != severity)
			continue;
		report_quote_xml(cases, outcome->file);
		report_write_place(cases, finding->line, finding->column);
		pq_buffer_append_text(cases, ": ");
		report_quote_xml(cases, report_message(report, finding));
		pq_buffer_append_byte(cases, '\n');
	}
}

static const struct pq_check_finding *find_first(const struct pq_check_outcome *outcome,
						 enum pq_check_severity severity)
{
	for (size_t i = 0; i < outcome->finding_count; i++) {
		if (outcome->findings[i].severity == severity)
			return &outcome->findings[i];
	}
	return NULL;
}

/* <failure> or <error>, with the first finding as its message. */
static void write_failure(struct pq_report *report, const char *element,
			  const struct pq_check_outcome *outcome,
			  const struct pq_check_finding *first)
{
	struct pq_buffer *cases = &report->suite.cases;
	pq_buffer_append_format(cases, "<%s", element);
	write_attribute(cases, "message", report_message(report, first));
	write_attribute(cases, "type", first->reason);
	pq_buffer_append_byte(cases, '>');
	write_findings(report, outcome, PQ_CHECK_ERROR);
	pq_buffer_append_format(cases, "</%s>\n", element);
}

static void write_verdict(struct pq_report *report, const struct pq_check_outcome *outcome)
{
	struct report_suite *suite = &report->suite;
	struct pq_buffer *cases = &suite->cases;
	const struct pq_check_finding *error = find_first(outcome, PQ_CHECK_ERROR);
	if (error != NULL && outcome->verdict == PQ_CHECK_UNREADABLE) {
		suite->errors++;
		write_failure(report, "error", outcome, error);
	} else if (error != NULL) {
		suite->failures++;
		write_failure(report, "failure", outcome, error);
	} else if (outcome->verdict != PQ_CHECK_VALID) {
		suite->skipped++;
		pq_buffer_append_text(cases, "<skipped");
		write_attribute(cases, "message", report_reason_not_judged(outcome));
		pq_buffer_append_text(cases, "/>\n");
	}
	if (find_first(outcome, PQ_CHECK_WARNING) != NULL) {
		pq_buffer_append_text(cases, "<system-out>");
		write_findings(report, outcome, PQ_CHECK_WARNING);
		pq_buffer_append_text(cases, "</system-out>\n");
	}
}

static void tell(struct pq_report *report, const struct pq_check_outcome *outcome)
{
	struct report_suite *suite = &report->suite;
	struct pq_buffer *cases = &suite->cases;
	begin_suite(report, outcome->file);
	suite->tests++;
	pq_buffer_append_text(cases, "<testcase");
	write_attribute(cases, "name", pq_buffer_view(&report->title));
	write_attribute(cases, "classname", outcome->file);
	write_attribute(cases, "file", outcome->file);
	if (outcome->line > 0)
		pq_buffer_append_format(cases, " line=\"%u\"", outcome->line);
	pq_buffer_append_text(cases, " time=\"0\">\n");
	write_verdict(report, outcome);
	pq_buffer_append_text(cases, "</testcase>\n");
}

static void end(struct pq_report *report)
{
	end_suite(report);
	pq_buffer_append_text(&report->out, "</testsuites>\n");
}

const struct report_format report_junit = {
	.begin = begin,
	.tell = tell,
	.end = end,
	.tells_all = true,
};
