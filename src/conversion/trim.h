/* Leaving out what a version has no field for. Private to this folder. */
#ifndef PQ_CONVERSION_TRIM_H
#define PQ_CONVERSION_TRIM_H

#include "json/value.h"

/* Removes from an object, which is pruned when the target's schema has pruned it, what that schema
 * does not know, unless the source's schema does not know it either: then a newer CRD may, and it
 * is in object but not in known. */
PQ_CHECKED bool object_trim(struct pq_arena *arena, const struct pq_value *object,
			    const struct pq_value *pruned, const struct pq_value *known,
			    struct pq_value *result);

#endif
