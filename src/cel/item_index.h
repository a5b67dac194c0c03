/*
 * Items of a declared list found by what makes them the same: their value in a set, their keys in a
 * list of x-kubernetes-list-type map.
 *
 * Go's maps do this for the API server, whose own quirks are kept: of equal items the last is
 * found, timestamps, durations and bytes are never equal to those of another list, and items that
 * cannot be a key of a Go map end the evaluation.
 */
#ifndef PQ_CEL_ITEM_INDEX_H
#define PQ_CEL_ITEM_INDEX_H

#include "cel/value.h"

struct pq_cel_item_index {
	struct pq_arena *arena;
	const struct pq_cel_declaration *declaration; /* of the list */
	struct pq_cel_item_slot *slots;
	uint32_t slot_mask;
	struct pq_cel_value problem; /* an error when an item cannot be a key */
};

/* Room for capacity items. False when the arena is exhausted. */
PQ_CHECKED bool pq_cel_item_index_init(struct pq_cel_item_index *index, struct pq_arena *arena,
				       const struct pq_cel_declaration *declaration,
				       uint32_t capacity);

/* Adds all items of a list. False when there is a problem. */
PQ_CHECKED bool pq_cel_item_index_add_all(struct pq_cel_item_index *index,
					  const struct pq_cel_value *list);

/* Adds one that stands at a position. False when there is a problem. */
PQ_CHECKED bool pq_cel_item_index_add(struct pq_cel_item_index *index, const struct pq_value *item,
				      uint32_t position);

/* Where an item stands; UINT32_MAX when it is not there or there is a problem. */
uint32_t pq_cel_item_index_find(struct pq_cel_item_index *index, const struct pq_cel_value *item);

#endif
