/*
 * What `check` prints: a sink for each format. Standard output gets the findings, standard error
 * what was not judged and the sum of all.
 */
#ifndef PQ_REPORT_REPORT_H
#define PQ_REPORT_REPORT_H

#include "base/buffer.h"
#include "check/sink.h"

enum pq_report_format { PQ_REPORT_TEXT, PQ_REPORT_JSON };

struct pq_report {
	struct pq_check_sink sink;
	struct pq_buffer out; /* on its way to standard output */
	bool is_coloured;
	bool failed;    /* standard output takes no more */
	size_t printed; /* findings */
	struct pq_check_summary summary;
};

void pq_report_init(struct pq_report *report, enum pq_report_format format);

void pq_report_done(struct pq_report *report);

/* After the run: writes what is left and the sum of all. False, with the reason on standard error,
 * when standard output did not take all. */
PQ_CHECKED bool pq_report_finish(struct pq_report *report);

#endif
