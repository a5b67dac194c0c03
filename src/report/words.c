#include "report/words.h"

#include "json/shown.h"

bool report_is_refused(const struct pq_check_outcome *outcome)
{
	for (size_t i = 0; i < outcome->finding_count; i++) {
		if (outcome->findings[i].severity == PQ_CHECK_ERROR)
			return true;
	}
	return false;
}

struct pq_string report_reason_not_judged(const struct pq_check_outcome *outcome)
{
	if (outcome->note.length > 0)
		return outcome->note;
	if (outcome->verdict == PQ_CHECK_UNKNOWN)
		return PQ_S("no schema for this kind");
	return pq_string_from(pq_check_verdict_name(outcome->verdict));
}

static void write_object(struct pq_buffer *text, const struct pq_check_outcome *outcome)
{
	pq_shown_append(text, outcome->kind);
	if (outcome->namespace.length + outcome->name.length > 0)
		pq_buffer_append_byte(text, ' ');
	if (outcome->namespace.length > 0) {
		pq_shown_append(text, outcome->namespace);
		pq_buffer_append_byte(text, '/');
	}
	pq_shown_append(text, outcome->name);
}

void report_write_title(struct pq_buffer *text, const struct pq_check_outcome *outcome)
{
	if (outcome->kind.length > 0)
		write_object(text, outcome);
	else
		pq_buffer_append_format(text, "document %zu", outcome->document + 1);
	if (outcome->source.length == 0)
		return;
	pq_buffer_append_text(text, " (");
	pq_shown_append(text, outcome->source);
	pq_buffer_append_byte(text, ')');
}

void report_write_finding(struct pq_buffer *text, const struct pq_check_finding *finding)
{
	if (finding->field.length > 0) {
		pq_shown_append(text, finding->field);
		pq_buffer_append_text(text, ": ");
	}
	report_write_message(text, finding);
}

void report_write_message(struct pq_buffer *text, const struct pq_check_finding *finding)
{
	pq_shown_append(text, finding->message);
	if (finding->schema.length > 0) {
		pq_buffer_append_text(text, " (AdmissionSchema ");
		pq_shown_append(text, finding->schema);
		pq_buffer_append_byte(text, ')');
	}
}

void report_write_place(struct pq_buffer *text, uint32_t line, uint32_t column)
{
	if (line > 0)
		pq_buffer_append_format(text, ":%u:%u", line, column);
}

const char *report_severity_name(enum pq_check_severity severity)
{
	return severity == PQ_CHECK_ERROR ? "error" : "warning";
}
