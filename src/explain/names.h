/* Short names of built-in kinds, which no OpenAPI document tells: those that `kubectl
 * api-resources` shows for Kubernetes 1.36. */
#ifndef PQ_EXPLAIN_NAMES_H
#define PQ_EXPLAIN_NAMES_H

#include "base/string_view.h"

/* How many there are; *names is set to the first. */
size_t pq_explain_short_names(struct pq_string group, struct pq_string kind,
			      const struct pq_string **names);

#endif
