/* The formats, one file each. Private to this folder. */
#ifndef PQ_REPORT_FORMAT_H
#define PQ_REPORT_FORMAT_H

#include "report/report.h"

void report_begin_json(struct pq_check_sink *sink);
void report_tell_json(struct pq_check_sink *sink, const struct pq_check_outcome *outcome);
void report_end_json(struct pq_check_sink *sink, const struct pq_check_summary *summary);

void report_tell_text(struct pq_check_sink *sink, const struct pq_check_outcome *outcome);
void report_end_text(struct pq_check_sink *sink, const struct pq_check_summary *summary);

/* Every format's: says on standard error that there is no schema for the kind. */
void report_tell_unknown(const struct pq_check_outcome *outcome);
/* Every format's: keeps the sum of all for the end. */
void report_keep_summary(struct pq_report *report, const struct pq_check_summary *summary);
/* Every format's, after each outcome: writes when enough has come together. */
void report_flush(struct pq_report *report);

#endif
