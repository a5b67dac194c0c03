/* Defaulting of a value by one node; compile_default.c completes defaults with it. */
#ifndef PQ_SCHEMA_DEFAULTING_H
#define PQ_SCHEMA_DEFAULTING_H

#include "schema/node.h"

/* Appends to patch what defaulting changes inside value; paths are relative to value. False when
 * an arena is exhausted. */
PQ_CHECKED bool pq_node_append_defaults(const struct pq_node *node, const struct pq_value *value,
					struct pq_patch *patch);

#endif
