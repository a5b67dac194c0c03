/* Pruning by one node; checks of defaults use it. */
#ifndef PQ_SCHEMA_PRUNE_H
#define PQ_SCHEMA_PRUNE_H

#include "schema/node.h"

/* is_resource: apiVersion, kind and metadata stay whether the schema names them or not, as they do
 * in an embedded resource. Otherwise as pq_schema_prune. */
PQ_CHECKED bool pq_node_prune(const struct pq_node *node, bool is_resource, struct pq_arena *arena,
			      const struct pq_value *value, struct pq_findings *unknown,
			      struct pq_value *result);

#endif
