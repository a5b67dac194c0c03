/* The two sides of a MyApp's reconciler that touch the cluster. Private to this folder. */
#ifndef PQ_OPERATORS_MYAPP_ACT_H
#define PQ_OPERATORS_MYAPP_ACT_H

#include "operator/controller.h"
#include "operators/myapp/decide.h"

extern const struct pq_kube_resource pq_myapp_resource;
extern const struct pq_kube_resource pq_myapp_deployments;
extern const struct pq_kube_resource pq_myapp_services;

/* Fills a state from the caches; false when there is no such MyApp. */
bool pq_myapp_read(struct pq_reconcile *reconcile, struct pq_myapp_state *state);

/* Carries a plan out and then makes the status tell the truth. */
struct pq_outcome pq_myapp_act(struct pq_reconcile *reconcile, struct pq_myapp_state *state,
			       const struct pq_myapp_plan *plan);

#endif
