/* One JSON object with every finding and the sum. */
#include "report/format.h"

#include "json/write.h"

#include <stdio.h>

static void write_text(struct pq_buffer *out, const char *key, struct pq_string value)
{
	if (value.length == 0)
		return;
	pq_buffer_append_format(out, ",\"%s\":", key);
	pq_json_write_string(out, value, 0);
}

static void write_finding(struct pq_report *report, const struct pq_check_outcome *outcome,
			  const struct pq_check_finding *finding)
{
	struct pq_buffer *out = &report->out;
	pq_buffer_append_text(out, report->printed == 0 ? "\n{\"file\":" : ",\n{\"file\":");
	pq_json_write_string(out, outcome->file, 0);
	pq_buffer_append_format(out, ",\"line\":%u,\"column\":%u,\"level\":\"%s\"", finding->line,
				finding->column,
				finding->severity == PQ_CHECK_ERROR ? "error" : "warning");
	write_text(out, "apiVersion", outcome->api_version);
	write_text(out, "kind", outcome->kind);
	write_text(out, "name", outcome->name);
	write_text(out, "field", finding->field);
	write_text(out, "reason", finding->reason);
	write_text(out, "message", finding->message);
	pq_buffer_append_byte(out, '}');
	report->printed++;
}

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

void report_begin_json(struct pq_check_sink *sink)
{
	struct pq_report *report = (struct pq_report *)sink;
	pq_buffer_append_text(&report->out, "{\"findings\":[");
}

void report_tell_json(struct pq_check_sink *sink, const struct pq_check_outcome *outcome)
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

void report_end_json(struct pq_check_sink *sink, const struct pq_check_summary *summary)
{
	struct pq_report *report = (struct pq_report *)sink;
	pq_buffer_append_format(
		&report->out,
		"%s],\"summary\":{\"documents\":%zu,\"refused\":%zu,\"skipped\":%zu}}\n",
		report->printed > 0 ? "\n" : "", summary->documents,
		summary->verdicts[PQ_CHECK_INVALID], summary->verdicts[PQ_CHECK_UNKNOWN]);
	report_keep_summary(report, summary);
}
