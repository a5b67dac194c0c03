/*
 * Kustomizations beside the inputs and above them. Whoever names files alone, as pre-commit does,
 * names a patch without the kustomization that makes it one. Private to this folder.
 */
#ifndef PQ_CHECK_KUSTOMIZATIONS_H
#define PQ_CHECK_KUSTOMIZATIONS_H

#include "base/map.h"
#include "check/inputs.h"

/* Adds the patches that they name to a map (patches.h), unless they are inputs themselves; those of
 * a relative path are looked for up to where it begins. What cannot be read names nothing. False
 * without memory. */
PQ_CHECKED bool check_kustomizations_find(const struct check_inputs *inputs,
					  struct pq_map *patches);

#endif
