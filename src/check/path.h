/*
 * Paths of files: the parts of one, and one from the root on, whichever way it was named. Private
 * to this folder.
 */
#ifndef PQ_CHECK_PATH_H
#define PQ_CHECK_PATH_H

#include "base/string_view.h"

#include <limits.h>

/* Up to and with the last slash; empty, which is the working directory, when there is none. */
struct pq_string check_path_folder(struct pq_string path);

/* Behind the last slash. */
struct pq_string check_path_name(struct pq_string path);

/* A path from the root on, without ".", ".." and needless slashes; "" is the root itself. Links are
 * taken for folders: "link/.." is where the link is. */
struct check_full_path {
	char text[PATH_MAX]; /* without a NUL */
	size_t length;
	bool is_too_long;
};

/* What relative paths begin with. A run asks for it once. */
struct check_working_directory {
	struct check_full_path path; /* of the root when there is no working directory any more */
	bool is_in_work_tree;        /* of git */
	size_t work_tree_length;     /* of the path of its top, with which path begins */
};

void check_working_directory_init(struct check_working_directory *directory);

/* The full path of a path from the working directory or the root. False when it is too long. */
bool check_full_path_make(struct check_full_path *path,
			  const struct check_working_directory *directory, struct pq_string text);

/* Goes on by a path from there, or begins anew by one from the root. */
void check_full_path_add(struct check_full_path *path, struct pq_string text);

/* The folder that a full path is in; that of the root is the root. */
struct pq_string check_full_path_parent(struct pq_string path);

/* Whether a full path is that of a folder or of what is below it. */
bool check_full_path_is_in(struct pq_string path, struct pq_string folder);

/* Whether a folder, by its full path, is the top of a git work tree: what is above it is somebody
 * else's. In the work tree of the working directory, other work trees are folders like any, so that
 * a file in them is the same however it is named. */
bool check_is_work_tree_top(const struct check_working_directory *directory,
			    struct pq_string folder);

static inline struct pq_string check_full_path_view(const struct check_full_path *path)
{
	return (struct pq_string){ .data = path->text, .length = path->length };
}

#endif
