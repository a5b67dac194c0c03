#include "cli/check_report.h"

#include "cli/command.h"
#include "json/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BOLD   "\033[1m"
#define RED    "\033[31m"
#define YELLOW "\033[33m"
#define PLAIN  "\033[0m"

void check_report_init(struct check_report *report, bool is_json)
{
	const char *no_color = getenv("NO_COLOR");
	*report = (struct check_report){
		.is_json = is_json,
		.is_coloured = !is_json && isatty(STDOUT_FILENO) &&
			       (no_color == NULL || no_color[0] == '\0'),
	};
	pq_buffer_init(&report->out, 0);
	if (is_json)
		pq_buffer_append_text(&report->out, "{\"findings\":[");
}

/* One line to be printed. */
struct line {
	const struct check_document *document;
	enum check_level level;
	uint32_t line;
	uint32_t column;
	const char *type;
	struct pq_string field;
	struct pq_string message;
};

static void write_json_text(struct pq_buffer *out, const char *key, struct pq_string value)
{
	if (value.length == 0)
		return;
	pq_buffer_append_format(out, ",\"%s\":", key);
	pq_json_write_string(out, value, 0);
}

static struct pq_string name_of(const struct pq_value *object)
{
	const struct pq_value *metadata = pq_value_find(object, PQ_S("metadata"));
	struct pq_string name = pq_value_find_string(metadata, PQ_S("name"));
	return name.length > 0 ? name : pq_value_find_string(metadata, PQ_S("generateName"));
}

static void write_json(struct check_report *report, const struct line *line)
{
	struct pq_buffer *out = &report->out;
	const struct pq_value *value = &line->document->value;
	pq_buffer_append_text(out, report->printed == 0 ? "\n{\"file\":" : ",\n{\"file\":");
	pq_json_write_string(out, line->document->file, 0);
	pq_buffer_append_format(out, ",\"line\":%u,\"column\":%u,\"level\":\"%s\"", line->line,
				line->column, line->level == CHECK_ERROR ? "error" : "warning");
	write_json_text(out, "apiVersion", pq_value_find_string(value, PQ_S("apiVersion")));
	write_json_text(out, "kind", pq_value_find_string(value, PQ_S("kind")));
	write_json_text(out, "name", name_of(value));
	write_json_text(out, "field", line->field);
	write_json_text(out, "reason", pq_string_from(line->type));
	write_json_text(out, "message", line->message);
	pq_buffer_append_byte(out, '}');
}

static void write_text(struct check_report *report, const struct line *line)
{
	struct pq_buffer *out = &report->out;
	const struct pq_value *value = &line->document->value;
	struct pq_string kind = pq_value_find_string(value, PQ_S("kind"));
	struct pq_string name = name_of(value);
	bool colour = report->is_coloured;
	pq_buffer_append_format(out, "%s%.*s:%u:%u:%s ", colour ? BOLD : "",
				PQ_STRING_ARGUMENT(line->document->file), line->line, line->column,
				colour ? PLAIN : "");
	if (line->level == CHECK_WARNING)
		pq_buffer_append_format(out, "%swarning:%s ", colour ? YELLOW : "",
					colour ? PLAIN : "");
	if (kind.length > 0)
		pq_buffer_append_format(out, "%.*s%s%.*s: ", PQ_STRING_ARGUMENT(kind),
					name.length > 0 ? " " : "", PQ_STRING_ARGUMENT(name));
	if (line->field.length > 0)
		pq_buffer_append_format(out, "%s%.*s:%s ",
					colour && line->level == CHECK_ERROR ? RED : "",
					PQ_STRING_ARGUMENT(line->field), colour ? PLAIN : "");
	pq_buffer_append_string(out, line->message);
	pq_buffer_append_byte(out, '\n');
}

static void write_line(struct check_report *report, const struct line *line)
{
	if (report->is_json)
		write_json(report, line);
	else
		write_text(report, line);
	report->printed++;
}

