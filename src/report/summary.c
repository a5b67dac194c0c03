#include "report/summary.h"

#include "json/shown.h"

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

/* The kind comes last: it may be of any length. */
static void write_table(struct pq_buffer *text, struct report_kinds *kinds)
{
	size_t count;
	const struct report_kind **list = report_kinds_list(kinds, &count);
	if (list == NULL || count < 2)
		return;
	pq_buffer_append_text(text, "CHECKED  INVALID  SKIPPED  UNKNOWN  KIND\n");
	for (size_t i = 0; i < count; i++) {
		pq_buffer_append_format(text, "%7zu  %7zu  %7zu  %7zu  ", list[i]->checked,
					list[i]->invalid, list[i]->skipped, list[i]->unknown);
		write_name(text, list[i]);
		pq_buffer_append_byte(text, '\n');
	}
}

/* Zero refused must not look like all is well when nothing was judged. */
static void write_idleness(struct pq_buffer *text, const struct pq_check_summary *summary)
{
	if (summary->documents == 0)
		pq_buffer_append_text(text, "nothing was checked: there is no document in what was "
					    "named\n");
	else if (summary->verdicts[PQ_CHECK_NOT_A_MANIFEST] == summary->documents)
		pq_buffer_append_text(text, "nothing was checked: there is no manifest in what was "
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
