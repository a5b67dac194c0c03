/* Two readings of the inputs, both by a crew: the first for what others are judged by, the second
 * to judge. */
#include "check/check.h"

#include "check/crew.h"
#include "check/inputs.h"
#include "check/job.h"
#include "check/judge.h"
#include "check/keep.h"
#include "check/part.h"
#include "check/read.h"
#include "check/survey.h"

#define DOCUMENT_MEMORY_MAX ((size_t)1 << 31) /* bytes that reading and judging one may take */

enum {
	JOB_INPUTS_MAX = 16,      /* small files that are read at one go */
	JOBS_PER_WORKER = 8,      /* at least, so that nobody is idle for long at the end */
	JOB_BYTES_KEPT = 1 << 16, /* of an arena for outcomes, for the next job's */
};

struct run {
	const struct pq_check_settings *settings;
	struct check_working_directory working_directory;
	struct check_inputs inputs;
	struct check_olds olds;
	struct check_world world;
	struct pq_check_sink *sink;
	struct pq_check_summary summary;
	unsigned workers;
	size_t next_input; /* what is taken next */
	size_t next_part;
	struct pq_error *error;
	bool failed; /* for the reason in error */
};

/* Outcomes in order. */
struct kept {
	const struct pq_check_outcome *outcome;
	struct kept *next;
};

/* Some inputs, or one part of one. */
struct job {
	struct check_job common;
	size_t part;
	struct kept *outcomes;
	struct kept **end;
};

struct worker {
	struct pq_arena arena; /* of one document */
	struct pq_buffer text;
	struct check_old_reader old;
};

/* A text while it is judged. */
struct judging {
	const struct check_world *world;
	struct job *job;
	struct worker *worker;
};

static void worker_init(void *memory)
{
	struct worker *worker = memory;
	pq_arena_init(&worker->arena, DOCUMENT_MEMORY_MAX);
	pq_buffer_init(&worker->text, 0);
	check_old_reader_init(&worker->old);
}

static void worker_done(void *memory)
{
	struct worker *worker = memory;
	pq_arena_done(&worker->arena);
	pq_buffer_done(&worker->text);
	check_old_reader_done(&worker->old);
}

/* So many files that every worker gets several jobs. */
static size_t inputs_of_job(const struct run *run)
{
	size_t fair = run->inputs.count / (run->workers * JOBS_PER_WORKER);
	return fair < 1 ? 1 : fair > JOB_INPUTS_MAX ? JOB_INPUTS_MAX : fair;
}

static bool take(void *memory, void *context)
{
	struct run *run = context;
	struct job *job = memory;
	const struct check_input *inputs = run->inputs.items;
	size_t most = inputs_of_job(run), count = run->inputs.count, at = run->next_input,
	       small = at;
	while (small < count && small < at + most && !check_part_is_cut(&inputs[small]))
		small++;
	job->part = run->next_part;
	if (at == count || small > at)
		return check_job_take(&job->common, most, small, &run->next_input);
	/* A part of a large one: it is left when the last part has been taken. */
	bool is_last = ++run->next_part == check_part_count(&inputs[at]);
	run->next_part = is_last ? 0 : run->next_part;
	return check_job_take(&job->common, 1, count, is_last ? &run->next_input : &at);
}

static bool keep(struct job *job, const struct pq_check_outcome *outcome)
{
	struct kept *kept = pq_arena_alloc(&job->common.arena, sizeof *kept);
	if (kept != NULL)
		kept->outcome = check_keep_outcome(&job->common.arena, outcome);
	if (kept == NULL || kept->outcome == NULL)
		return pq_error_set(&job->common.error, PQ_ERROR_MEMORY,
				    "no memory for what is found");
	*job->end = kept;
	job->end = &kept->next;
	return true;
}

/* An input of which nothing is read. */
static bool keep_note(struct job *job, const struct check_input *input,
		      enum pq_check_verdict verdict, const char *note)
{
	const struct pq_check_finding finding = {
		.severity = PQ_CHECK_ERROR,
		.message = pq_string_from(note),
		.offset = PQ_OFFSET_NONE,
	};
	const struct pq_check_outcome outcome = {
		.file = pq_string_from(input->path),
		.item = PQ_CHECK_NO_ITEM,
		.verdict = verdict,
		.note = verdict == PQ_CHECK_IGNORED ? pq_string_from(note) : PQ_S(""),
		.findings = &finding,
		.finding_count = verdict == PQ_CHECK_UNREADABLE,
	};
	return keep(job, &outcome);
}

static bool judge_document(struct check_source *source, const struct check_document *document,
			   void *context)
{
	struct judging *judging = context;
	struct worker *worker = judging->worker;
	struct check_draft draft;
	check_draft_init(&draft, &worker->arena, source, document);
	check_judge_document(judging->world, document, &worker->old, &draft);
	return keep(judging->job, &draft.outcome);
}

