/*
 * Equality of values, as each type of cel-go and of the API server decides it for itself: what
 * stands on the left does.
 *
 * Follows Equal in cel-go v0.26 common/types and k8s.io/apiserver v0.36
 * pkg/cel/common/valuesunstructured.go.
 */
#ifndef PQ_CEL_EQUALITY_H
#define PQ_CEL_EQUALITY_H

#include "cel/value.h"

enum { PQ_CEL_EQUALITY_DEPTH_MAX = 1000 }; /* lists and maps in each other that are compared */

enum pq_cel_relation {
	PQ_CEL_UNEQUAL,
	PQ_CEL_EQUAL,
	PQ_CEL_INCOMPARABLE, /* there is an error */
};

struct pq_cel_comparison {
	struct pq_cel_run *run;
	unsigned depth;
	struct pq_cel_value error; /* set when the result is PQ_CEL_INCOMPARABLE */
};

/* a == b of an expression: null is equal to null only, whatever the other would say. */
enum pq_cel_relation pq_cel_compare_equal(struct pq_cel_comparison *comparison,
					  const struct pq_cel_value *a,
					  const struct pq_cel_value *b);

/* What the type of a says, as functions on lists ask it. */
enum pq_cel_relation pq_cel_ask_equal(struct pq_cel_comparison *comparison,
				      const struct pq_cel_value *a, const struct pq_cel_value *b);

#endif
