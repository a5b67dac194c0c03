/*
 * Walk: the files that paths name, and those of the folders that they name, recursively and in
 * sorted order.
 *
 * In folders, names that begin with a dot are passed over: hidden files, and the folders in which a
 * volume of Kubernetes keeps its generations. Links are followed, and each folder is entered by the
 * first way to it only, for two links in each folder to the next one make 2^n ways through n
 * folders. Not thread-safe.
 */
#ifndef PQ_BASE_WALK_H
#define PQ_BASE_WALK_H

#include "base/error.h"
#include "base/map.h"

enum { PQ_WALK_DEPTH_MAX = 32 }; /* folders in folders */

enum pq_walk_kind {
	PQ_WALK_FILE,
	PQ_WALK_FOLDER,
	PQ_WALK_UNREADABLE, /* a link that leads nowhere, for instance: may have been either */
};

struct pq_walk {
	/* Whether what was found in a folder is visited, entered or told of; NULL: all is. */
	bool (*is_wanted)(const char *path, enum pq_walk_kind kind, void *context);
	/* A file. False ends the walk, with the error set. */
	bool (*visit)(const char *path, void *context, struct pq_error *error);
	/* Told of a path that cannot be read; the walk goes on if true. NULL: it never does. */
	bool (*pass_over)(const struct pq_error *trouble, void *context);
	void *context;
	struct pq_map folders; /* that have been entered, by device and inode */
};

/* Set the functions before; the map is the walk's. */
void pq_walk_init(struct pq_walk *walk);
void pq_walk_done(struct pq_walk *walk);

/* Walks one path; "-" is visited as it is. Folders that an earlier path led to are not entered
 * again. False when visit ended the walk or a path could not be read and was not passed over; the
 * error's path names it. */
PQ_CHECKED bool pq_walk_path(struct pq_walk *walk, const char *path, struct pq_error *error);

#endif
