/*
 * What `check` prints: a sink for each format. Standard output gets the report, standard error what
 * was not judged and the sum of all.
 *
 * Every format is streamed: a document is written when it is told of and then forgotten; JUnit
 * keeps those of one file, because the numbers of a suite stand before its cases.
 */
#ifndef PQ_REPORT_REPORT_H
#define PQ_REPORT_REPORT_H

#include "check/sink.h"
#include "report/baseline.h"

#include <stdio.h>

enum pq_report_format {
	PQ_REPORT_TEXT,
	PQ_REPORT_JSON,
	PQ_REPORT_JUNIT,
	PQ_REPORT_SARIF,
	PQ_REPORT_GITHUB,
	PQ_REPORT_TAP,
};

struct pq_report_options {
	enum pq_report_format format;
	FILE *out;
	FILE *messages; /* what a person is told beside the report */
	size_t columns; /* that a line of source may take in the text format */
	bool is_coloured;
	/* Findings that are known already; NULL: none are. It belongs to the report. */
	struct pq_report_baseline *baseline;
};

struct pq_report;

/* NULL without memory; the baseline is then freed, too. */
struct pq_report *pq_report_new(const struct pq_report_options *options);
void pq_report_free(struct pq_report *report); /* NULL is fine */

/* To hand to pq_check_run. */
struct pq_check_sink *pq_report_sink(struct pq_report *report);

/* After the run: writes what is left and the sum of all. *summary counts what was reported, without
 * what the baseline knows. False, with the reason among the messages, when not all could be
 * written. */
PQ_CHECKED bool pq_report_finish(struct pq_report *report, struct pq_check_summary *summary);

#endif
