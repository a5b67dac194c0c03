/*
 * The static estimate: how much an expression can cost at most, before there is any data.
 *
 * Follows cel-go v0.26 checker/cost.go, with presence tests for free
 * (k8s.io/apiserver v0.36 pkg/cel/environment/base.go) and sizes by the declarations of variables
 * (sizeEstimator in k8s.io/apiextensions-apiserver v0.36 pkg/apiserver/schema/cel/compilation.go).
 */
#ifndef PQ_CEL_ESTIMATE_EXPRESSION_H
#define PQ_CEL_ESTIMATE_EXPRESSION_H

#include "cel/cel.h"
#include "cel/library.h"
#include "cel/parse.h"

/* Of a checked tree. False when scratch is exhausted. */
PQ_CHECKED bool pq_cel_estimate_cost(const struct pq_cel_environment *environment,
				     const struct pq_cel_tree *tree, struct pq_arena *scratch,
				     struct pq_cel_estimate *cost);

#endif
