/* The values of an enum. Whether one is among them is Go's question: the value is converted to the
 * type of each entry first (basicCommonValidator); a null equals nothing. */
#ifndef PQ_SCHEMA_ENUMERATION_H
#define PQ_SCHEMA_ENUMERATION_H

#include "schema/node.h"

/* A copy in the arena, with an index when the list is long; NULL when the arena is exhausted. */
const struct pq_node_enum *pq_enumeration_compile(struct pq_arena *arena,
						  const struct pq_value *values);

bool pq_enumeration_holds(const struct pq_node_enum *enumeration, const struct pq_value *value);

/* "supported values: …" */
void pq_enumeration_write(struct pq_buffer *buffer, const struct pq_node_enum *enumeration);

#endif
