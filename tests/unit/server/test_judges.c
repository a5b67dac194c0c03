/* The queue of large reviews. */
#include "server/judges.h"

#include "base/clock.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { JOBS = 4 };

struct thing {
	struct pq_job job;
	int number;
};

/* What happened to the jobs; the first one on a judge's thread waits at the gate. */
struct scene {
	struct pq_judges judges;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool gate_is_open;
	bool is_at_gate;
	int order[JOBS];
	enum pq_job_turn turns[JOBS]; /* by number */
	size_t done;
	struct thing things[JOBS];
};

static void run(struct pq_job *job, enum pq_job_turn turn, struct pq_policy_reader *reader,
		void *context)
{
	struct scene *scene = context;
	struct thing *thing = (struct thing *)job;
	pthread_mutex_lock(&scene->mutex);
	while (turn == PQ_JOB_DO && !scene->gate_is_open) {
		scene->is_at_gate = true;
		pthread_cond_broadcast(&scene->changed);
		pthread_cond_wait(&scene->changed, &scene->mutex);
	}
	assert((turn == PQ_JOB_DO) == (reader != NULL));
	scene->order[scene->done++] = thing->number;
	scene->turns[thing->number] = turn;
	pthread_cond_broadcast(&scene->changed);
	pthread_mutex_unlock(&scene->mutex);
}

static int start(void **state)
{
	static struct scene scene;
	struct pq_error error;
	scene = (struct scene){ .gate_is_open = false };
	pthread_mutex_init(&scene.mutex, NULL);
	pthread_cond_init(&scene.changed, NULL);
	pq_judges_init(&scene.judges, run, &scene);
	for (int i = 0; i < JOBS; i++)
		scene.things[i].number = i;
	assert_true(pq_judges_start(&scene.judges, 1, JOBS - 1, &error));
	*state = &scene;
	return 0;
}

static int stop(void **state)
{
	struct scene *scene = *state;
	pq_judges_stop(&scene->judges);
	pq_judges_done(&scene->judges);
	pthread_cond_destroy(&scene->changed);
	pthread_mutex_destroy(&scene->mutex);
	return 0;
}

static int64_t in_hours(int hours)
{
	return pq_clock_monotonic(&pq_clock_system) + hours * PQ_HOUR;
}

static bool submit(struct scene *scene, int number, int64_t deadline)
{
	return pq_judges_submit(&scene->judges, &scene->things[number].job, deadline, true);
}

/* The only judge is busy with job 0 afterwards. */
static void occupy_judge(struct scene *scene)
{
	assert_true(submit(scene, 0, in_hours(1)));
	pthread_mutex_lock(&scene->mutex);
	while (!scene->is_at_gate)
		pthread_cond_wait(&scene->changed, &scene->mutex);
	pthread_mutex_unlock(&scene->mutex);
}

static void open_gate_and_wait(struct scene *scene, size_t done)
{
	pthread_mutex_lock(&scene->mutex);
	scene->gate_is_open = true;
	pthread_cond_broadcast(&scene->changed);
	while (scene->done < done)
		pthread_cond_wait(&scene->changed, &scene->mutex);
	pthread_mutex_unlock(&scene->mutex);
}

static void the_earliest_deadline_goes_first(void **state)
{
	struct scene *scene = *state;
	occupy_judge(scene);
	assert_true(submit(scene, 1, in_hours(4)));
	assert_true(submit(scene, 2, in_hours(2)));
	assert_true(submit(scene, 3, in_hours(3)));
	assert_int_equal(pq_judges_waiting(&scene->judges), 3);
	open_gate_and_wait(scene, JOBS);
	static const int want[JOBS] = { 0, 2, 3, 1 };
	assert_memory_equal(scene->order, want, sizeof want);
	for (int i = 0; i < JOBS; i++)
		assert_int_equal(scene->turns[i], PQ_JOB_DO);
}

static void a_full_queue_takes_no_more(void **state)
{
	struct scene *scene = *state;
	occupy_judge(scene);
	pq_judges_limit(&scene->judges, 2);
	assert_true(submit(scene, 1, in_hours(1)));
	assert_true(submit(scene, 2, in_hours(1)));
	assert_false(submit(scene, 3, in_hours(1)));
	open_gate_and_wait(scene, 3);
	assert_true(submit(scene, 3, in_hours(1)));
	open_gate_and_wait(scene, 4);
}

static void who_waits_too_long_is_handed_back(void **state)
{
	struct scene *scene = *state;
	occupy_judge(scene);
	assert_true(submit(scene, 1, in_hours(2)));
	assert_true(submit(scene, 2, in_hours(5)));
	pq_judges_expire(&scene->judges, in_hours(1));
	assert_int_equal(scene->done, 0);
	pq_judges_expire(&scene->judges, in_hours(3));
	assert_int_equal(scene->done, 1);
	assert_int_equal(scene->turns[1], PQ_JOB_LATE);
	open_gate_and_wait(scene, 3);
	assert_int_equal(scene->turns[2], PQ_JOB_DO);
}

static void a_judge_does_nothing_that_is_late(void **state)
{
	struct scene *scene = *state;
	occupy_judge(scene);
	assert_true(submit(scene, 1, 1));
	open_gate_and_wait(scene, 2);
	assert_int_equal(scene->turns[1], PQ_JOB_LATE);
}

/* None has started here. */
static void who_waits_at_the_end_is_dropped(void **state)
{
	struct scene *scene = *state;
	struct pq_judges idle;
	pq_judges_init(&idle, run, scene);
	pq_judges_limit(&idle, JOBS);
	assert_true(pq_judges_submit(&idle, &scene->things[1].job, in_hours(1), true));
	assert_true(pq_judges_submit(&idle, &scene->things[2].job, in_hours(1), true));
	pq_judges_stop(&idle);
	assert_int_equal(scene->turns[1], PQ_JOB_DROP);
	assert_int_equal(scene->turns[2], PQ_JOB_DROP);
	assert_false(pq_judges_submit(&idle, &scene->things[3].job, in_hours(1), true));
	pq_judges_done(&idle);
}

static void who_is_not_known_gets_half_of_the_queue(void **state)
{
	struct scene *scene = *state;
	struct pq_judges idle;
	pq_judges_init(&idle, run, scene);
	pq_judges_limit(&idle, 2);
	assert_true(pq_judges_submit(&idle, &scene->things[1].job, in_hours(1), false));
	assert_false(pq_judges_submit(&idle, &scene->things[2].job, in_hours(1), false));
	assert_true(pq_judges_submit(&idle, &scene->things[2].job, in_hours(1), true));
	assert_false(pq_judges_submit(&idle, &scene->things[3].job, in_hours(1), true));
	pq_judges_stop(&idle);
	pq_judges_done(&idle);
}

#define SCENE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(the_earliest_deadline_goes_first),
		SCENE(a_full_queue_takes_no_more),
		SCENE(who_waits_too_long_is_handed_back),
		SCENE(a_judge_does_nothing_that_is_late),
		SCENE(who_waits_at_the_end_is_dropped),
		SCENE(who_is_not_known_gets_half_of_the_queue),
	};
	return cmocka_run_group_tests_name("judges", tests, NULL, NULL);
}
