/*
 * What a MyApp (apps.example.com/v1) needs: pure functions from what is to what should be.
 *
 * Nothing here knows of a cluster: states and plans are plain values, so that tests are tables.
 * read.c fills a state from the caches, act.c carries a plan out.
 *
 * A MyApp is a Deployment and, when it has ports, a Service, both of its own name. They belong to
 * it by a controlling ownerReference; an object of that name that belongs to somebody else is left
 * alone and reported.
 */
#ifndef PQ_OPERATORS_MYAPP_DECIDE_H
#define PQ_OPERATORS_MYAPP_DECIDE_H

#include "json/value.h"

#define PQ_MYAPP_FINALIZER "apps.example.com/pratique"
#define PQ_MYAPP_APPLIED   "apps.example.com/applied" /* annotation: hash of what we applied last */

/* What is. The values are not owned. */
struct pq_myapp_state {
	const struct pq_value *app;
	const struct pq_value *deployment; /* of the app's name, whoever owns it; or NULL */
	const struct pq_value *service;    /* the same */
	int64_t now;                       /* seconds since 1970 */
};

/* What to do, in this order; bodies are JSON texts in the arena, ready to be sent. */
struct pq_myapp_plan {
	struct pq_string finalizer_patch;  /* adds ours, before anything is made; or empty */
	struct pq_string deployment_apply; /* empty: it is as it should be */
	struct pq_string service_apply;    /* the same */
	bool delete_deployment;
	bool delete_service;
	/* Nothing is left to delete: take ours out of the finalizers; empty until then. */
	struct pq_string release_patch;
	/* When an object of our name belongs to somebody else: a sentence; or empty. */
	struct pq_string obstacle;
};

/* False when the arena is exhausted. */
PQ_CHECKED bool pq_myapp_decide(struct pq_arena *arena, const struct pq_myapp_state *state,
				struct pq_myapp_plan *plan);

/* The merge patch that makes the status tell the truth about a state, or empty when it does
 * already. problem, when not empty, is a sentence about why the wanted state cannot be had; the
 * phase is then Degraded. False when the arena is exhausted. */
PQ_CHECKED bool pq_myapp_decide_status(struct pq_arena *arena, const struct pq_myapp_state *state,
				       struct pq_string problem, struct pq_string *patch);

/* The objects that a MyApp wants, without the annotation of their hash. service_value is null when
 * the app has no ports. False when the arena is exhausted. */
PQ_CHECKED bool pq_myapp_build_deployment(struct pq_arena *arena, const struct pq_value *app,
					  struct pq_value *deployment);
PQ_CHECKED bool pq_myapp_build_service(struct pq_arena *arena, const struct pq_value *app,
				       struct pq_value *service);

/* Small facts that several parts need. */
bool pq_myapp_is_deleted(const struct pq_value *app); /* somebody asked for its deletion */
bool pq_myapp_is_suspended(const struct pq_value *app);
int64_t pq_myapp_replicas(const struct pq_value *app); /* wanted; 0 while suspended */
bool pq_myapp_controls(const struct pq_value *app, const struct pq_value *object);
bool pq_myapp_has_finalizer(const struct pq_value *app);
struct pq_string pq_myapp_selector(struct pq_arena *arena, const struct pq_value *app);

#endif
