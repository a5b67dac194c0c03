/* How `pratique dry-run` prints what an API server would answer. Private to this folder. */
#ifndef PQ_CLI_DRY_RUN_ANSWER_H
#define PQ_CLI_DRY_RUN_ANSWER_H

#include "registry/resource.h"

enum dry_run_output { DRY_RUN_JSON, DRY_RUN_YAML };

/* Prints warnings to standard error and the object or the Status to standard output, with the arena
 * for what that takes; returns an exit code. */
int dry_run_print(struct pq_arena *arena, const struct pq_resource_outcome *outcome,
		  enum dry_run_output output);

#endif
