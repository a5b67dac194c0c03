/* Members deep in objects: finding, taking out, putting in. Private to this folder. */
#ifndef PQ_CONVERSION_PLACE_H
#define PQ_CONVERSION_PLACE_H

#include "conversion/rule.h"

/* NULL when there is none. */
const struct pq_value *place_find(const struct pq_value *object, struct place place);

/* The object without what is there, and without the objects on the way that are empty then, unless
 * they are lasting. What is taken must be there. False when the arena is exhausted, as below. */
PQ_CHECKED bool place_take(struct pq_arena *arena, const struct pq_value *object,
			   struct place place, struct pq_value *result);

/* Whether there is, or can be made, an object that has the place. */
bool place_is_open(const struct pq_value *object, struct place place);

/* The object with a value there, and with the objects on the way. The place must be open. */
PQ_CHECKED bool place_put(struct pq_arena *arena, const struct pq_value *object, struct place place,
			  const struct pq_value *value, struct pq_value *result);

#endif
