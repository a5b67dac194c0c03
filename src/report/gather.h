/*
 * What a report tells of a document: its findings, those that a baseline knows left out, and beside
 * them what the API server warns of and how many findings went beyond the cap. Private to this
 * folder.
 */
#ifndef PQ_REPORT_GATHER_H
#define PQ_REPORT_GATHER_H

#include "report/baseline.h"

struct report_gathering {
	struct pq_report_baseline *baseline; /* or NULL */
	struct pq_check_finding *findings;   /* of the document gathered last */
	size_t capacity;
	char more[64];
	bool failed; /* no memory: findings are missing */
	/* Left out so far. */
	size_t errors;
	size_t warnings;
	size_t invalid; /* documents of which nothing is left that is wrong */
};

void report_gathering_done(struct report_gathering *gathering);

/* The outcome with all that is to be told as its findings. Lives until the next call. */
struct pq_check_outcome report_gather(struct report_gathering *gathering,
				      const struct pq_check_outcome *outcome);

/* Takes what was left out from the sums. */
void report_gathering_subtract(const struct report_gathering *gathering,
			       struct pq_check_summary *summary);

#endif
