/* What the jobs of all crews here have in common: some inputs, and what comes of them. Private to
 * this folder. */
#ifndef PQ_CHECK_JOB_H
#define PQ_CHECK_JOB_H

#include "base/arena.h"
#include "base/error.h"

/* Stands first in a job. */
struct check_job {
	size_t first; /* input */
	size_t count;
	struct pq_arena arena; /* of what comes of them */
	struct pq_error error; /* code NONE, or why it could not be done */
};

/* For struct check_crew_plan. */
void check_job_init(void *job);
void check_job_done(void *job);

/* Takes at most as many of count inputs, from *next on, which moves behind them; false when there
 * are no more. */
bool check_job_take(struct check_job *job, size_t most, size_t count, size_t *next);

#endif
