/* AdmissionSchemas against one object. Private to this folder. */
#ifndef PQ_CHECK_OVERLAYS_H
#define PQ_CHECK_OVERLAYS_H

#include "check/draft.h"
#include "check/world.h"

/* Adds what the AdmissionSchemas that match find; returns how many match. */
size_t check_judge_by_overlays(const struct check_world *world, const struct pq_value *object,
			       const struct pq_policy_subject *subject, struct check_draft *draft);

#endif
