/* Manifests of a git revision, by the git command. Private to this folder. */
#ifndef PQ_CHECK_GIT_H
#define PQ_CHECK_GIT_H

#include "check/inputs.h"

/* Where a file's bytes stand in the spool. */
struct check_git_blob {
	uint64_t offset;
	uint64_t length;
};

/* Adds an input for each *.yaml, *.yml and *.json of a revision of the repository that the working
 * directory is in; their bytes are in one spool, which the first input owns. *blobs, one for each,
 * is to be freed, also on failure; it may be NULL. *prefix is the way from the repository's top to
 * the working directory: empty, or ended by a slash; it lives as long as the inputs. */
PQ_CHECKED bool check_git_add(struct check_inputs *inputs, const char *revision,
			      struct check_git_blob **blobs, struct pq_string *prefix,
			      struct pq_error *error);

#endif
