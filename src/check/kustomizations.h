/*
 * Kustomizations beside the inputs and above them. Whoever names files alone, as pre-commit does,
 * names a patch without the kustomization that makes it one. Private to this folder.
 */
#ifndef PQ_CHECK_KUSTOMIZATIONS_H
#define PQ_CHECK_KUSTOMIZATIONS_H

#include "check/inputs.h"
#include "check/patches.h"

/* Adds the patches that they name, unless they are inputs themselves. What cannot be read names
 * nothing. False without memory. */
PQ_CHECKED bool check_kustomizations_find(const struct check_inputs *inputs,
					  struct check_patches *patches);

#endif
