#include "report/gather.h"

#include "report/words.h"

#include <stdio.h>
#include <stdlib.h>

void report_gathering_done(struct report_gathering *gathering)
{
	free(gathering->findings);
	gathering->findings = NULL;
}

static bool make_room(struct report_gathering *gathering, size_t count)
{
	if (count <= gathering->capacity)
		return true;
	struct pq_check_finding *grown = realloc(gathering->findings, count * 2 * sizeof *grown);
	if (grown == NULL)
		return false;
	gathering->findings = grown;
	gathering->capacity = count * 2;
	return true;
}

static void add(struct report_gathering *gathering, struct pq_check_outcome *outcome,
		const struct pq_check_finding *finding)
{
	bool is_error = finding->severity == PQ_CHECK_ERROR;
	if (gathering->baseline != NULL &&
	    pq_report_baseline_knows(gathering->baseline, outcome, finding)) {
		gathering->errors += is_error;
		gathering->warnings += !is_error;
		return;
	}
	gathering->findings[outcome->finding_count++] = *finding;
}

static void add_remark(struct report_gathering *gathering, struct pq_check_outcome *outcome,
		       enum pq_check_severity severity, struct pq_string message)
{
	const struct pq_check_finding remark = {
		.severity = severity,
		.message = message,
		.line = outcome->line,
		.column = outcome->column,
		.offset = PQ_OFFSET_NONE,
	};
	add(gathering, outcome, &remark);
}

static void add_all(struct report_gathering *gathering, const struct pq_check_outcome *outcome,
		    struct pq_check_outcome *told)
{
	for (size_t i = 0; i < outcome->finding_count; i++)
		add(gathering, told, &outcome->findings[i]);
	if (outcome->findings_dropped > 0) {
		size_t before = told->finding_count;
		snprintf(gathering->more, sizeof gathering->more, "and at least %zu more",
			 outcome->findings_dropped);
		add_remark(gathering, told, PQ_CHECK_ERROR, pq_string_from(gathering->more));
		if (told->finding_count == before)
			gathering->errors += outcome->findings_dropped - 1;
	}
	for (size_t i = 0; i < outcome->warning_count; i++)
		add_remark(gathering, told, PQ_CHECK_WARNING, outcome->warnings[i]);
}

struct pq_check_outcome report_gather(struct report_gathering *gathering,
				      const struct pq_check_outcome *outcome)
{
	struct pq_check_outcome told = *outcome;
	if (!make_room(gathering, outcome->finding_count + outcome->warning_count + 1)) {
		gathering->failed = true;
		return told;
	}
	told.findings = gathering->findings;
	told.finding_count = told.findings_dropped = told.warning_count = 0;
	add_all(gathering, outcome, &told);
	if (told.verdict == PQ_CHECK_INVALID && !report_is_refused(&told)) {
		gathering->invalid++;
		told.verdict = PQ_CHECK_IGNORED;
		told.note = PQ_S("the baseline knows all that is wrong");
	}
	return told;
}

void report_gathering_subtract(const struct report_gathering *gathering,
			       struct pq_check_summary *summary)
{
	summary->errors -= gathering->errors;
	summary->warnings -= gathering->warnings;
	summary->verdicts[PQ_CHECK_INVALID] -= gathering->invalid;
	summary->verdicts[PQ_CHECK_IGNORED] += gathering->invalid;
}