static const struct pq_finding *at(const struct pq_findings *findings, const size_t *order,
				   size_t i)
{
	return &findings->items[order[i]];
}

/* Order of the text; findings without a place come last. Insertion sort: stable, and lists are
 * short and mostly sorted. */
static size_t *sort_by_offset(const struct pq_findings *findings)
{
	size_t *order = calloc(findings->count + 1, sizeof *order);
	for (size_t i = 0; order != NULL && i < findings->count; i++) {
		size_t place = i;
		while (place > 0 &&
		       at(findings, order, place - 1)->offset > findings->items[i].offset) {
			order[place] = order[place - 1];
			place--;
		}
		order[place] = i;
	}
	return order;
}

void check_report_findings(struct check_report *report, const struct check_document *document,
			   enum check_level level, const struct pq_findings *findings)
{
	size_t *order = sort_by_offset(findings);
	for (size_t i = 0; order != NULL && i < findings->count; i++) {
		const struct pq_finding *finding = at(findings, order, i);
		uint32_t offset = finding->offset == PQ_OFFSET_NONE ? document->value.offset
								    : finding->offset;
		struct line line = {
			.document = document,
			.level = level,
			.line = 1,
			.column = 1,
			.type = pq_finding_type_reason(finding->type),
			.field = finding->field,
			.message = finding->message,
		};
		if (pq_string_is(finding->field, "<nil>"))
			line.field = PQ_S("");
		if (offset != PQ_OFFSET_NONE)
			pq_source_locate(document->text, offset, &line.line, &line.column);
		write_line(report, &line);
	}
	free(order);
	if (findings->dropped == 0)
		return;
	char more[64];
	snprintf(more, sizeof more, "and %zu more", findings->dropped);
	check_report_message(report, document, level, 1, 1, pq_string_from(more));
}

void check_report_message(struct check_report *report, const struct check_document *document,
			  enum check_level level, uint32_t line, uint32_t column,
			  struct pq_string message)
{
	const struct line shown = {
		.document = document,
		.level = level,
		.line = line == 0 ? 1 : line,
		.column = column == 0 ? 1 : column,
		.type = "",
		.message = message,
	};
	write_line(report, &shown);
}

void check_report_skipped(struct check_report *report, const struct check_document *document)
{
	struct pq_string name = name_of(&document->value);
	report->skipped++;
	fprintf(stderr, "%.*s: skipped %.*s %.*s%s%.*s: no schema for this kind\n",
		PQ_STRING_ARGUMENT(document->file),
		PQ_STRING_ARGUMENT(pq_value_find_string(&document->value, PQ_S("apiVersion"))),
		PQ_STRING_ARGUMENT(pq_value_find_string(&document->value, PQ_S("kind"))),
		name.length > 0 ? " " : "", PQ_STRING_ARGUMENT(name));
}

/* Zero refused must not look like all is well when nothing was judged. */
static void tell_when_idle(const struct check_report *report)
{
	if (report->documents == 0)
		fputs("nothing was checked: there is no document in what was named\n", stderr);
	else if (report->skipped == report->documents)
		fputs("nothing was checked: name the CRDs of these kinds, or AdmissionSchemas, "
		      "with --schemas\n",
		      stderr);
}

int check_report_finish(struct check_report *report)
{
	if (report->is_json)
		pq_buffer_append_format(
			&report->out,
			"%s],\"summary\":{\"documents\":%zu,\"refused\":%zu,\"skipped\":%zu}}\n",
			report->printed > 0 ? "\n" : "", report->documents, report->refused,
			report->skipped);
	int code = pq_command_print(&report->out);
	pq_buffer_done(&report->out);
	fprintf(stderr, "%zu document%s: %zu fine, %zu refused, %zu skipped\n", report->documents,
		report->documents == 1 ? "" : "s",
		report->documents - report->refused - report->skipped, report->refused,
		report->skipped);
	tell_when_idle(report);
	if (code != PQ_EXIT_OK)
		return code;
	return report->refused > 0 ? PQ_EXIT_FINDINGS : PQ_EXIT_OK;
}
