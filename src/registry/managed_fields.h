/*
 * What becomes of the managedFields that come with an update, before the server judges them
 * (apimachinery, pkg/util/managedfields/internal). Private to this folder.
 */
#ifndef PQ_REGISTRY_MANAGED_FIELDS_H
#define PQ_REGISTRY_MANAGED_FIELDS_H

#include "registry/crd.h"

/* Metadata with those entries of sent, which may be NULL, that the server keeps, in its order: of
 * each manager the last, unless it owns no field. There are none when an entry cannot be read, for
 * then the server goes on with the ones it has, or is of a kind or version that is not the
 * object's, for then it goes on without any. Where more than ten managers have updated the object,
 * it merges the oldest of them; then only those that have applied it are told. False when the arena
 * is exhausted. */
PQ_CHECKED bool managed_fields_lay(struct pq_arena *arena, const struct pq_crd *crd,
				   const struct pq_value *metadata, const struct pq_value *sent,
				   struct pq_value *result);

#endif
