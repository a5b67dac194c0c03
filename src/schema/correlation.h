/*
 * Where values stood in the old object (CorrelatedObject of k8s.io/apiserver/pkg/cel/common):
 * members by name, items of a list of type map by their keys, other items not at all.
 *
 * What an update has not changed is forgiven by who judges it: validate.c, rule_findings.c.
 */
#ifndef PQ_SCHEMA_CORRELATION_H
#define PQ_SCHEMA_CORRELATION_H

#include "schema/list_key.h"

/* Where a value stood in the object before an update, for ratcheting (KEP-4008). */
struct pq_correlation {
	const struct pq_node *node;
	const struct pq_value *value;
	const struct pq_value *old;
	bool any_field; /* members that no schema knows are compared, too (overlays) */
};

/* Whether the value is what it was. False also when the arena is exhausted. */
bool pq_correlation_is_unchanged(struct pq_arena *arena, const struct pq_correlation *correlation);
/* The old value of a member or an item; false when there is none to compare with. */
bool pq_correlation_find_member(const struct pq_correlation *correlation,
				const struct pq_member *member, struct pq_correlation *below);

/* The items of an array, found by their keys. */
struct pq_correlation_list {
	const struct pq_correlation *correlation;
	struct pq_list_index index;
	bool is_map;
	bool has_index;
};
void pq_correlation_list_start(struct pq_correlation_list *list, struct pq_arena *arena,
			       const struct pq_correlation *correlation);
bool pq_correlation_list_find(const struct pq_correlation_list *list, uint32_t index,
			      struct pq_correlation *below);

#endif
