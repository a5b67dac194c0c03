/*
 * The reconcile core: watches, caches, queues and reconcilers on one thread of their own, one event
 * loop. The webhook never waits for it; when it fails it is stopped, reported and started again
 * with backoff while the process goes on.
 */
#ifndef PQ_OPERATOR_CORE_H
#define PQ_OPERATOR_CORE_H

#include "base/error.h"

struct pq_core;
struct pq_controller_registration; /* operator/controller.h */

struct pq_core_options {
	const char *kubeconfig; /* as pq_kube_config_load takes it */
	/* Constant tables of the controllers to run, ended by NULL. */
	const struct pq_controller_registration *const *controllers;
	size_t cache_bytes_max; /* of each watched resource; 0 means PQ_CACHE_BYTES_MAX */
};

/* Reads the kubeconfig and loads libcurl (errors are returned), then starts the thread. A cluster
 * that does not answer is no error: the core keeps trying. */
struct pq_core *pq_core_start(const struct pq_core_options *options, struct pq_error *error);

/* Asks the thread to stop, waits for it and frees everything. NULL is fine. */
void pq_core_stop(struct pq_core *core);

/* Whether every cache has been filled once. Thread-safe. */
bool pq_core_is_synced(const struct pq_core *core);

#endif
