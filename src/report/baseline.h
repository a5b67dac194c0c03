/*
 * Findings that are known: those of an earlier run, as it printed them with -o json.
 *
 * A finding is known by what it says of which object, wherever that stands: kind, namespace, name,
 * path, reason and message. Equal findings are known as often as they were found. Why something
 * could not be read is never known: it makes the exit code 2, and must be told with it.
 */
#ifndef PQ_REPORT_BASELINE_H
#define PQ_REPORT_BASELINE_H

#include "check/sink.h"

struct pq_report_baseline;

/* Reads the JSON of an earlier run; NULL with an error when it is none. The text may go. */
struct pq_report_baseline *pq_report_baseline_new(struct pq_string text, struct pq_error *error);
void pq_report_baseline_free(struct pq_report_baseline *baseline); /* NULL is fine */

/* Whether a finding of the outcome is known; each one that was found earlier counts once. */
bool pq_report_baseline_knows(struct pq_report_baseline *baseline,
			      const struct pq_check_outcome *outcome,
			      const struct pq_check_finding *finding);

/* How many findings were known, and how many were not found again. */
size_t pq_report_baseline_known(const struct pq_report_baseline *baseline);
size_t pq_report_baseline_gone(const struct pq_report_baseline *baseline);

#endif
