/*
 * Keys of the items of a list of type map, as the API server correlates them (MapList of
 * k8s.io/apiserver/pkg/cel/common): every key must be there and be a scalar, and an integer is
 * never a double.
 */
#ifndef PQ_SCHEMA_LIST_KEY_H
#define PQ_SCHEMA_LIST_KEY_H

#include "schema/node.h"

/* Finds items by their keys; the first of equal ones wins. */
struct pq_list_index {
	const struct pq_node *node; /* of the list */
	const struct pq_value *list;
	uint32_t *slots; /* index into the list's items + 1, or 0 */
	uint32_t slot_mask;
};

/* False when the arena is exhausted. */
bool pq_list_index_build(struct pq_list_index *index, struct pq_arena *arena,
			 const struct pq_node *node, const struct pq_value *list);

/* The item with the keys that item has, or NULL. */
const struct pq_value *pq_list_index_find(const struct pq_list_index *index,
					  const struct pq_value *item);

#endif
