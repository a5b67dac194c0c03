/*
 * Files that kustomizations name as patches. They are objects in part, with the kind and the name
 * of what they change, and so none to be judged. Private to this folder.
 */
#ifndef PQ_CHECK_PATCHES_H
#define PQ_CHECK_PATCHES_H

#include "base/map.h"
#include "json/value.h"

/* Adds what the kustomization in a file names to a map of full paths (check/path.h). False without
 * memory. */
PQ_CHECKED bool check_patches_add(struct pq_map *patches, struct pq_string file,
				  const struct pq_value *kustomization);

bool check_patches_have(const struct pq_map *patches, struct pq_string file);

#endif
