/* Pruning by one node, which checks of defaults use; and what stays of a value, which settled.c
 * asks, too. */
#ifndef PQ_SCHEMA_PRUNE_H
#define PQ_SCHEMA_PRUNE_H

#include "schema/node.h"

/* What a value is treated as, whatever its schema says. */
enum pq_prune_treatment {
	PQ_PRUNE_AS_RESOURCE = 1 << 0, /* apiVersion, kind and metadata stay */
	PQ_PRUNE_PRESERVING = 1 << 1,  /* so does what the schema does not know */
	PQ_PRUNE_NOTHING = 1 << 2,     /* all stays, here and below; only settled.c says so */
};

/* The treatment by what the value is in, and by its schema. */
static inline unsigned pq_prune_treatment(const struct pq_node *node, unsigned treatment)
{
	if ((node->flags & PQ_NODE_EMBEDDED_RESOURCE) != 0)
		treatment |= PQ_PRUNE_AS_RESOURCE;
	if ((node->flags & PQ_NODE_PRESERVES_UNKNOWN) != 0)
		treatment |= PQ_PRUNE_PRESERVING;
	return treatment;
}

/* is_resource: apiVersion, kind and metadata stay whether the schema names them or not, as they do
 * in an embedded resource. Otherwise as pq_schema_prune. */
PQ_CHECKED bool pq_node_prune(const struct pq_node *node, bool is_resource, struct pq_arena *arena,
			      const struct pq_value *value, struct pq_findings *unknown,
			      struct pq_value *result);

#endif
