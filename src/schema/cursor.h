/*
 * Going down a schema beside a value. A node lives as long as its schema; NULL stands for what the
 * schema does not know, and leads to NULL.
 */
#ifndef PQ_SCHEMA_CURSOR_H
#define PQ_SCHEMA_CURSOR_H

#include "schema/schema.h"

struct pq_node;

const struct pq_node *pq_schema_root(const struct pq_schema *schema);

/* The schema of a member, by properties or additionalProperties, and of the items of a list. */
const struct pq_node *pq_schema_member(const struct pq_node *node, struct pq_string name);
const struct pq_node *pq_schema_item(const struct pq_node *node);

/* The schema of the items of a list or of the values of a map, whichever it is. */
const struct pq_node *pq_schema_each(const struct pq_node *node);

/* Whether there may be values below it that it does not describe. */
bool pq_schema_is_open(const struct pq_node *node);

/* The key of an index (x-kubernetes-list-map-keys) by which the items of a list are told apart;
 * data NULL behind the last one, and for what is no list of type map. */
struct pq_string pq_schema_list_key(const struct pq_node *node, size_t index);

#endif
