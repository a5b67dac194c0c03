/*
 * All files are looked through by a crew, for words only; the few that may hold schemas, namespaces
 * or kustomizations are then parsed, in order, so that of two schemas for one kind the first is
 * used, whoever was faster.
 */
#include "check/survey.h"

#include "check/crew.h"
#include "check/job.h"
#include "check/kustomizations.h"
#include "check/part.h"
#include "check/read.h"

enum { JOB_INPUTS = 32 }; /* that one job looks through */

struct survey {
	struct check_inputs *inputs;
	struct check_world *world;
	size_t next; /* input */
	struct pq_error *error;
	bool failed; /* for the reason in error */
};

struct job {
	struct check_job common;
	const char *notes[JOB_INPUTS]; /* why an input cannot be read, or NULL */
};

static void worker_init(void *text)
{
	pq_buffer_init(text, 0);
}

static void worker_done(void *text)
{
	pq_buffer_done(text);
}

static bool take(void *memory, void *context)
{
	struct survey *survey = context;
	struct job *job = memory;
	return check_job_take(&job->common, JOB_INPUTS, survey->inputs->count, &survey->next);
}

static void look_through(void *memory, void *text, void *context)
{
	const struct survey *survey = context;
	struct job *job = memory;
	for (size_t i = 0; i < job->common.count; i++) {
		struct check_input *input = &survey->inputs->items[job->common.first + i];
		struct pq_error error;
		job->notes[i] = NULL;
		if (input->state != CHECK_INPUT_FILE || check_part_cut(input, text, &error))
			continue;
		job->notes[i] =
			pq_arena_copy(&job->common.arena, pq_string_from(error.message)).data;
		if (job->notes[i] == NULL)
			job->notes[i] = "cannot be read";
	}
	check_part_forget(text);
}

static bool out_of_memory(struct survey *survey)
{
	survey->failed = true;
	return pq_error_set(survey->error, PQ_ERROR_MEMORY, "no memory to read files");
}

static bool keep_notes(void *memory, void *context)
{
	struct survey *survey = context;
	struct job *job = memory;
	for (size_t i = 0; i < job->common.count; i++) {
		struct check_input *input = &survey->inputs->items[job->common.first + i];
		if (job->notes[i] != NULL &&
		    !check_inputs_set_unreadable(survey->inputs, input, job->notes[i]))
			return out_of_memory(survey);
	}
	pq_arena_reset(&job->common.arena, 0);
	return true;
}

static bool keep_for_others(struct check_source *source, const struct check_document *document,
			    void *context)
{
	struct survey *survey = context;
	survey->failed = document->error.code == PQ_ERROR_NONE &&
			 !check_world_add(survey->world, source, document, survey->error);
	return !survey->failed;
}

static bool read_part(struct survey *survey, size_t index, size_t number, struct pq_buffer *bytes)
{
	const struct check_input *input = &survey->inputs->items[index];
	struct check_part part;
	struct pq_error unreadable; /* the second reading will tell */
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, CHECK_READ_MEMORY_MAX);
	if (!check_part_read(input, number, bytes, &part, &unreadable))
		return true;
	const struct check_text text = {
		.input = index,
		.file = pq_string_from(input->path),
		.bytes = pq_buffer_view(bytes),
		.first_document = part.first_document,
		.first_line = part.first_line,
	};
	return check_read_documents(&arena, &text, keep_for_others, survey, survey->error);
}

static bool read_inputs(struct survey *survey)
{
	pq_cleanup_buffer struct pq_buffer bytes;
	pq_buffer_init(&bytes, 0);
	for (size_t i = 0; i < survey->inputs->count; i++) {
		const struct check_input *input = &survey->inputs->items[i];
		for (size_t part = 0; input->has_others && part < check_part_count(input); part++) {
			if (!read_part(survey, i, part, &bytes))
				return false;
		}
	}
	return true;
}

bool check_survey(struct check_inputs *inputs, struct check_world *world, unsigned workers,
		  struct pq_error *error)
{
	struct survey survey = { .inputs = inputs, .world = world, .error = error };
	const struct check_crew_plan plan = {
		.workers = workers,
		.worker_size = sizeof(struct pq_buffer),
		.worker_init = worker_init,
		.worker_done = worker_done,
		.job_size = sizeof(struct job),
		.job_init = check_job_init,
		.job_done = check_job_done,
		.take = take,
		.work = look_through,
		.tell = keep_notes,
		.context = &survey,
	};
	return check_crew_run(&plan, error) && !survey.failed && read_inputs(&survey) &&
	       (check_kustomizations_find(inputs, &world->patches) || out_of_memory(&survey)) &&
	       check_world_finish(world, error);
}
