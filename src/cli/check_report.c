#include "cli/check_report.h"

#include "cli/command.h"
#include "cli/shown.h"
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

static void append_coloured(struct check_report *report, const char *colour, struct pq_string text,
			    const char *end)
{
	bool coloured = report->is_coloured && colour != NULL;
	pq_buffer_append_text(&report->out, coloured ? colour : "");
	pq_shown_append(&report->out, text);
	pq_buffer_append_text(&report->out, end);
	pq_buffer_append_text(&report->out, coloured ? PLAIN : "");
}

static void write_text(struct check_report *report, const struct line *line)
{
	struct pq_buffer *out = &report->out;
	const struct pq_value *value = &line->document->value;
	struct pq_string kind = pq_value_find_string(value, PQ_S("kind"));
	struct pq_string name = name_of(value);
	char place[32];
	snprintf(place, sizeof place, ":%u:%u:", line->line, line->column);
	append_coloured(report, BOLD, line->document->file, place);
	if (line->level == CHECK_WARNING) {
		pq_buffer_append_byte(out, ' ');
		append_coloured(report, YELLOW, PQ_S("warning"), ":");
	}
	pq_buffer_append_byte(out, ' ');
	if (kind.length > 0) {
		pq_shown_append(out, kind);
		pq_buffer_append_text(out, name.length > 0 ? " " : "");
		pq_shown_append(out, name);
		pq_buffer_append_text(out, ": ");
	}
	if (line->field.length > 0) {
		append_coloured(report, line->level == CHECK_ERROR ? RED : NULL, line->field, ":");
		pq_buffer_append_byte(out, ' ');
	}
	pq_shown_append(out, line->message);
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

/* Walks on from the last place, as documents and findings mostly come in the order of the text. */
static void move_to(struct check_place *place, struct pq_string text, uint32_t offset)
{
	if (place->text != text.data || offset < place->offset)
		*place = (struct check_place){ .text = text.data, .line = 1, .column = 1 };
	uint32_t lines, columns;
	struct pq_string rest = pq_string_slice(text, place->offset, text.length);
	pq_source_locate(rest, offset - place->offset, &lines, &columns);
	place->column = lines == 1 ? place->column + columns - 1 : columns;
	place->line += lines - 1;
	place->offset = offset;
}

/* What has no place of its own, or one outside of its document, is told at the document. */
static uint32_t offset_in(const struct check_document *document, const struct pq_finding *finding)
{
	bool is_inside = document->value.offset == PQ_OFFSET_NONE ||
			 finding->offset >= document->value.offset;
	return finding->offset != PQ_OFFSET_NONE && is_inside ? finding->offset
							      : document->value.offset;
}

void check_report_findings(struct check_report *report, const struct check_document *document,
			   enum check_level level, const struct pq_findings *findings)
{
	size_t *order = sort_by_offset(findings);
	if (findings->count > 0 && document->value.offset != PQ_OFFSET_NONE)
		move_to(&report->place, document->text, document->value.offset);
	struct check_place place = report->place;
	for (size_t i = 0; order != NULL && i < findings->count; i++) {
		const struct pq_finding *finding = at(findings, order, i);
		uint32_t offset = offset_in(document, finding);
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
		if (offset != PQ_OFFSET_NONE) {
			if (offset < place.offset)
				place = report->place;
			move_to(&place, document->text, offset);
			line.line = place.line;
			line.column = place.column;
		}
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

void check_report_remark(struct check_report *report, const struct check_document *document,
			 enum check_level level, struct pq_string message)
{
	if (document->value.offset != PQ_OFFSET_NONE)
		move_to(&report->place, document->text, document->value.offset);
	check_report_message(report, document, level, report->place.line, report->place.column,
			     message);
}

void check_report_skipped(struct check_report *report, const struct check_document *document)
{
	const struct pq_value *value = &document->value;
	struct pq_string name = name_of(value);
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	report->skipped++;
	pq_shown_append(&text, document->file);
	pq_buffer_append_text(&text, ": skipped ");
	pq_shown_append(&text, pq_value_find_string(value, PQ_S("apiVersion")));
	pq_buffer_append_byte(&text, ' ');
	pq_shown_append(&text, pq_value_find_string(value, PQ_S("kind")));
	pq_buffer_append_text(&text, name.length > 0 ? " " : "");
	pq_shown_append(&text, name);
	fprintf(stderr, "%.*s: no schema for this kind\n",
		PQ_STRING_ARGUMENT(pq_buffer_view(&text)));
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
