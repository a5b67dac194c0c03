/* The sum of all, for people. Private to this folder. */
#ifndef PQ_REPORT_SUMMARY_H
#define PQ_REPORT_SUMMARY_H

#include "base/buffer.h"
#include "report/baseline.h"
#include "report/kinds.h"

/* A line with the number of documents of each verdict, a table of kinds when there is more than
 * one, and what the baseline knew, if there is one. */
void report_write_summary(struct pq_buffer *text, const struct pq_check_summary *summary,
			  struct report_kinds *kinds, const struct pq_report_baseline *baseline);

#endif
