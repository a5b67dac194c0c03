#include "server/recorder.h"

#include "admission/blank.h"
#include "base/file.h"
#include "base/thread.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FILE_MODE = 0600, FOLDER_MODE = 0700, DOOR_MAX = 16 };

struct waiting {
	struct waiting *next;
	char door[DOOR_MAX];
	bool is_secret;
	size_t length;
	char text[];
};

struct pq_recorder {
	struct pq_recorder_options options;
	pthread_t thread;
	/* The thread's own. */
	size_t files;
	int64_t bytes;
	uint64_t number; /* of the last file */
	bool has_told;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct waiting *first, **last; /* guarded by the mutex, as all below */
	size_t count, waiting_bytes;
	bool is_stopping;
};

static void count_result(const char *result)
{
	const struct pq_string label = pq_string_from(result);
	pq_metric_add(PQ_METRIC_RECORDED_REVIEWS, &label, 1);
}

/* Once: what goes wrong here goes wrong each time. */
static void tell(struct pq_recorder *recorder, const char *message, const char *error)
{
	if (!recorder->has_told)
		pq_log(PQ_LOG_WARNING, message,
		       PQ_LOG_TEXT_FIELD("folder", pq_string_from(recorder->options.folder)),
		       PQ_LOG_TEXT_FIELD("error", pq_string_from(error)));
	recorder->has_told = true;
}

/* "validate-000017.json" */
static void look_at_file(struct pq_recorder *recorder, const char *name)
{
	char path[PATH_MAX];
	struct stat facts;
	const char *dash = strrchr(name, '-');
	snprintf(path, sizeof path, "%s/%s", recorder->options.folder, name);
	if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode))
		return;
	uint64_t number = dash == NULL ? 0 : strtoull(dash + 1, NULL, 10);
	recorder->files++;
	recorder->bytes += facts.st_size;
	if (number > recorder->number)
		recorder->number = number;
}

static bool open_folder(struct pq_recorder *recorder, struct pq_error *error)
{
	const char *path = recorder->options.folder;
	DIR *folder = NULL;
	if (mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST)
		folder = opendir(path);
	if (folder == NULL) {
		pq_error_set(error, PQ_ERROR_IO,
			     "cannot record here: %s; name a folder that can be written to "
			     "with --record, or none",
			     strerror(errno));
		pq_error_add_path(error, pq_string_from(path));
		return false;
	}
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
		look_at_file(recorder, entry->d_name);
	closedir(folder);
	return true;
}

static bool write_file(struct pq_recorder *recorder, const struct waiting *review,
		       struct pq_string text, struct pq_error *error)
{
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/%s-%06llu.json", recorder->options.folder, review->door,
		 (unsigned long long)recorder->number + 1);
	if (!pq_file_replace(path, text, FILE_MODE, error))
		return false;
	recorder->number++;
	recorder->files++;
	recorder->bytes += (int64_t)text.length;
	return true;
}

static void record(struct pq_recorder *recorder, const struct waiting *review)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer blanked;
	struct pq_error error;
	struct pq_string text = { .data = review->text, .length = review->length };
	pq_arena_init(&arena, PQ_RECORDER_ARENA_MAX);
	pq_buffer_init(&blanked, 0);
	bool is_fine =
		!review->is_secret || pq_admission_blank_secret(&arena, text, &blanked, &error);
	if (is_fine && review->is_secret)
		text = pq_buffer_view(&blanked);
	if (is_fine && (recorder->files >= recorder->options.files_max ||
			recorder->bytes + (int64_t)text.length > recorder->options.bytes_max)) {
		count_result("full");
		tell(recorder, "no more reviews are recorded", "the folder is full");
		return;
	}
	if (is_fine && write_file(recorder, review, text, &error)) {
		count_result("recorded");
		return;
	}
	count_result("failed");
	tell(recorder, "a review could not be recorded", error.message);
}

/* Waits for one; NULL when there are no more and the recorder stops. */
static struct waiting *take(struct pq_recorder *recorder)
{
	pthread_mutex_lock(&recorder->mutex);
	while (recorder->first == NULL && !recorder->is_stopping)
		pthread_cond_wait(&recorder->changed, &recorder->mutex);
	struct waiting *review = recorder->first;
	if (review != NULL) {
		recorder->first = review->next;
		if (recorder->first == NULL)
			recorder->last = &recorder->first;
		recorder->count--;
		recorder->waiting_bytes -= review->length;
	}
	pthread_mutex_unlock(&recorder->mutex);
	return review;
}

static void *run(void *context)
{
	struct pq_recorder *recorder = context;
	struct waiting *review;
	while ((review = take(recorder)) != NULL) {
		record(recorder, review);
		free(review);
	}
	return NULL;
}

static void free_recorder(struct pq_recorder *recorder)
{
	pthread_cond_destroy(&recorder->changed);
	pthread_mutex_destroy(&recorder->mutex);
	free(recorder);
}

static bool start_thread(struct pq_recorder *recorder, struct pq_error *error)
{
	if (!pq_thread_start(&recorder->thread, "recorder", run, recorder))
		return pq_error_set(error, PQ_ERROR_MEMORY, "cannot start the recorder's thread");
	return true;
}

struct pq_recorder *pq_recorder_start(const struct pq_recorder_options *options,
				      struct pq_error *error)
{
	struct pq_recorder *recorder = calloc(1, sizeof *recorder);
	if (recorder == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a recorder");
		return NULL;
	}
	recorder->options = *options;
	recorder->last = &recorder->first;
	pthread_mutex_init(&recorder->mutex, NULL);
	pthread_cond_init(&recorder->changed, NULL);
	if (open_folder(recorder, error) && start_thread(recorder, error))
		return recorder;
	free_recorder(recorder);
	return NULL;
}

void pq_recorder_stop(struct pq_recorder *recorder)
{
	if (recorder == NULL)
		return;
	pthread_mutex_lock(&recorder->mutex);
	recorder->is_stopping = true;
	pthread_cond_signal(&recorder->changed);
	pthread_mutex_unlock(&recorder->mutex);
	pthread_join(recorder->thread, NULL);
	free_recorder(recorder);
}

static bool put(struct pq_recorder *recorder, struct waiting *review)
{
	pthread_mutex_lock(&recorder->mutex);
	bool has_place = recorder->count < PQ_RECORDER_QUEUE_MAX &&
			 recorder->waiting_bytes + review->length <= PQ_RECORDER_QUEUE_BYTES_MAX;
	if (has_place) {
		*recorder->last = review;
		recorder->last = &review->next;
		recorder->count++;
		recorder->waiting_bytes += review->length;
		pthread_cond_signal(&recorder->changed);
	}
	pthread_mutex_unlock(&recorder->mutex);
	return has_place;
}

void pq_recorder_add(struct pq_recorder *recorder, const char *door, struct pq_string review,
		     bool is_secret)
{
	if (recorder == NULL)
		return;
	struct waiting *copy = malloc(sizeof *copy + review.length);
	if (copy != NULL) {
		copy->next = NULL;
		copy->is_secret = is_secret;
		copy->length = review.length;
		snprintf(copy->door, sizeof copy->door, "%s", door);
		memcpy(copy->text, review.data, review.length);
	}
	if (copy != NULL && put(recorder, copy))
		return;
	free(copy);
	count_result("dropped");
}
