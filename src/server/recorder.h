/*
 * Keeps reviews as they came, for `pratique review` to replay: a file each, in a folder, written by
 * a thread of its own so that no review waits for a disk. Of Secrets the values are blanked. Off
 * unless asked for; never more files and bytes in the folder than the limits say, those that were
 * there before included.
 */
#ifndef PQ_SERVER_RECORDER_H
#define PQ_SERVER_RECORDER_H

#include "base/error.h"
#include "base/string_view.h"

enum {
	PQ_RECORDER_QUEUE_MAX = 64,                     /* reviews that wait to be written */
	PQ_RECORDER_QUEUE_BYTES_MAX = 32 * 1024 * 1024, /* of them */
	PQ_RECORDER_ARENA_MAX = 256 * 1024 * 1024,      /* for blanking one */
};

struct pq_recorder_options {
	const char *folder; /* made, unless it is there; outlives the recorder */
	size_t files_max;
	int64_t bytes_max;
};

struct pq_recorder;

/* NULL on failure: the folder cannot be made or read. */
struct pq_recorder *pq_recorder_start(const struct pq_recorder_options *options,
				      struct pq_error *error);

/* Writes what waits; frees. NULL is fine. */
void pq_recorder_stop(struct pq_recorder *recorder);

/* Takes a copy of a review for the folder's next file, named after door and number. What the queue
 * has no place for is left out and counted. Thread-safe; NULL is fine. */
void pq_recorder_add(struct pq_recorder *recorder, const char *door, struct pq_string review,
		     bool is_secret);

#endif
