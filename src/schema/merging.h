/* What the files that merge share. Private to this folder. */
#ifndef PQ_SCHEMA_MERGING_H
#define PQ_SCHEMA_MERGING_H

#include "schema/merge_type.h"

struct merging {
	struct pq_arena *arena;
	struct pq_error *error;
};

/* Where in both values a merge is. */
struct merge_place {
	const struct merge_place *parent; /* NULL: the whole object */
	struct pq_string name;            /* ".spec", "[name=\"http\"]" */
	size_t depth;
};

/* Both return false, for "return merge_refuse(...)". */
bool merge_refuse(struct merging *merging, const struct merge_place *place, const char *format, ...)
	PQ_PRINTF(3, 4);
bool merge_exhausted(struct merging *merging);

/* Merges two values of a type, either of which may be NULL, but not both. */
PQ_CHECKED bool merge_values(struct merging *merging, const struct merge_type *type,
			     const struct merge_place *place, const struct pq_value *live,
			     const struct pq_value *applied, struct pq_value *result);

/* Merges two lists of type set or map (merge_list.c); NULL is an empty one. */
PQ_CHECKED bool merge_lists(struct merging *merging, const struct merge_type *type,
			    const struct merge_place *place, const struct pq_value *live,
			    const struct pq_value *applied, struct pq_value *result);

#endif
