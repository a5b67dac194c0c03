/* Where a default stands in a resource (schema/defaulting/surroundingobject.go). */
#ifndef PQ_SCHEMA_SURROUND_H
#define PQ_SCHEMA_SURROUND_H

#include "json/value.h"

/* The way from the resource around a schema down to it. */
struct pq_place {
	const struct pq_place *above; /* NULL: the schema is the resource itself */
	struct pq_string name;        /* of the property; unused for an item */
	bool is_item;
};

/* Makes of a value the resource that has nothing but it, at its place. False when the arena is
 * exhausted. */
PQ_CHECKED bool pq_place_surround(struct pq_arena *arena, const struct pq_place *place,
				  struct pq_value *value);

#endif
