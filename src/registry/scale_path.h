/* What the paths of the scale subresource, such as ".spec.replicas", lead to in an object. Private
 * to this folder. */
#ifndef PQ_REGISTRY_SCALE_PATH_H
#define PQ_REGISTRY_SCALE_PATH_H

#include "registry/crd.h"

struct scale_place {
	const struct pq_value
		*found;         /* NULL: something on the way is absent, or there is an error */
	struct pq_string error; /* set when something on the way is no object */
};

/* The value at a path. */
struct scale_place scale_path_find(struct pq_arena *arena, const struct pq_value *object,
				   struct pq_string path);

/* The integer at a path, 0 when there is none (NestedInt64); place is where it stands. */
int64_t scale_path_find_integer(struct pq_arena *arena, const struct pq_value *object,
				struct pq_string path, struct scale_place *place);

/* An object with the value at a path replaced; what is missing on the way is made. False when the
 * arena is exhausted. */
PQ_CHECKED bool scale_path_replace(struct pq_arena *arena, const struct pq_value *object,
				   struct pq_string path, const struct pq_value *value,
				   struct pq_value *result);

/* Check what the paths of a version's scale, if it has one, point to. The fields of findings keep
 * the paths' leading dots. */
void scale_path_check_spec(const struct pq_crd_version *version, const struct pq_value *object,
			   struct pq_findings *findings);
void scale_path_check_status(const struct pq_crd_version *version, const struct pq_value *object,
			     struct pq_findings *findings);

#endif
