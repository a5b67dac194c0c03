#include "check/job.h"

void check_job_init(void *memory)
{
	struct check_job *job = memory;
	pq_arena_init(&job->arena, 0);
}

void check_job_done(void *memory)
{
	struct check_job *job = memory;
	pq_arena_done(&job->arena);
}

bool check_job_take(struct check_job *job, size_t most, size_t count, size_t *next)
{
	size_t left = count - *next;
	job->first = *next;
	job->count = left < most ? left : most;
	job->error.code = PQ_ERROR_NONE;
	*next += job->count;
	return job->count > 0;
}
