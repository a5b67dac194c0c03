#include "check/crew.h"

#include <pthread.h>
#include <stdlib.h>

enum { JOBS_PER_WORKER = 4 }; /* of the window */

struct crew {
	const struct check_crew_plan *plan;
	pthread_mutex_t mutex; /* of all below */
	pthread_cond_t room;   /* a job has been told */
	char *jobs;            /* a ring of window jobs */
	bool *is_done;         /* of each */
	size_t window;
	size_t taken; /* since the start */
	size_t told;
	bool is_telling;
	bool is_over;    /* nothing more is taken */
	bool has_failed; /* nothing more is told */
};

/* One thread and what is its own. */
struct member {
	struct crew *crew;
	void *worker;
	pthread_t thread;
};

static void *job_at(const struct crew *crew, size_t number)
{
	return crew->jobs + number % crew->window * crew->plan->job_size;
}

/* Takes the next job when there is room for it; the mutex is held. */
static bool take(struct crew *crew, size_t *number)
{
	while (!crew->is_over && crew->taken - crew->told == crew->window)
		pthread_cond_wait(&crew->room, &crew->mutex);
	if (crew->is_over)
		return false;
	crew->is_over = !crew->plan->take(job_at(crew, crew->taken), crew->plan->context);
	if (crew->is_over)
		return false;
	*number = crew->taken++;
	return true;
}

/* Whoever finishes the job that is next to be told tells it, and those behind it that are done; the
 * mutex is held, but not while it tells. */
static void tell(struct crew *crew)
{
	if (crew->is_telling)
		return;
	crew->is_telling = true;
	while (!crew->has_failed && crew->is_done[crew->told % crew->window]) {
		pthread_mutex_unlock(&crew->mutex);
		bool goes_on = crew->plan->tell(job_at(crew, crew->told), crew->plan->context);
		pthread_mutex_lock(&crew->mutex);
		crew->is_done[crew->told % crew->window] = false;
		crew->told++;
		crew->has_failed = !goes_on;
		crew->is_over |= !goes_on;
		pthread_cond_broadcast(&crew->room);
	}
	crew->is_telling = false;
}

static void *work(void *context)
{
	struct member *member = context;
	struct crew *crew = member->crew;
	size_t number;
	pthread_mutex_lock(&crew->mutex);
	while (take(crew, &number)) {
		pthread_mutex_unlock(&crew->mutex);
		crew->plan->work(job_at(crew, number), member->worker, crew->plan->context);
		pthread_mutex_lock(&crew->mutex);
		crew->is_done[number % crew->window] = true;
		tell(crew);
	}
	pthread_mutex_unlock(&crew->mutex);
	return NULL;
}

/* Fewer threads than wanted do as well. */
static void run_members(struct member *members, unsigned count)
{
	unsigned started = 1;
	while (started < count &&
	       pthread_create(&members[started].thread, NULL, work, &members[started]) == 0)
		started++;
	work(&members[0]);
	while (started > 1)
		pthread_join(members[--started].thread, NULL);
}

static void for_each(char *items, size_t count, size_t size, void (*visit)(void *item))
{
	for (size_t i = 0; i < count; i++)
		visit(items + i * size);
}

static void run(struct crew *crew, char *workers, struct member *members)
{
	const struct check_crew_plan *plan = crew->plan;
	for (unsigned i = 0; i < plan->workers; i++) {
		members[i].crew = crew;
		members[i].worker = workers + i * plan->worker_size;
	}
	for_each(workers, plan->workers, plan->worker_size, plan->worker_init);
	for_each(crew->jobs, crew->window, plan->job_size, plan->job_init);
	run_members(members, plan->workers);
	for_each(workers, plan->workers, plan->worker_size, plan->worker_done);
	for_each(crew->jobs, crew->window, plan->job_size, plan->job_done);
}

bool check_crew_run(const struct check_crew_plan *plan, struct pq_error *error)
{
	struct crew crew = {
		.plan = plan,
		.window = (size_t)plan->workers * JOBS_PER_WORKER,
		.mutex = PTHREAD_MUTEX_INITIALIZER,
		.room = PTHREAD_COND_INITIALIZER,
	};
	crew.jobs = calloc(crew.window, plan->job_size);
	crew.is_done = calloc(crew.window, sizeof *crew.is_done);
	char *workers = calloc(plan->workers, plan->worker_size);
	struct member *members = calloc(plan->workers, sizeof *members);
	bool fine = crew.jobs != NULL && crew.is_done != NULL && workers != NULL && members != NULL;
	if (fine)
		run(&crew, workers, members);
	else
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for threads");
	free(crew.jobs);
	free(crew.is_done);
	free(workers);
	free(members);
	return fine;
}
