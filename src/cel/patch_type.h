/*
 * Types of what expressions of mutating admission policies make: Object{…} with Object.spec{…} and
 * so on, whose fields are anything, and JSONPatch{…}.
 *
 * Follows DynamicTypeResolver of k8s.io/apiserver v0.36 pkg/cel/mutation.
 */
#ifndef PQ_CEL_PATCH_TYPE_H
#define PQ_CEL_PATCH_TYPE_H

#include "cel/type.h"

extern const struct pq_cel_type pq_cel_patch_object; /* Object */
extern const struct pq_cel_type pq_cel_list_of_patch_operation;

/* Whether it is a name of theirs. */
bool pq_cel_patch_type_has(struct pq_string name);

/* NULL when it is no name of theirs, or the arena is exhausted. */
const struct pq_cel_type *pq_cel_patch_type_find(struct pq_arena *arena, struct pq_string name);

/* Fields that JSONPatch does not have are of no type. */
const struct pq_cel_type *pq_cel_patch_type_find_field(const struct pq_cel_type *type,
						       struct pq_string field);

#endif
