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
	/* None, where all were meant to be, is worth a look: the old objects may be others. */
	if (summary->has_olds)
		pq_buffer_append_format(text, "; %zu judged as %s", summary->updates,
					summary->updates == 1 ? "an update" : "updates");
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

/* Why nothing was judged, what can be helped first; NULL when something was, or a comment or the
 * baseline says that it was. */
static const char *find_idleness(const struct pq_check_summary *summary)
{
	const size_t *verdicts = summary->verdicts;
	if (verdicts[PQ_CHECK_VALID] + verdicts[PQ_CHECK_INVALID] + verdicts[PQ_CHECK_UNREADABLE] +
		    verdicts[PQ_CHECK_IGNORED] >
	    0)
		return NULL;
	if (summary->lack_crd > 0)
		return "name the CRDs of these kinds, or AdmissionSchemas, with --schemas";
	if (verdicts[PQ_CHECK_UNKNOWN] > 0)
		return "there is no usable schema for any of the kinds";
	if (verdicts[PQ_CHECK_SKIPPED] > 0)
		return "--only and --skip leave nothing of what was named";
	if (verdicts[PQ_CHECK_ENCRYPTED] > 0)
		return "all that was named is encrypted";
	return summary->documents > 0 ? "there is no manifest in what was named"
				      : "there is no document in what was named";
}

/* Zero refused must not look like all is well when nothing was judged. */
static void write_idleness(struct pq_buffer *text, const struct pq_check_summary *summary)
{
	const char *why = find_idleness(summary);
	if (why != NULL)
		pq_buffer_append_format(text, "nothing was checked: %s\n", why);
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
