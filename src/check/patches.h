/*
 * Files that kustomizations name as patches. They are objects in part, with the kind and the name
 * of what they change, and so none to be judged. A kustomization may take away only what is its
 * own: as kustomize has it, patches in its folder or below, and nothing that one of them names as a
 * resource. Private to this folder.
 */
#ifndef PQ_CHECK_PATCHES_H
#define PQ_CHECK_PATCHES_H

#include "base/map.h"
#include "check/path.h"
#include "json/value.h"

struct check_patches {
	struct pq_map files;     /* by full path */
	struct pq_map resources; /* what is to be judged though it is a patch, by full path */
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
