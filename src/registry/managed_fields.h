/*
 * What becomes of the managedFields that come with an update, before the server judges them
 * (apimachinery, pkg/util/managedfields/internal). Private to this folder.
 */
#ifndef PQ_REGISTRY_MANAGED_FIELDS_H
#define PQ_REGISTRY_MANAGED_FIELDS_H

#include "registry/crd.h"

/* Metadata with those entries of sent, which may be NULL, that the server keeps, in its order. None
 * when one cannot be read or is of another kind or an unknown version: then the server goes on with
 * those it has, or without any. Nor beyond MANAGERS_MAX, where it merges the oldest. False when the
 * arena is exhausted. */
PQ_CHECKED bool managed_fields_lay(struct pq_arena *arena, const struct pq_crd *crd,
				   const struct pq_value *metadata, const struct pq_value *sent,
				   struct pq_value *result);

#endif
