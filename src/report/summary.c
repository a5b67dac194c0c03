#include "report/summary.h"

#include "base/columns.h"
#include "json/shown.h"

enum { KIND_COLUMNS_MAX = 60 };

/* Always said of these, and of others when there are any. */
static bool is_always_said(enum pq_check_verdict verdict)
{
	return verdict == PQ_CHECK_VALID || verdict == PQ_CHECK_INVALID;
}

static void write_verdicts(struct pq_buffer *text, const struct pq_check_summary *summary)
{
	pq_buffer_append_format(text, "%zu document%s:", summary->documents,
				summary->documents == 1 ? "" : "s");
	for (int verdict = 0; verdict < PQ_CHECK_VERDICT_COUNT; verdict++) {
		if (summary->verdicts[verdict] > 0 || is_always_said(verdict))
			pq_buffer_append_format(text, "%s %zu %s", verdict == 0 ? "" : ",",
						summary->verdicts[verdict],
						pq_check_verdict_name(verdict));
	}
	pq_buffer_append_byte(text, '\n');
}

static void write_name(struct pq_buffer *text, const struct report_kind *kind)
{
	if (kind->kind.length == 0) {
		pq_buffer_append_text(text, "other kinds");
		return;
	}
	pq_shown_append(text, kind->api_version);
	pq_buffer_append_byte(text, ' ');
	pq_shown_append(text, kind->kind);
}

static size_t columns_of(const struct report_kind *kind)
{
	pq_cleanup_buffer struct pq_buffer name;
	pq_buffer_init(&name, 0);
	write_name(&name, kind);
	return pq_columns_of_text(pq_buffer_view(&name));
}

static void write_row(struct pq_buffer *text, const struct report_kind *kind, size_t columns)
{
	write_name(text, kind);
	for (size_t at = columns_of(kind); at < columns; at++)
		pq_buffer_append_byte(text, ' ');
	pq_buffer_append_format(text, " %8zu %8zu %8zu %8zu\n", kind->checked, kind->invalid,
				kind->skipped, kind->unknown);
}

static void write_table(struct pq_buffer *text, struct report_kinds *kinds)
{
	size_t count, columns = sizeof "KIND" - 1;
	const struct report_kind **list = report_kinds_list(kinds, &count);
	if (list == NULL || count < 2)
		return;
	for (size_t i = 0; i < count; i++) {
		size_t wanted = columns_of(list[i]);
		if (wanted > columns)
			columns = wanted < KIND_COLUMNS_MAX ? wanted : KIND_COLUMNS_MAX;
	}
	pq_buffer_append_format(text, "%-*s %8s %8s %8s %8s\n", (int)columns, "KIND", "CHECKED",
				"INVALID", "SKIPPED", "UNKNOWN");
	for (size_t i = 0; i < count; i++)
		write_row(text, list[i], columns);
}

/* Zero refused must not look like all is well when nothing was judged. */
static void write_idleness(struct pq_buffer *text, const struct pq_check_summary *summary)
{
	if (summary->documents == 0)
		pq_buffer_append_text(text, "nothing was checked: there is no document in what was "
					    "named\n");
	else if (summary->verdicts[PQ_CHECK_UNKNOWN] == summary->documents)
		pq_buffer_append_text(text, "nothing was checked: name the CRDs of these kinds, or "
					    "AdmissionSchemas, with --schemas\n");
}

void report_write_summary(struct pq_buffer *text, const struct pq_check_summary *summary,
			  struct report_kinds *kinds, const struct pq_report_baseline *baseline)
{
	write_verdicts(text, summary);
	write_table(text, kinds);
	if (summary->ignored > 0)
		pq_buffer_append_format(text, "%zu finding%s ignored by comments\n",
					summary->ignored, summary->ignored == 1 ? "" : "s");
	if (baseline != NULL)
		pq_buffer_append_format(text, "baseline: %zu known, %zu gone\n",
					pq_report_baseline_known(baseline),
					pq_report_baseline_gone(baseline));
	write_idleness(text, summary);
}