static bool judge_input(const struct run *run, struct job *job, size_t index, struct worker *worker)
{
	const struct check_input *input = &run->inputs.items[index];
	struct judging judging = { .world = &run->world, .job = job, .worker = worker };
	struct check_part part;
	struct pq_error error;
	if (input->state != CHECK_INPUT_FILE)
		return keep_note(job, input,
				 input->state == CHECK_INPUT_IGNORED ? PQ_CHECK_IGNORED
								     : PQ_CHECK_UNREADABLE,
				 input->note);
	if (!check_part_read(input, job->part, &worker->text, &part, &error))
		return keep_note(job, input, PQ_CHECK_UNREADABLE, error.message);
	const struct check_text text = {
		.input = index,
		.file = pq_string_from(input->path),
		.bytes = pq_buffer_view(&worker->text),
		.first_document = part.first_document,
		.first_line = part.first_line,
	};
	return check_read_documents(&worker->arena, &text, judge_document, &judging,
				    &job->common.error);
}

static void work(void *job_memory, void *worker_memory, void *context)
{
	const struct run *run = context;
	struct worker *worker = worker_memory;
	struct job *job = job_memory;
	job->outcomes = NULL;
	job->end = &job->outcomes;
	bool fine = true;
	for (size_t i = 0; fine && i < job->common.count; i++)
		fine = judge_input(run, job, job->common.first + i, worker);
	check_part_forget(&worker->text);
}

static void count(struct pq_check_summary *summary, const struct pq_check_outcome *outcome)
{
	bool is_judged = outcome->verdict == PQ_CHECK_VALID || outcome->verdict == PQ_CHECK_INVALID;
	summary->documents++;
	summary->verdicts[outcome->verdict]++;
	summary->updates += outcome->is_update && is_judged;
	summary->lack_crd += outcome->lacks_crd;
	for (size_t i = 0; i < outcome->finding_count; i++) {
		if (outcome->findings[i].severity == PQ_CHECK_ERROR)
			summary->errors++;
		else
			summary->warnings++;
	}
	summary->errors += outcome->findings_dropped;
	summary->warnings += outcome->warning_count;
	summary->ignored += outcome->findings_ignored;
}

static bool tell(void *memory, void *context)
{
	struct run *run = context;
	struct job *job = memory;
	if (job->common.error.code != PQ_ERROR_NONE) {
		*run->error = job->common.error;
		run->failed = true;
		return false;
	}
	for (const struct kept *kept = job->outcomes; kept != NULL; kept = kept->next) {
		count(&run->summary, kept->outcome);
		run->sink->tell(run->sink, kept->outcome);
	}
	pq_arena_reset(&job->common.arena, JOB_BYTES_KEPT);
	if (run->settings->progress != NULL)
		run->settings->progress(job->common.first + job->common.count, run->inputs.count,
					run->settings->progress_context);
	return true;
}

static bool judge_all(struct run *run)
{
	const struct check_crew_plan plan = {
		.workers = run->workers,
		.worker_size = sizeof(struct worker),
		.worker_init = worker_init,
		.worker_done = worker_done,
		.job_size = sizeof(struct job),
		.job_init = check_job_init,
		.job_done = check_job_done,
		.take = take,
		.work = work,
		.tell = tell,
		.context = run,
	};
	return check_crew_run(&plan, run->error) && !run->failed;
}

static bool note_olds(struct run *run)
{
	const struct pq_check_settings *settings = run->settings;
	if (settings->old.count == 0 && settings->revision == NULL)
		return true;
	if (settings->old.count > 0 && settings->revision != NULL)
		return pq_error_set(run->error, PQ_ERROR_USAGE,
				    "the objects as they were are named twice: by --old and --git");
	run->world.olds = &run->olds;
	run->summary.has_olds = true;
	return settings->revision != NULL
		       ? check_olds_add_revision(&run->olds, settings->revision, run->workers,
						 run->error)
		       : check_olds_add_paths(&run->olds, settings->old.items, settings->old.count,
					      run->workers, run->error);
}

static bool run_in_two_readings(struct run *run, struct pq_policy_builder *builder)
{
	const struct pq_check_settings *settings = run->settings;
	struct pq_check_sink *sink = run->sink;
	if (!check_world_init(&run->world, settings, &run->working_directory, builder,
			      run->error) ||
	    !check_inputs_find(&run->inputs, settings->paths.items, settings->paths.count,
			       run->error) ||
	    !check_survey(&run->inputs, &run->world, run->workers, run->error) || !note_olds(run))
		return false;
	if (sink->begin != NULL)
		sink->begin(sink);
	if (!judge_all(run))
		return false;
	sink->end(sink, &run->summary);
	check_filters_each_unused(&run->world.only, "only", settings->unused_filter,
				  settings->unused_filter_context);
	check_filters_each_unused(&run->world.skip, "skip", settings->unused_filter,
				  settings->unused_filter_context);
	return true;
}

static unsigned workers_of(const struct pq_check_settings *settings)
{
	unsigned wanted = settings->workers;
	return wanted == 0 ? 1 : wanted > PQ_CHECK_WORKERS_MAX ? PQ_CHECK_WORKERS_MAX : wanted;
}

bool pq_check_run(const struct pq_check_settings *settings, struct pq_policy_builder *builder,
		  struct pq_check_sink *sink, struct pq_error *error)
{
	struct run run = {
		.settings = settings,
		.sink = sink,
		.workers = workers_of(settings),
		.error = error,
	};
	check_working_directory_init(&run.working_directory);
	check_inputs_init(&run.inputs, &run.working_directory);
	check_olds_init(&run.olds, &run.working_directory);
	bool fine = run_in_two_readings(&run, builder);
	check_world_done(&run.world);
	check_inputs_done(&run.inputs);
	check_olds_done(&run.olds);
	return fine;
}
