/* What a conversion would lose, as kept.h has it. Private to this folder. */
#ifndef PQ_CONVERSION_DIFFERENCE_H
#define PQ_CONVERSION_DIFFERENCE_H

#include "conversion/work.h"

/* Sets list to the differences of source from plain, which is what it would be when it has been
 * there and back. seen is plain with what defaults have added. False when the arena is exhausted or
 * the work is over. */
PQ_CHECKED bool difference_find(struct pq_arena *arena, const struct pq_schema *schema,
				const struct pq_value *source, const struct pq_value *plain,
				const struct pq_value *seen, struct pq_conversion_work *work,
				struct pq_value *list);

#endif
