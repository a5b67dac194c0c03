/* What a set of configurations says about the alternatives (prediction_mode.go of antlr4-go
 * v4.13.0). */
#ifndef PQ_CEL_EXPLAIN_CONFLICT_H
#define PQ_CEL_EXPLAIN_CONFLICT_H

#include "cel/explain/closure.h"

bool pq_cel_configuration_is_stop(const struct pq_cel_closure *closure,
				  const struct pq_cel_configuration *configuration);

/* The alternative of all configurations, or 0. */
uint8_t pq_cel_find_unique(const struct pq_cel_configurations *set);

/* The lowest alternative that has gone through the decision's rule. */
uint8_t pq_cel_find_finished(const struct pq_cel_closure *closure,
			     const struct pq_cel_configurations *set);

/* The configuration of the set that was made last with this state and alternative, or NULL. */
const struct pq_cel_configuration *
pq_cel_find_configuration(const struct pq_cel_closure *closure,
			  const struct pq_cel_configurations *set, uint16_t state,
			  uint8_t alternative);

/* Whether going on without regard to callers cannot decide (hasSLLConflictTerminatingPrediction);
 * if so, the lowest alternative. */
uint8_t pq_cel_find_conflict(const struct pq_cel_closure *closure,
			     const struct pq_cel_configurations *set);

/* The alternative that wins wherever several are possible (resolvesToJustOneViableAlt), or 0. */
uint8_t pq_cel_find_winner(const struct pq_cel_closure *closure,
			   const struct pq_cel_configurations *set);

#endif
