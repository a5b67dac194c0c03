/* Embedded resources below one node; checks of defaults use it. */
#ifndef PQ_SCHEMA_EMBEDDED_H
#define PQ_SCHEMA_EMBEDDED_H

#include "schema/node.h"

/* As pq_schema_each_embedded; paths start with path. */
bool pq_node_each_embedded(const struct pq_node *node, const struct pq_value *value,
			   const struct pq_path *path, pq_schema_visit_embedded *visit,
			   void *context);

#endif
