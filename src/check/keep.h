/* Outcomes that wait until it is their turn to be told. Private to this folder. */
#ifndef PQ_CHECK_KEEP_H
#define PQ_CHECK_KEEP_H

#include "base/arena.h"
#include "check/sink.h"

/* A deep copy in an arena; only the file's name is shared. NULL without memory. */
const struct pq_check_outcome *check_keep_outcome(struct pq_arena *arena,
						  const struct pq_check_outcome *outcome);

#endif
