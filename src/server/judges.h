/*
 * Judges: a few threads for what would hold up the connections beside it. Jobs wait in a bounded
 * queue, the one with the earliest deadline first; a job whose deadline comes before a judge has
 * time for it is handed back undone, so that there is an answer in time all the same.
 */
#ifndef PQ_SERVER_JUDGES_H
#define PQ_SERVER_JUDGES_H

#include "base/error.h"
#include "base/heap.h"
#include "policy/policy.h"

#include <pthread.h>

/* Embedded in whatever is to be done. */
struct pq_job {
	struct pq_heap_node node; /* ordered by deadline */
};

enum pq_job_turn {
	PQ_JOB_DO,   /* on a judge's thread */
	PQ_JOB_LATE, /* the deadline has passed */
	PQ_JOB_DROP, /* the judges are stopping */
};

/* Called once for each job that was taken, on a judge's thread or that of the caller of expire or
 * stop; no mutex is held. reader is the judge's own, and NULL unless the job is to be done. The job
 * is the callee's again. */
typedef void pq_job_run(struct pq_job *job, enum pq_job_turn turn, struct pq_policy_reader *reader,
			void *context);

struct pq_judges {
	pthread_mutex_t mutex;
	pthread_cond_t wanted;
	struct pq_heap waiting;
	size_t waiting_max; /* guarded by mutex, as the two around it */
	bool is_stopping;
	pq_job_run *run;
	void *context;
	pthread_t *threads;
	size_t thread_count;
};

void pq_judges_init(struct pq_judges *judges, pq_job_run *run, void *context);
void pq_judges_done(struct pq_judges *judges);

/* Threads of lower priority than their starter's. */
PQ_CHECKED bool pq_judges_start(struct pq_judges *judges, size_t threads, size_t waiting_max,
				struct pq_error *error);

/* Drops what waits, finishes what is being done. Nothing is taken afterwards. */
void pq_judges_stop(struct pq_judges *judges);

/* The rest are thread-safe. False when too many wait already, of which half will do where the
 * caller is not known, or the judges are stopping. */
PQ_CHECKED bool pq_judges_submit(struct pq_judges *judges, struct pq_job *job, int64_t deadline,
				 bool is_known);

/* Hands back what waits and whose deadline is before now (monotonic). */
void pq_judges_expire(struct pq_judges *judges, int64_t now);

void pq_judges_limit(struct pq_judges *judges, size_t waiting_max);
size_t pq_judges_waiting(struct pq_judges *judges);

#endif
