/* What is said of a kind without schema. Private to this folder. */
#ifndef PQ_CHECK_UNKNOWN_H
#define PQ_CHECK_UNKNOWN_H

#include "check/world.h"

/* In the words of kubectl, with what to do about it. Data NULL without memory. */
struct pq_string check_describe_unknown(struct pq_arena *arena, const struct check_world *world,
					const struct pq_policy_subject *subject);

#endif
