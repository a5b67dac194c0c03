/* Embedded resources below one node; checks of defaults use it. */
#ifndef PQ_SCHEMA_EMBEDDED_H
#define PQ_SCHEMA_EMBEDDED_H

#include "schema/node.h"

/* As pq_schema_each_embedded; paths start with path. */
bool pq_node_each_embedded(const struct pq_node *node, const struct pq_value *value,
			   const struct pq_path *path, pq_schema_visit_embedded *visit,
			   void *context);

/* The same, and value itself first when it is_root: that is a resource, whatever its schema says.
 */
bool pq_node_each_resource(const struct pq_node *node, bool is_root, const struct pq_value *value,
			   const struct pq_path *path, pq_schema_visit_embedded *visit,
			   void *context);

#endif
