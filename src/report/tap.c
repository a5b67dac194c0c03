/* TAP version 13, as nothing here needs 14, which some harnesses refuse: a test point for each
 * document, its findings in YAML below it, the plan at the end. */
#include "report/format.h"

#include "report/quote.h"
#include "json/shown.h"

/* A description ends where a directive begins. */
static void write_description(struct pq_buffer *out, struct pq_string text)
{
	pq_cleanup_buffer struct pq_buffer shown;
	pq_buffer_init(&shown, 0);
	pq_shown_append(&shown, text);
	for (size_t i = 0; i < shown.length; i++) {
		if (shown.data[i] == '#' || shown.data[i] == '\\')
			pq_buffer_append_byte(out, '\\');
		pq_buffer_append_byte(out, shown.data[i]);
	}
	out->failed |= pq_buffer_failed(&shown);
}

static void write_member(struct pq_buffer *out, const char *key, struct pq_string text)
{
	pq_buffer_append_text(out, key);
	report_quote_yaml(out, text);
	pq_buffer_append_byte(out, '\n');
}

static void write_diagnostics(struct pq_buffer *out, const struct pq_check_outcome *outcome)
{
	if (outcome->finding_count == 0)
		return;
	pq_buffer_append_text(out, "  ---\n  findings:\n");
	for (size_t i = 0; i < outcome->finding_count; i++) {
		const struct pq_check_finding *finding = &outcome->findings[i];
		pq_buffer_append_format(out, "    - severity: %s\n",
					report_severity_name(finding->severity));
		write_member(out, "      path: ", finding->field);
		write_member(out, "      reason: ", finding->reason);
		write_member(out, "      message: ", finding->message);
		if (finding->schema.length > 0)
			write_member(out, "      schema: ", finding->schema);
		if (finding->line > 0)
			pq_buffer_append_format(out, "      line: %u\n      column: %u\n",
						finding->line, finding->column);
	}
	pq_buffer_append_text(out, "  ...\n");
}

static void begin(struct pq_report *report)
{
	pq_buffer_append_text(&report->out, "TAP version 13\n");
}

static void tell(struct pq_report *report, const struct pq_check_outcome *outcome)
{
	struct pq_buffer *out = &report->out;
	bool is_refused = report_is_refused(outcome);
	pq_buffer_append_format(out, "%s %zu - ", is_refused ? "not ok" : "ok", ++report->told);
	write_description(out, outcome->file);
	if (outcome->line > 0)
		pq_buffer_append_format(out, ":%u", outcome->line);
	pq_buffer_append_text(out, ": ");
	write_description(out, pq_buffer_view(&report->title));
	if (!is_refused && outcome->verdict != PQ_CHECK_VALID) {
		pq_buffer_append_text(out, " # SKIP ");
		write_description(out, report_reason_not_judged(outcome));
	}
	pq_buffer_append_byte(out, '\n');
	write_diagnostics(out, outcome);
}

static void end(struct pq_report *report)
{
	pq_buffer_append_format(&report->out, "1..%zu\n", report->told);
}

const struct report_format report_tap = {
	.begin = begin,
	.tell = tell,
	.end = end,
	.tells_all = true,
};
