#include "server/judges.h"

#include "base/clock.h"
#include "base/thread.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* A judge yields to the threads that serve connections. */
enum { JUDGE_NICENESS = 5 };

void pq_judges_init(struct pq_judges *judges, pq_job_run *run, void *context)
{
	*judges = (struct pq_judges){ .run = run, .context = context };
	pthread_mutex_init(&judges->mutex, NULL);
	pthread_cond_init(&judges->wanted, NULL);
	pq_heap_init(&judges->waiting);
}

void pq_judges_done(struct pq_judges *judges)
{
	pq_heap_done(&judges->waiting);
	pthread_cond_destroy(&judges->wanted);
	pthread_mutex_destroy(&judges->mutex);
}

static struct pq_job *job_of(struct pq_heap_node *node)
{
	return (struct pq_job *)((char *)node - offsetof(struct pq_job, node));
}

/* With the mutex held. The first in the queue, or NULL. */
static struct pq_job *take_first(struct pq_judges *judges)
{
	struct pq_heap_node *node = pq_heap_first(&judges->waiting);
	if (node == NULL)
		return NULL;
	pq_heap_remove(&judges->waiting, node);
	return job_of(node);
}

/* The next job; NULL when the judges are stopping. */
static struct pq_job *wait_for_job(struct pq_judges *judges)
{
	struct pq_job *job = NULL;
	pthread_mutex_lock(&judges->mutex);
	while (!judges->is_stopping && (job = take_first(judges)) == NULL)
		pthread_cond_wait(&judges->wanted, &judges->mutex);
	pthread_mutex_unlock(&judges->mutex);
	return job;
}

static void *run_judge(void *argument)
{
	struct pq_judges *judges = argument;
	struct pq_policy_reader reader = { 0 };
	struct pq_job *job;
	setpriority(PRIO_PROCESS, (id_t)gettid(), JUDGE_NICENESS);
	while ((job = wait_for_job(judges)) != NULL) {
		if (job->node.key < pq_clock_monotonic(&pq_clock_system))
			judges->run(job, PQ_JOB_LATE, NULL, judges->context);
		else
			judges->run(job, PQ_JOB_DO, &reader, judges->context);
	}
	pq_policy_reader_done(&reader);
	return NULL;
}

bool pq_judges_start(struct pq_judges *judges, size_t threads, size_t waiting_max,
		     struct pq_error *error)
{
	judges->waiting_max = waiting_max;
	judges->threads = calloc(threads, sizeof *judges->threads);
	if (judges->threads == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for judges");
	while (judges->thread_count < threads) {
		pthread_t *thread = &judges->threads[judges->thread_count];
		if (!pq_thread_start(thread, "judge", run_judge, judges))
			return pq_error_set(error, PQ_ERROR_MEMORY,
					    "cannot start a judge's thread");
		judges->thread_count++;
	}
	return true;
}

void pq_judges_stop(struct pq_judges *judges)
{
	struct pq_job *job;
	pthread_mutex_lock(&judges->mutex);
	judges->is_stopping = true;
	pthread_cond_broadcast(&judges->wanted);
	pthread_mutex_unlock(&judges->mutex);
	for (size_t i = 0; i < judges->thread_count; i++)
		pthread_join(judges->threads[i], NULL);
	judges->thread_count = 0;
	free(judges->threads);
	judges->threads = NULL;
	while ((job = take_first(judges)) != NULL)
		judges->run(job, PQ_JOB_DROP, NULL, judges->context);
}

bool pq_judges_submit(struct pq_judges *judges, struct pq_job *job, int64_t deadline, bool is_known)
{
	pthread_mutex_lock(&judges->mutex);
	size_t waiting_max = is_known ? judges->waiting_max : judges->waiting_max / 2;
	bool taken = !judges->is_stopping && judges->waiting.count < waiting_max &&
		     pq_heap_add(&judges->waiting, &job->node, deadline);
	if (taken)
		pthread_cond_signal(&judges->wanted);
	pthread_mutex_unlock(&judges->mutex);
	return taken;
}

static struct pq_job *take_late(struct pq_judges *judges, int64_t now)
{
	pthread_mutex_lock(&judges->mutex);
	const struct pq_heap_node *first = pq_heap_first(&judges->waiting);
	struct pq_job *job = first != NULL && first->key < now ? take_first(judges) : NULL;
	pthread_mutex_unlock(&judges->mutex);
	return job;
}

void pq_judges_expire(struct pq_judges *judges, int64_t now)
{
	struct pq_job *job;
	while ((job = take_late(judges, now)) != NULL)
		judges->run(job, PQ_JOB_LATE, NULL, judges->context);
}

void pq_judges_limit(struct pq_judges *judges, size_t waiting_max)
{
	pthread_mutex_lock(&judges->mutex);
	judges->waiting_max = waiting_max;
	pthread_mutex_unlock(&judges->mutex);
}

size_t pq_judges_waiting(struct pq_judges *judges)
{
	pthread_mutex_lock(&judges->mutex);
	size_t count = judges->waiting.count;
	pthread_mutex_unlock(&judges->mutex);
	return count;
}
