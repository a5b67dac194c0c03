#include "check/check.h"

#include "check/inputs.h"
#include "check/judge.h"

/* Bytes that reading one file and judging its documents may take. */
#define FILE_MEMORY_MAX ((size_t)1 << 31)

struct run {
	const struct pq_check_settings *settings;
	struct check_inputs inputs;
	struct check_world world;
	struct pq_check_sink *sink;
	struct pq_check_summary summary;
};

/* One input while it is read. */
struct visit {
	struct run *run;
	struct check_source source;
	struct pq_arena arena;
	struct pq_error *error;
};

static bool keep_for_others(const struct check_document *document, void *context)
{
	struct visit *visit = context;
	return document->error.code != PQ_ERROR_NONE ||
	       check_world_add(&visit->run->world, &visit->source, document, visit->error);
}

static void count(struct pq_check_summary *summary, const struct pq_check_outcome *outcome)
{
	summary->documents++;
	summary->verdicts[outcome->verdict]++;
	for (size_t i = 0; i < outcome->finding_count; i++) {
		if (outcome->findings[i].severity == PQ_CHECK_ERROR)
			summary->errors++;
		else
			summary->warnings++;
	}
	summary->errors += outcome->findings_dropped;
	summary->warnings += outcome->warning_count;
}

static bool judge(const struct check_document *document, void *context)
{
	struct visit *visit = context;
	struct run *run = visit->run;
	struct check_draft draft;
	check_judge_document(&run->world, &visit->source, document, &visit->arena, &draft);
	count(&run->summary, &draft.outcome);
	run->sink->tell(run->sink, &draft.outcome);
	return true;
}

static bool visit_input(struct run *run, size_t index, check_visit_document *visit_document,
			struct pq_error *error)
{
	const struct check_input *input = &run->inputs.items[index];
	const struct check_place start = { .line = 1, .column = 1 };
	struct visit visit = {
		.run = run,
		.source = { .input = index, .file = input->file, .start = start, .place = start },
		.error = error,
	};
	struct pq_string *text = &visit.source.text;
	pq_arena_init(&visit.arena, FILE_MEMORY_MAX);
	bool fine = check_inputs_read(input, &visit.arena, text, error) &&
		    check_read_documents(&visit.arena, input->file, *text, visit_document, &visit,
					 error);
	pq_arena_done(&visit.arena);
	return fine;
}

static bool visit_all(struct run *run, check_visit_document *visit, struct pq_error *error)
{
	bool fine = true;
	for (size_t i = 0; fine && i < run->inputs.count; i++)
		fine = visit_input(run, i, visit, error);
	return fine;
}

static bool run_in_two_passes(struct run *run, struct pq_error *error)
{
	const struct pq_check_settings *settings = run->settings;
	struct pq_check_sink *sink = run->sink;
	if (!check_inputs_find(&run->inputs, settings->paths, settings->path_count, error) ||
	    !visit_all(run, keep_for_others, error) || !check_world_finish(&run->world, error))
		return false;
	if (sink->begin != NULL)
		sink->begin(sink);
	if (!visit_all(run, judge, error))
		return false;
	sink->end(sink, &run->summary);
	return true;
}

bool pq_check_run(const struct pq_check_settings *settings, struct pq_policy_builder *builder,
		  struct pq_check_sink *sink, struct pq_error *error)
{
	struct run run = { .settings = settings, .sink = sink };
	check_world_init(&run.world, settings->openapi, builder);
	bool fine = run_in_two_passes(&run, error);
	check_world_done(&run.world);
	check_inputs_done(&run.inputs);
	return fine;
}
