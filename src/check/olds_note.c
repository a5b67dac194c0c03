/* Noting where the objects of all inputs stand, by a crew. */
#include "base/pages.h"
#include "base/sort.h"
#include "check/classify.h"
#include "check/crew.h"
#include "check/git.h"
#include "check/identity.h"
#include "check/job.h"
#include "check/olds.h"
#include "check/part.h"
#include "check/patches.h"
#include "check/read.h"
#include "check/sink.h"

#include <pthread.h>
#include <stdlib.h>

enum {
	JOB_INPUTS = 16,
	NOTES_KEPT = 64 * 1024, /* bytes of what a job noted */
};

/* What notes the objects of all inputs. */
struct noting {
	struct check_olds *olds;
	const struct check_git_blob *blobs; /* one for each input, or NULL: files */
	struct check_patches patches;       /* of kustomizations */
	pthread_mutex_t patches_mutex;
	size_t next; /* input */
	struct pq_error *error;
	bool failed; /* for the reason in error */
};

struct note {
	struct check_old old;
	struct note *next;
};

struct job {
	struct check_job common;
	struct note *notes;
	struct note **end;
};

/* One thread's. */
struct reader {
	struct pq_arena arena; /* of one document */
	struct pq_buffer text;
};

/* One text while its objects are noted. */
struct visit {
	struct noting *noting;
	struct job *job;
	struct check_old old; /* of the text: where it begins, and which input it is */
	struct pq_string bytes;
	bool is_strict;
};

static void reader_init(void *memory)
{
	struct reader *reader = memory;
	pq_arena_init(&reader->arena, CHECK_READ_MEMORY_MAX);
	pq_buffer_init(&reader->text, 0);
}

static void reader_done(void *memory)
{
	struct reader *reader = memory;
	pq_arena_done(&reader->arena);
	pq_buffer_done(&reader->text);
}

static bool take(void *memory, void *context)
{
	struct noting *noting = context;
	struct job *job = memory;
	return check_job_take(&job->common, JOB_INPUTS, noting->olds->inputs.count, &noting->next);
}

static bool refuse_document(struct visit *visit, const struct check_source *source,
			    const struct check_document *document)
{
	visit->job->common.error = document->error;
	visit->job->common.error.line += source->start.line - 1;
	pq_error_add_path(&visit->job->common.error, source->file);
	return false;
}

static bool fail_memory(struct job *job)
{
	return pq_error_set(&job->common.error, PQ_ERROR_MEMORY, "no memory for old objects");
}

static bool note_patches(struct visit *visit, const struct check_source *source,
			 const struct check_document *document)
{
	struct noting *noting = visit->noting;
	pthread_mutex_lock(&noting->patches_mutex);
	bool fine = check_patches_add(&noting->patches, source->file, &document->value);
	pthread_mutex_unlock(&noting->patches_mutex);
	return fine || fail_memory(visit->job);
}

static bool note_object(struct check_source *source, const struct check_document *document,
			struct visit *visit)
{
	struct job *job = visit->job;
	struct check_identity identity;
	if (!check_identity_of(&document->value, &identity))
		return true;
	struct note *note = pq_arena_alloc(&job->common.arena, sizeof *note);
	if (note == NULL)
		return fail_memory(job);
	note->old = visit->old;
	note->old.hash = check_identity_hash(&identity);
	note->old.offset += (uint64_t)(source->text.data - visit->bytes.data);
	note->old.line = source->start.line;
	note->old.length = (uint32_t)source->text.length;
	note->old.item = document->item == PQ_CHECK_NO_ITEM ? UINT32_MAX : (uint32_t)document->item;
	*job->end = note;
	job->end = &note->next;
	return true;
}

static bool note_document(struct check_source *source, const struct check_document *document,
			  void *context)
{
	struct visit *visit = context;
	const char *what;
	switch (check_classify(source, document, &what)) {
	case CHECK_UNPARSABLE:
		return !visit->is_strict || refuse_document(visit, source, document);
	case CHECK_NO_MANIFEST:
		return !check_is_kustomization(source->file, &document->value) ||
		       note_patches(visit, source, document);
	case CHECK_ENCRYPTED:
	case CHECK_INCOMPLETE:
		return true;
	case CHECK_OBJECT:
	case CHECK_CRD:
	case CHECK_ADMISSION_SCHEMA:
	case CHECK_CONVERSION_RULES:
	case CHECK_NAMESPACE:
		break;
	}
	return note_object(source, document, visit);
}

static bool note_text(struct job *job, const struct check_input *input, struct visit *visit,
		      struct reader *reader, const struct check_part *part)
{
	const struct check_text text = {
		.file = pq_string_from(input->path),
		.bytes = pq_buffer_view(&reader->text),
		.first_document = part->first_document,
		.first_line = part->first_line,
	};
	visit->bytes = text.bytes;
	visit->old.offset = part->offset;
	return check_read_documents(&reader->arena, &text, note_document, visit,
				    &job->common.error);
}

static bool fail_input(struct job *job, const char *path, const char *why)
{
	return pq_error_set_at(&job->common.error, PQ_ERROR_IO, path, "%s", why);
}

