/*
 * Manager: reflectors, caches and queues of a set of controllers, and the loop that turns them.
 *
 * Resources that several controllers watch are watched once. One worker: reconcilers run one after
 * the other on the loop's own thread, and while one waits for an answer, watches go on. Belongs to
 * one thread, but for pq_manager_is_synced.
 */
#ifndef PQ_OPERATOR_MANAGER_H
#define PQ_OPERATOR_MANAGER_H

#include "operator/controller.h"

struct pq_manager;

struct pq_manager_options {
	struct pq_kube_client *client; /* borrowed */
	const struct pq_clock *clock;
	uint64_t (*random)(void);
	/* Ended by NULL. */
	const struct pq_controller_registration *const *controllers;
	size_t cache_bytes_max; /* of each watched resource; 0 means PQ_CACHE_BYTES_MAX */
};

/* NULL when out of memory. */
struct pq_manager *pq_manager_new(const struct pq_manager_options *options, struct pq_error *error);
void pq_manager_free(struct pq_manager *manager);

/* One turn: starts what is due, reconciles at most one key of each controller, then handles what
 * the transport has, waiting for it until the monotonic time until if there is nothing to do.
 * Fails when going on is pointless, or with PQ_ERROR_STOPPED. */
PQ_CHECKED bool pq_manager_turn(struct pq_manager *manager, int64_t until, struct pq_error *error);

/* Whether every cache has been filled once. Thread-safe. */
bool pq_manager_is_synced(const struct pq_manager *manager);

#endif
