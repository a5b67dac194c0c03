/* Whether the cluster already has what is wanted. */
#ifndef PQ_OPERATORS_CONTAINS_H
#define PQ_OPERATORS_CONTAINS_H

#include "json/value.h"

/* Whether live says everything that wanted says; what live says besides (defaults of the API
 * server, fields of others) does not matter. Items of arrays of objects are matched by name or uid
 * where they have one, else by place. Under requests and limits quantities are compared by amount,
 * since the API server stores them in canonical form ("0.1" becomes "100m"). Recursive on wanted,
 * a document of ours. */
bool pq_value_contains(const struct pq_value *live, const struct pq_value *wanted);

#endif
