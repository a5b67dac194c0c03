/* Making good what a conversion had lost. Private to this folder. */
#ifndef PQ_CONVERSION_RESTORE_H
#define PQ_CONVERSION_RESTORE_H

#include "conversion/work.h"

/* Makes good on object the differences of a list, an array, whose places still are what they were
 * in view, which is object with what defaults have added, and without what its schema does not
 * know. Those for which the effort does not suffice stay undone. False when the arena is exhausted
 * or the work is over. */
PQ_CHECKED bool difference_restore(struct pq_arena *arena, const struct pq_value *list,
				   const struct pq_value *object, const struct pq_value *view,
				   struct pq_conversion_work *work, struct pq_value *result);

#endif
