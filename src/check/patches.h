/*
 * Files that kustomizations name as patches. They are objects in part, with the kind and the name
 * of what they change, and so none to be judged. Private to this folder.
 */
#ifndef PQ_CHECK_PATCHES_H
#define PQ_CHECK_PATCHES_H

#include "base/map.h"
#include "check/path.h"
#include "json/value.h"

struct check_patches {
	struct pq_map files; /* by full path */
	const struct check_working_directory *working_directory;
};

/* The working directory must live as long. */
void check_patches_init(struct check_patches *patches,
			const struct check_working_directory *working_directory);
void check_patches_done(struct check_patches *patches);

/* Adds what the kustomization in a file names. False without memory. */
PQ_CHECKED bool check_patches_add(struct check_patches *patches, struct pq_string file,
				  const struct pq_value *kustomization);

bool check_patches_have(const struct check_patches *patches, struct pq_string file);

#endif
