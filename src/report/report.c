#include "report/format.h"

#include "report/summary.h"
#include "json/shown.h"

#include <errno.h>
#include <stdlib.h>

enum { FLUSH_BYTES = 64 * 1024 };

static const struct report_format *const formats[] = {
	[PQ_REPORT_TEXT] = &report_text,     [PQ_REPORT_JSON] = &report_json,
	[PQ_REPORT_JUNIT] = &report_junit,   [PQ_REPORT_SARIF] = &report_sarif,
	[PQ_REPORT_GITHUB] = &report_github, [PQ_REPORT_TAP] = &report_tap,
};

static void write_out(struct pq_report *report)
{
	struct pq_buffer *out = &report->out;
	if (out->length > 0 && !report->failed)
		report->failed =
			fwrite(out->data, 1, out->length, report->options.out) != out->length;
	out->length = 0;
}

static void begin(struct pq_check_sink *sink)
{
	struct pq_report *report = (struct pq_report *)sink;
	if (report->format->begin != NULL)
		report->format->begin(report);
}

/* "app.yaml:3:1: not checked: apps/v1 Deployment hello: no schema for this kind" */
static void tell_not_judged(struct pq_report *report, const struct pq_check_outcome *outcome)
{
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	pq_shown_append(&text, outcome->file);
	report_write_place(&text, outcome->line, outcome->column);
	pq_buffer_append_text(&text, ": not checked: ");
	if (outcome->kind.length > 0) {
		pq_shown_append(&text, outcome->api_version);
		pq_buffer_append_byte(&text, ' ');
		pq_buffer_append_string(&text, pq_buffer_view(&report->title));
		pq_buffer_append_text(&text, ": ");
	}
	pq_shown_append(&text, report_reason_not_judged(outcome));
	fprintf(report->options.messages, "%.*s\n", PQ_STRING_ARGUMENT(pq_buffer_view(&text)));
}

/* What the user asked to leave out need not be told again. */
static bool is_surprising(const struct pq_check_outcome *outcome)
{
	return outcome->finding_count == 0 && (outcome->verdict == PQ_CHECK_UNKNOWN ||
					       outcome->verdict == PQ_CHECK_NOT_A_MANIFEST ||
					       outcome->verdict == PQ_CHECK_ENCRYPTED);
}

static void tell(struct pq_check_sink *sink, const struct pq_check_outcome *outcome)
{
	struct pq_report *report = (struct pq_report *)sink;
	const struct pq_check_outcome told = report_gather(&report->gathering, outcome);
	report_kinds_add(&report->kinds, &told);
	report->title.length = 0;
	report_write_title(&report->title, &told);
	report->format->tell(report, &told);
	if (!report->format->tells_all && is_surprising(&told))
		tell_not_judged(report, &told);
	if (report->out.length >= FLUSH_BYTES)
		write_out(report);
}

static void end(struct pq_check_sink *sink, const struct pq_check_summary *summary)
{
	struct pq_report *report = (struct pq_report *)sink;
	report->summary = *summary;
	report_gathering_subtract(&report->gathering, &report->summary);
	if (report->format->end != NULL)
		report->format->end(report);
}

struct pq_report *pq_report_new(const struct pq_report_options *options)
{
	struct pq_report *report = calloc(1, sizeof *report);
	if (report == NULL) {
		pq_report_baseline_free(options->baseline);
		return NULL;
	}
	report->sink = (struct pq_check_sink){ .begin = begin, .tell = tell, .end = end };
	report->options = *options;
	report->format = formats[options->format];
	report->gathering.baseline = options->baseline;
	report_kinds_init(&report->kinds);
	pq_buffer_init(&report->out, 0);
	pq_buffer_init(&report->title, 0);
	pq_buffer_init(&report->message, 0);
	pq_buffer_init(&report->suite.file, 0);
	pq_buffer_init(&report->suite.cases, 0);
	return report;
}

void pq_report_free(struct pq_report *report)
{
	if (report == NULL)
		return;
	pq_buffer_done(&report->suite.cases);
	pq_buffer_done(&report->suite.file);
	pq_buffer_done(&report->message);
	pq_buffer_done(&report->title);
	pq_buffer_done(&report->out);
	report_kinds_done(&report->kinds);
	report_gathering_done(&report->gathering);
	pq_report_baseline_free(report->options.baseline);
	free(report);
}

struct pq_string report_message(struct pq_report *report, const struct pq_check_finding *finding)
{
	report->message.length = 0;
	report_write_finding(&report->message, finding);
	return pq_buffer_view(&report->message);
}

struct pq_check_sink *pq_report_sink(struct pq_report *report)
{
	return &report->sink;
}

static bool is_complete(const struct pq_report *report)
{
	const struct pq_buffer *const buffers[] = { &report->out, &report->title, &report->message,
						    &report->suite.file, &report->suite.cases };
	for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++) {
		if (pq_buffer_failed(buffers[i]))
			return false;
	}
	return !report->gathering.failed && !report->kinds.failed;
}

bool pq_report_finish(struct pq_report *report, struct pq_check_summary *summary)
{
	FILE *messages = report->options.messages;
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	write_out(report);
	if (!is_complete(report)) {
		fputs("pratique: no memory for the output\n", messages);
		return false;
	}
	if (fflush(report->options.out) != 0 || report->failed) {
		fprintf(messages, "pratique: cannot write to standard output: %s\n",
			strerror(errno));
		return false;
	}
	report_write_summary(&text, &report->summary, &report->kinds, report->options.baseline);
	fprintf(messages, "%.*s", PQ_STRING_ARGUMENT(pq_buffer_view(&text)));
	*summary = report->summary;
	return true;
}
