/* FILE:LINE:COLUMN: KIND NAME: FIELD: MESSAGE, a line for each finding. */
#include "report/format.h"

#include "json/shown.h"

#include <stdio.h>

#define BOLD   "\033[1m"
#define RED    "\033[31m"
#define YELLOW "\033[33m"
#define PLAIN  "\033[0m"

static void append_coloured(struct pq_report *report, const char *colour, struct pq_string text,
			    const char *end)
{
	bool coloured = report->is_coloured && colour != NULL;
	pq_buffer_append_text(&report->out, coloured ? colour : "");
	pq_shown_append(&report->out, text);
	pq_buffer_append_text(&report->out, end);
	pq_buffer_append_text(&report->out, coloured ? PLAIN : "");
}

static void write_finding(struct pq_report *report, const struct pq_check_outcome *outcome,
			  const struct pq_check_finding *finding)
{
	struct pq_buffer *out = &report->out;
	char place[32];
	snprintf(place, sizeof place, ":%u:%u:", finding->line, finding->column);
	append_coloured(report, BOLD, outcome->file, place);
	if (finding->severity == PQ_CHECK_WARNING) {
		pq_buffer_append_byte(out, ' ');
		append_coloured(report, YELLOW, PQ_S("warning"), ":");
	}
	pq_buffer_append_byte(out, ' ');
	if (outcome->kind.length > 0) {
		pq_shown_append(out, outcome->kind);
		pq_buffer_append_text(out, outcome->name.length > 0 ? " " : "");
		pq_shown_append(out, outcome->name);
		pq_buffer_append_text(out, ": ");
	}
	if (finding->field.length > 0) {
		append_coloured(report, finding->severity == PQ_CHECK_ERROR ? RED : NULL,
				finding->field, ":");
		pq_buffer_append_byte(out, ' ');
	}
	pq_shown_append(out, finding->message);
	pq_buffer_append_byte(out, '\n');
	report->printed++;
}

/* A finding that concerns the whole document. */
static void write_remark(struct pq_report *report, const struct pq_check_outcome *outcome,
			 enum pq_check_severity severity, struct pq_string message)
{
	const struct pq_check_finding remark = {
		.severity = severity,
		.message = message,
		.line = outcome->line,
		.column = outcome->column,
	};
	write_finding(report, outcome, &remark);
}

void report_tell_text(struct pq_check_sink *sink, const struct pq_check_outcome *outcome)
{
	struct pq_report *report = (struct pq_report *)sink;
	for (size_t i = 0; i < outcome->finding_count; i++)
		write_finding(report, outcome, &outcome->findings[i]);
	if (outcome->findings_dropped > 0) {
		char more[64];
		snprintf(more, sizeof more, "and %zu more", outcome->findings_dropped);
		write_remark(report, outcome, PQ_CHECK_ERROR, pq_string_from(more));
	}
	for (size_t i = 0; i < outcome->warning_count; i++)
		write_remark(report, outcome, PQ_CHECK_WARNING, outcome->warnings[i]);
	if (outcome->verdict == PQ_CHECK_UNKNOWN)
		report_tell_unknown(outcome);
	report_flush(report);
}

void report_end_text(struct pq_check_sink *sink, const struct pq_check_summary *summary)
{
	report_keep_summary((struct pq_report *)sink, summary);
}
