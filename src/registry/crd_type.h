/* The Go types of apiextensions.k8s.io/v1, for typed reading. Private to this folder. */
#ifndef PQ_REGISTRY_CRD_TYPE_H
#define PQ_REGISTRY_CRD_TYPE_H

#include "registry/typed.h"

extern const struct pq_typed crd_type;
extern const struct pq_typed crd_versions_type; /* of spec.versions */

#endif
