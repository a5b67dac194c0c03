/* FILE:LINE:COLUMN: KIND NAME: FIELD: MESSAGE, and the line of source below it. */
#include "report/format.h"

#include "report/excerpt.h"
#include "json/shown.h"

#define BOLD   "\033[1m"
#define RED    "\033[31m"
#define YELLOW "\033[33m"
#define PLAIN  "\033[0m"

static const char *colour_of(const struct pq_report *report, const char *colour)
{
	return report->options.is_coloured ? colour : "";
}

static void write_head(struct pq_report *report, const struct pq_check_outcome *outcome,
		       const struct pq_check_finding *finding)
{
	struct pq_buffer *out = &report->out;
	pq_buffer_append_text(out, colour_of(report, BOLD));
	pq_shown_append(out, outcome->file);
	report_write_place(out, finding->line, finding->column);
	pq_buffer_append_format(out, ":%s ", colour_of(report, PLAIN));
	if (finding->severity == PQ_CHECK_WARNING)
		pq_buffer_append_format(out, "%swarning:%s ", colour_of(report, YELLOW),
					colour_of(report, PLAIN));
	if (outcome->kind.length > 0) {
		pq_buffer_append_string(out, pq_buffer_view(&report->title));
		pq_buffer_append_text(out, ": ");
	}
}

static void write_what(struct pq_report *report, const struct pq_check_finding *finding)
{
	struct pq_buffer *out = &report->out;
	bool is_error = finding->severity == PQ_CHECK_ERROR;
	if (finding->field.length > 0) {
		pq_buffer_append_text(out, colour_of(report, is_error ? RED : ""));
		pq_shown_append(out, finding->field);
		pq_buffer_append_format(out, ":%s ", colour_of(report, is_error ? PLAIN : ""));
	}
	report_write_message(out, finding);
	pq_buffer_append_byte(out, '\n');
}

/* What a Secret holds should not go into logs, also when a mistake hides what it is. */
static bool may_be_secret(const struct pq_check_outcome *outcome)
{
	static const char word[] = "Secret";
	if (outcome->kind.length > 0)
		return pq_string_is(outcome->kind, word);
	return memmem(outcome->text.data, outcome->text.length, word, sizeof word - 1) != NULL;
}

/* Nothing is learned from the first line of a document. */
static bool shows_source(const struct pq_check_outcome *outcome,
			 const struct pq_check_finding *finding)
{
	bool is_at_document = finding->line == outcome->line && finding->column == outcome->column;
	return finding->offset < outcome->text.length &&
	       (finding->field.length > 0 || !is_at_document) && !may_be_secret(outcome);
}

static void write_source(struct pq_report *report, const struct pq_check_outcome *outcome,
			 const struct pq_check_finding *finding)
{
	bool is_error = finding->severity == PQ_CHECK_ERROR;
	const struct report_excerpt excerpt = {
		.text = outcome->text,
		.offset = finding->offset,
		.line = finding->line,
		.columns = report->options.columns,
		.colour = colour_of(report, is_error ? RED : YELLOW),
		.plain = colour_of(report, PLAIN),
	};
	report_write_excerpt(&report->out, &excerpt);
}

static void tell(struct pq_report *report, const struct pq_check_outcome *outcome)
{
	for (size_t i = 0; i < outcome->finding_count; i++) {
		const struct pq_check_finding *finding = &outcome->findings[i];
		write_head(report, outcome, finding);
		write_what(report, finding);
		if (shows_source(outcome, finding))
			write_source(report, outcome, finding);
	}
}

const struct report_format report_text = { .tell = tell };
