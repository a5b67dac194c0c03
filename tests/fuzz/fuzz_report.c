/*
 * A document with one finding, all of whose texts are strangers': file, kind, namespace, name,
 * path, message and source, with a line feed between (those within are written as the byte 0).
 *
 * Beyond memory safety: no format passes on what a terminal would obey, JSON and SARIF must be
 * JSON, and what was reported as JSON is known as a baseline.
 */
#include "base/utf8.h"
#include "report/report.h"
#include "json/printable.h"
#include "json/read.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PARTS = 7 };

static void tell(struct pq_report *report, const struct pq_check_outcome *outcome)
{
	const struct pq_check_summary summary = {
		.documents = 1,
		.verdicts = { [PQ_CHECK_INVALID] = 1 },
		.errors = 1,
	};
	struct pq_check_sink *sink = pq_report_sink(report);
	sink->begin(sink);
	sink->tell(sink, outcome);
	sink->end(sink, &summary);
}

/* The caller frees it. */
static char *print(enum pq_report_format format, const struct pq_check_outcome *outcome,
		   struct pq_report_baseline *baseline, size_t *size)
{
	char *text, *messages;
	size_t messages_size;
	struct pq_check_summary summary;
	const struct pq_report_options options = {
		.format = format,
		.out = open_memstream(&text, size),
		.messages = open_memstream(&messages, &messages_size),
		.columns = 40,
		.baseline = baseline,
	};
	struct pq_report *report = pq_report_new(&options);
	tell(report, outcome);
	assert(pq_report_finish(report, &summary));
	assert(summary.errors == (baseline == NULL));
	pq_report_free(report);
	fclose(options.out);
	fclose(options.messages);
	free(messages);
	return text;
}

static void check_text(struct pq_string text)
{
	size_t width;
	for (size_t at = 0; at < text.length; at += width) {
		uint32_t character =
			pq_utf8_decode(pq_string_slice(text, at, text.length - at), &width);
		assert(character != PQ_UTF8_REPLACEMENT || width > 1);
		assert(character == '\n' || pq_go_is_printable(character));
	}
}

static void check_json(struct pq_string text)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value value;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	assert(pq_json_read(&arena, text, NULL, &value, &error));
}

static void check_baseline(const struct pq_check_outcome *outcome, struct pq_string json)
{
	struct pq_error error;
	struct pq_report_baseline *baseline = pq_report_baseline_new(json, &error);
	size_t size;
	assert(baseline != NULL);
	free(print(PQ_REPORT_TEXT, outcome, baseline, &size));
}

static void run(const struct pq_string parts[PARTS])
{
	const struct pq_check_finding finding = {
		.field = parts[4],
		.reason = parts[1],
		.message = parts[5],
		.line = 1,
		.column = 2,
		.offset = (uint32_t)(parts[6].length / 2),
	};
	const struct pq_check_outcome outcome = {
		.file = parts[0],
		.line = 1,
		.column = 1,
		.api_version = parts[1],
		.kind = parts[1],
		.namespace = parts[2],
		.name = parts[3],
		.verdict = PQ_CHECK_INVALID,
		.findings = &finding,
		.finding_count = 1,
		.text = parts[6],
	};
	for (int format = PQ_REPORT_TEXT; format <= PQ_REPORT_TAP; format++) {
		struct pq_string text;
		char *printed = print((enum pq_report_format)format, &outcome, NULL, &text.length);
		text.data = printed;
		check_text(text);
		if (format == PQ_REPORT_JSON || format == PQ_REPORT_SARIF)
			check_json(text);
		if (format == PQ_REPORT_JSON)
			check_baseline(&outcome, text);
		free(printed);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);
	struct pq_string parts[PARTS] = { { 0 } };
	if (copy == NULL)
		return 0;
	struct pq_string rest = { .data = copy, .length = size };
	memcpy(copy, data, size);
	for (size_t i = 0; i < PARTS && pq_string_split(&rest, '\n', &parts[i]); i++)
		continue;
	for (size_t i = 0; i < size; i++)
		copy[i] = copy[i] == '\n' || copy[i] == '\0' ? (char)('\n' - copy[i]) : copy[i];
	run(parts);
	free(copy);
	return 0;
}
