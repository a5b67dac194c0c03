/* The compact form of an OpenAPI document (registry/openapi.h) made the JSON Schemas that it stands
 * for, as far as it tells. */
#ifndef PQ_EXPLAIN_EXPAND_H
#define PQ_EXPLAIN_EXPAND_H

#include "registry/openapi.h"

/* Sets components to an object of schemas, one for each type, that refer to each other as in
 * /openapi/v3. In the arena; strings are those of openapi. False when the arena is exhausted. */
PQ_CHECKED bool pq_explain_expand(struct pq_arena *arena, const struct pq_openapi *openapi,
				  struct pq_value *components);

#endif
