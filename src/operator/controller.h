/*
 * What somebody who writes a reconciler needs; docs/operator.md walks through one.
 *
 * A controller is a constant table: which resources it watches, how their objects lead to keys of
 * its own kind, and the function that makes the world match one object. The manager fills caches
 * with what is watched, queues keys, and calls reconcile with one key at a time, after every cache
 * has been filled once. For one key there is never more than one call at a time.
 *
 * A reconciler does not learn what happened, only which object to look at: it reads the cache,
 * decides what should be, and does what is missing. It may be called at any time and any number of
 * times; with nothing to do it must write nothing.
 */
#ifndef PQ_OPERATOR_CONTROLLER_H
#define PQ_OPERATOR_CONTROLLER_H

#include "kube/client.h"
#include "operator/cache.h"
#include "operator/queue.h"

/* How a watched object leads to a key. */
enum pq_key_mapping {
	PQ_KEY_OWN,   /* it is of the controller's own kind: its namespace and name */
	PQ_KEY_OWNER, /* its controlling owner, when that is of the controller's own kind */
};

struct pq_watched_resource {
	const struct pq_kube_resource *resource;
	enum pq_key_mapping mapping;
	/* When given: whether a change matters. before is NULL for a new object, after for one that
	 * is gone. */
	bool (*is_relevant)(const struct pq_cached_object *before,
			    const struct pq_cached_object *after);
};

/* One call of a reconciler. What it holds lives until the call returns. */
struct pq_reconcile {
	struct pq_string namespace; /* the key; empty for a cluster-scoped kind */
	struct pq_string name;
	struct pq_arena *arena;        /* for whatever the call needs */
	struct pq_kube_client *client; /* its calls wait, while caches go on being filled */
	const struct pq_clock *clock;
	/* To be set before RETRY or TERMINAL is returned; the manager logs it. */
	struct pq_error error;
	struct pq_manager *manager;
	struct pq_reconcile_held *held;
};

/* What a reconciler has to be allowed, in the words of a rule of RBAC; lists end with NULL. */
struct pq_access_rule {
	const char *group;
	const char *const *resources;
	const char *const *verbs;
};

struct pq_controller_registration {
	const char *name; /* in logs, in metrics and of its ClusterRole */
	/* The first is the controller's own kind. */
	const struct pq_watched_resource *watched;
	size_t watched_count;
	/* Everything that it needs and nothing else: `pratique manifests rbac` makes a ClusterRole
	 * of it. */
	const struct pq_access_rule *access;
	size_t access_count;
	struct pq_outcome (*reconcile)(struct pq_reconcile *reconcile);
};

/* An object of a watched resource as the cache has it, or NULL; valid until reconcile returns. */
const struct pq_cached_object *pq_reconcile_find(struct pq_reconcile *reconcile,
						 const struct pq_kube_resource *resource,
						 struct pq_string namespace, struct pq_string name);

/* Visits what an object with that UID controls, as the cache has it now; visit must not call the
 * API. */
void pq_reconcile_visit_owned(struct pq_reconcile *reconcile,
			      const struct pq_kube_resource *resource, struct pq_string owner_uid,
			      void (*visit)(void *context, const struct pq_cached_object *object),
			      void *context);

/* The outcome after a call of the API failed: RETRY with the error kept, or TERMINAL when the code
 * says that the same request cannot succeed. */
struct pq_outcome pq_reconcile_fail(struct pq_reconcile *reconcile, const struct pq_error *error);

static inline struct pq_outcome pq_outcome_ok(void)
{
	return (struct pq_outcome){ .kind = PQ_OUTCOME_OK };
}

static inline struct pq_outcome pq_outcome_after(int64_t nanoseconds)
{
	return (struct pq_outcome){ .kind = PQ_OUTCOME_AFTER, .after = nanoseconds };
}

#endif
