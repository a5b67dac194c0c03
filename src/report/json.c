/* One JSON object: every document on a line of its own, then the sum of all. docs/check.md
 * describes it. */
#include "report/format.h"

#include "report/quote.h"

static void write_place(struct pq_buffer *out, uint32_t line, uint32_t column)
{
	if (line > 0)
		pq_buffer_append_format(out, ",\"line\":%u,\"column\":%u", line, column);
	else
		pq_buffer_append_text(out, ",\"line\":null,\"column\":null");
}

static void write_finding(struct pq_buffer *out, const struct pq_check_finding *finding)
{
	pq_buffer_append_format(out, "{\"severity\":\"%s\"",
				report_severity_name(finding->severity));
	report_append_json_member(out, "path", finding->field);
	report_append_json_member(out, "reason", finding->reason);
	report_append_json_member(out, "message", finding->message);
	report_append_json_member(out, "schema", finding->schema);
	write_place(out, finding->line, finding->column);
	pq_buffer_append_byte(out, '}');
}

static void write_findings(struct pq_buffer *out, const struct pq_check_outcome *outcome)
{
	pq_buffer_append_text(out, ",\"findings\":[");
	for (size_t i = 0; i < outcome->finding_count; i++) {
		pq_buffer_append_text(out, i > 0 ? "," : "");
		write_finding(out, &outcome->findings[i]);
	}
	pq_buffer_append_byte(out, ']');
}

static void write_status(struct pq_buffer *out, const struct pq_check_outcome *outcome)
{
	pq_cleanup_buffer struct pq_buffer status;
	pq_buffer_init(&status, 0);
	pq_buffer_append_text(out, ",\"status\":");
	if (outcome->status == NULL || outcome->status->code == 0) {
		pq_buffer_append_text(out, "null");
		return;
	}
	pq_status_write(&status, outcome->status, false);
	report_append_json(out, pq_buffer_view(&status));
	out->failed |= pq_buffer_failed(&status);
}

static void begin(struct pq_report *report)
{
	pq_buffer_append_text(&report->out, "{\"documents\":[");
}

static void tell(struct pq_report *report, const struct pq_check_outcome *outcome)
{
	struct pq_buffer *out = &report->out;
	pq_buffer_append_text(out, report->told++ == 0 ? "\n{\"file\":" : ",\n{\"file\":");
	report_quote_json(out, outcome->file);
	pq_buffer_append_format(out, ",\"document\":%zu,\"item\":", outcome->document);
	if (outcome->item == PQ_CHECK_NO_ITEM)
		pq_buffer_append_text(out, "null");
	else
		pq_buffer_append_format(out, "%zu", outcome->item);
	write_place(out, outcome->line, outcome->column);
	report_append_json_member(out, "source", outcome->source);
	report_append_json_member(out, "apiVersion", outcome->api_version);
	report_append_json_member(out, "kind", outcome->kind);
	report_append_json_member(out, "namespace", outcome->namespace);
	report_append_json_member(out, "name", outcome->name);
	report_append_json_member(out, "operation",
				  outcome->is_update ? PQ_S("update") : PQ_S("create"));
	report_append_json_member(out, "verdict",
				  pq_string_from(pq_check_verdict_name(outcome->verdict)));
	report_append_json_member(out, "note", outcome->note);
	write_findings(out, outcome);
	pq_buffer_append_format(out, ",\"ignored\":%zu", outcome->findings_ignored);
	write_status(out, outcome);
	pq_buffer_append_byte(out, '}');
}

static void write_kinds(struct pq_report *report)
{
	struct pq_buffer *out = &report->out;
	size_t count = 0;
	const struct report_kind **kinds = report_kinds_list(&report->kinds, &count);
	pq_buffer_append_text(out, ",\"kinds\":[");
	for (size_t i = 0; i < count; i++) {
		pq_buffer_append_text(out, i > 0 ? ",\n{\"apiVersion\":" : "\n{\"apiVersion\":");
		report_quote_json(out, kinds[i]->api_version);
		report_append_json_member(out, "kind", kinds[i]->kind);
		pq_buffer_append_format(
			out, ",\"checked\":%zu,\"invalid\":%zu,\"skipped\":%zu,\"unknown\":%zu}",
			kinds[i]->checked, kinds[i]->invalid, kinds[i]->skipped, kinds[i]->unknown);
	}
	pq_buffer_append_byte(out, ']');
}

static void write_baseline(struct pq_report *report)
{
	const struct pq_report_baseline *baseline = report->options.baseline;
	if (baseline == NULL)
		pq_buffer_append_text(&report->out, ",\"baseline\":null");
	else
		pq_buffer_append_format(&report->out, ",\"baseline\":{\"known\":%zu,\"gone\":%zu}",
					pq_report_baseline_known(baseline),
					pq_report_baseline_gone(baseline));
}

static void end(struct pq_report *report)
{
	struct pq_buffer *out = &report->out;
	const struct pq_check_summary *summary = &report->summary;
	pq_buffer_append_format(out, "%s],\"summary\":{\"documents\":%zu,\"verdicts\":{",
				report->told > 0 ? "\n" : "", summary->documents);
	for (int verdict = 0; verdict < PQ_CHECK_VERDICT_COUNT; verdict++)
		pq_buffer_append_format(out, "%s\"%s\":%zu", verdict > 0 ? "," : "",
					pq_check_verdict_name(verdict), summary->verdicts[verdict]);
	pq_buffer_append_format(
		out, "},\"updates\":%zu,\"errors\":%zu,\"warnings\":%zu,\"ignored\":%zu",
		summary->updates, summary->errors, summary->warnings, summary->ignored);
	write_baseline(report);
	write_kinds(report);
	pq_buffer_append_text(out, "}}\n");
}

const struct report_format report_json = {
	.begin = begin,
	.tell = tell,
	.end = end,
	.tells_all = true,
};