static bool note_file(struct job *job, struct check_input *input, struct visit *visit,
		      struct reader *reader)
{
	struct pq_error error;
	if (input->state == CHECK_INPUT_IGNORED)
		return true;
	if (input->state == CHECK_INPUT_UNREADABLE)
		return fail_input(job, input->path, input->note);
	if (!check_part_cut(input, &reader->text, &error))
		return fail_input(job, input->path, error.message);
	for (size_t i = 0; i < check_part_count(input); i++) {
		struct check_part part;
		if (!check_part_read(input, i, &reader->text, &part, &error))
			return fail_input(job, input->path, error.message);
		if (!note_text(job, input, visit, reader, &part))
			return false;
	}
	return true;
}

static bool note_blob(struct job *job, const struct check_input *input,
		      const struct check_git_blob *blob, struct visit *visit, struct reader *reader)
{
	const struct check_part part = { .offset = blob->offset, .first_line = 1 };
	struct pq_error error;
	if (!check_part_read_bytes(input, blob->offset, blob->length, &reader->text, &error))
		return fail_input(job, input->path, error.message);
	return note_text(job, input, visit, reader, &part);
}

static void note_inputs(void *job_memory, void *reader_memory, void *context)
{
	struct noting *noting = context;
	struct reader *reader = reader_memory;
	struct job *job = job_memory;
	bool fine = true;
	job->notes = NULL;
	job->end = &job->notes;
	for (size_t i = job->common.first; fine && i < job->common.first + job->common.count; i++) {
		struct check_input *input = &noting->olds->inputs.items[i];
		struct visit visit = {
			.noting = noting,
			.job = job,
			.old.input = (uint32_t)i,
			.is_strict = noting->blobs == NULL,
		};
		fine = noting->blobs == NULL
			       ? note_file(job, input, &visit, reader)
			       : note_blob(job, input, &noting->blobs[i], &visit, reader);
	}
	check_part_forget(&reader->text);
}

static bool add(struct check_olds *olds, const struct check_old *old)
{
	if (olds->count == olds->capacity) {
		size_t capacity = olds->capacity == 0 ? 64 : olds->capacity * 2;
		struct check_old *grown = pq_pages_grow(olds->items, olds->capacity * sizeof *grown,
							capacity * sizeof *grown);
		if (grown == NULL)
			return false;
		olds->items = grown;
		olds->capacity = capacity;
	}
	olds->items[olds->count++] = *old;
	return true;
}

static bool keep_notes(void *memory, void *context)
{
	struct noting *noting = context;
	struct job *job = memory;
	for (const struct note *note = job->notes; note != NULL; note = note->next) {
		if (!add(noting->olds, &note->old))
			fail_memory(job);
	}
	noting->failed = job->common.error.code != PQ_ERROR_NONE;
	if (noting->failed)
		*noting->error = job->common.error;
	pq_arena_reset(&job->common.arena, NOTES_KEPT);
	return !noting->failed;
}

static int compare_olds(const void *left, const void *right)
{
	const struct check_old *a = left, *b = right;
	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (a->input != b->input)
		return a->input < b->input ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

/* A patch has the identity of what it changes, but is only a part of it. */
static void drop_patches(struct check_olds *olds, const struct check_patches *patches)
{
	size_t kept = 0;
	for (size_t i = 0; i < olds->count; i++) {
		const struct check_old *old = &olds->items[i];
		const char *path = olds->inputs.items[old->input].path;
		if (!check_patches_have(patches, pq_string_from(path)))
			olds->items[kept++] = *old;
	}
	olds->count = kept;
}

static bool run_crew(struct noting *noting, unsigned workers)
{
	const struct check_crew_plan plan = {
		.workers = workers,
		.worker_size = sizeof(struct reader),
		.worker_init = reader_init,
		.worker_done = reader_done,
		.job_size = sizeof(struct job),
		.job_init = check_job_init,
		.job_done = check_job_done,
		.take = take,
		.work = note_inputs,
		.tell = keep_notes,
		.context = noting,
	};
	return check_crew_run(&plan, noting->error) && !noting->failed;
}

static bool note_all(struct noting *noting, unsigned workers)
{
	struct check_olds *olds = noting->olds;
	check_patches_init(&noting->patches, olds->inputs.working_directory);
	bool fine = run_crew(noting, workers);
	if (fine)
		drop_patches(olds, &noting->patches);
	check_patches_done(&noting->patches);
	if (!fine)
		return false;
	pq_sort_in_place(olds->items, olds->count, sizeof *olds->items, compare_olds);
	return true;
}

bool check_olds_add_paths(struct check_olds *olds, const char *const *paths, size_t count,
			  unsigned workers, struct pq_error *error)
{
	struct noting noting = {
		.olds = olds,
		.patches_mutex = PTHREAD_MUTEX_INITIALIZER,
		.error = error,
	};
	olds->prefix = PQ_S("");
	return check_inputs_find(&olds->inputs, paths, count, error) && note_all(&noting, workers);
}

bool check_olds_add_revision(struct check_olds *olds, const char *revision, unsigned workers,
			     struct pq_error *error)
{
	struct noting noting = {
		.olds = olds,
		.patches_mutex = PTHREAD_MUTEX_INITIALIZER,
		.error = error,
	};
	struct check_git_blob *blobs;
	bool fine = check_git_add(&olds->inputs, revision, &blobs, &olds->prefix, error);
	noting.blobs = blobs;
	fine = fine && note_all(&noting, workers);
	free(blobs);
	return fine;
}
