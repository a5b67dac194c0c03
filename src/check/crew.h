/*
 * Crew: threads that do jobs in any order, while what came of them is told in the order in which
 * they were taken. Finished jobs that wait for an earlier one are so many at most, so that memory
 * stays small however long that takes. Private to this folder.
 */
#ifndef PQ_CHECK_CREW_H
#define PQ_CHECK_CREW_H

#include "base/error.h"

struct check_crew_plan {
	unsigned workers; /* at least 1; the caller is one of them */
	/* A worker's own memory and a job's: zeroed, then initialised, and in the end done. */
	size_t worker_size;
	size_t job_size;
	void (*worker_init)(void *worker);
	void (*worker_done)(void *worker);
	void (*job_init)(void *job);
	void (*job_done)(void *job);
	/* Fills a job, whose memory may have been another's; false when there are no more. Calls
	 * never overlap. */
	bool (*take)(void *job, void *context);
	/* On any thread. */
	void (*work)(void *job, void *worker, void *context);
	/* In order; false ends the run. Calls never overlap. */
	bool (*tell)(void *job, void *context);
	void *context;
};

/* Returns when all jobs have been told, or tell has ended the run. False only without memory: what
 * ended the run is in the context. */
PQ_CHECKED bool check_crew_run(const struct check_crew_plan *plan, struct pq_error *error);

#endif
