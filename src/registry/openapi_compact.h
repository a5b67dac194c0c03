/* The compact form (openapi.h) of an OpenAPI v3 document. Private to this folder. */
#ifndef PQ_REGISTRY_OPENAPI_COMPACT_H
#define PQ_REGISTRY_OPENAPI_COMPACT_H

#include "registry/openapi.h"

/* Makes the kinds that can be created and the types below them of a document as an API server's
 * /openapi/v3/… answers, as tools/openapi_compact.py does. Where the document lacks its paths, a
 * kind is of the scope that it has in known, or else namespaced. Both results live in the arena and
 * point into the document. PQ_ERROR_INVALID when the document is none, or has no kinds;
 * PQ_ERROR_MEMORY. */
PQ_CHECKED bool openapi_compact(struct pq_arena *arena, const struct pq_value *document,
				const struct pq_openapi *known, struct pq_value *kinds,
				struct pq_value *types, struct pq_error *error);

#endif
