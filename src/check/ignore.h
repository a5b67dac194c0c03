/*
 * .pratiqueignore: which files are not judged, in the language of gitignore(5). There may be one in
 * each folder from the top of the git work tree, or the root where there is none, to a file,
 * whichever way its path is written; it says something of what is below its folder. Private to this
 * folder.
 */
#ifndef PQ_CHECK_IGNORE_H
#define PQ_CHECK_IGNORE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "check/path.h"

/* Of one file. Each rule is held against each path below it: this is ten milliseconds for one. */
enum { PQ_CHECK_IGNORE_BYTES_MAX = 64 * 1024 };

struct check_ignores {
	struct pq_map folders; /* by full path, also those without a file */
	const struct check_working_directory *working_directory;
	struct pq_arena arena;
};

/* The working directory must live as long. */
void check_ignores_init(struct check_ignores *ignores,
			const struct check_working_directory *working_directory);
void check_ignores_done(struct check_ignores *ignores);

/* Looks for a rule by which a path, or a folder on the way to it, is ignored: *rule is
 * "FILE:LINE", which lives as long as the ignores, or NULL. False when a file of rules cannot be
 * read; where there is no work tree, one above the working directory that only others may read says
 * nothing. */
PQ_CHECKED bool check_ignores_find(struct check_ignores *ignores, const char *path, bool is_folder,
				   const char **rule, struct pq_error *error);

#endif
