/* An object from a file in the place of a stored one. */
#ifndef PQ_REGISTRY_OLD_OBJECT_H
#define PQ_REGISTRY_OLD_OBJECT_H

#include "registry/custom_resource.h"

/* Whether a server can have request->old: an object of the CRD's kind, in one of its versions, with
 * metadata of the right types. Its content may be against the schema, which may have been another
 * one. The error says why not; PQ_ERROR_TOO_LARGE when the arena is exhausted. */
PQ_CHECKED bool pq_old_object_check(struct pq_arena *arena,
				    const struct pq_resource_request *request,
				    struct pq_error *error);

/* request->old with what a stored object would have and a file need not: the request's namespace
 * and the defaults of its version. False when the arena is exhausted. */
PQ_CHECKED bool pq_old_object_complete(struct pq_arena *arena,
				       const struct pq_resource_request *request,
				       struct pq_value *result);

/* A CRD with what a served one has and a file need not: the status says that it is established and
 * that its storage version is stored. One that has a status is left as it is. False when the arena
 * is exhausted. */
PQ_CHECKED bool pq_old_crd_complete(struct pq_arena *arena, const struct pq_value *crd,
				    struct pq_value *result);

/* Gives an object of a namespaced kind the request's namespace, unless it has one; takes it from
 * one of another kind. False when the arena is exhausted. */
PQ_CHECKED bool pq_old_object_match_namespace(struct pq_arena *arena,
					      const struct pq_resource_request *request,
					      struct pq_value *object);

#endif
