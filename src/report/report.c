#include "report/format.h"

#include "json/shown.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FLUSH_BYTES = 64 * 1024 };

static const struct pq_check_sink formats[] = {
	[PQ_REPORT_TEXT] = { NULL, report_tell_text, report_end_text },
	[PQ_REPORT_JSON] = { report_begin_json, report_tell_json, report_end_json },
};

void pq_report_init(struct pq_report *report, enum pq_report_format format)
{
	const char *no_color = getenv("NO_COLOR");
	*report = (struct pq_report){
		.sink = formats[format],
		.is_coloured = format == PQ_REPORT_TEXT && isatty(STDOUT_FILENO) &&
			       (no_color == NULL || no_color[0] == '\0'),
	};
	pq_buffer_init(&report->out, 0);
}

static void write_out(struct pq_report *report)
{
	struct pq_buffer *out = &report->out;
	if (out->length > 0 && !report->failed)
		report->failed = fwrite(out->data, 1, out->length, stdout) != out->length;
	out->length = 0;
}

void report_flush(struct pq_report *report)
{
	if (report->out.length >= FLUSH_BYTES)
		write_out(report);
}

void report_keep_summary(struct pq_report *report, const struct pq_check_summary *summary)
{
	report->summary = *summary;
}

void report_tell_unknown(const struct pq_check_outcome *outcome)
{
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	pq_shown_append(&text, outcome->file);
	pq_buffer_append_text(&text, ": skipped ");
	pq_shown_append(&text, outcome->api_version);
	pq_buffer_append_byte(&text, ' ');
	pq_shown_append(&text, outcome->kind);
	pq_buffer_append_text(&text, outcome->name.length > 0 ? " " : "");
	pq_shown_append(&text, outcome->name);
	fprintf(stderr, "%.*s: no schema for this kind\n",
		PQ_STRING_ARGUMENT(pq_buffer_view(&text)));
}

/* Zero refused must not look like all is well when nothing was judged. */
static void print_summary(const struct pq_check_summary *summary)
{
	size_t skipped = summary->verdicts[PQ_CHECK_UNKNOWN];
	fprintf(stderr, "%zu document%s: %zu fine, %zu refused, %zu skipped\n", summary->documents,
		summary->documents == 1 ? "" : "s", summary->verdicts[PQ_CHECK_VALID],
		summary->verdicts[PQ_CHECK_INVALID], skipped);
	if (summary->documents == 0)
		fputs("nothing was checked: there is no document in what was named\n", stderr);
	else if (skipped == summary->documents)
		fputs("nothing was checked: name the CRDs of these kinds, or AdmissionSchemas, "
		      "with --schemas\n",
		      stderr);
}

void pq_report_done(struct pq_report *report)
{
	pq_buffer_done(&report->out);
}

bool pq_report_finish(struct pq_report *report)
{
	write_out(report);
	if (pq_buffer_failed(&report->out)) {
		fputs("pratique: no memory for the output\n", stderr);
		return false;
	}
	if (fflush(stdout) != 0 || report->failed) {
		fprintf(stderr, "pratique: cannot write to standard output: %s\n", strerror(errno));
		return false;
	}
	print_summary(&report->summary);
	return true;
}
