/* What rules do to objects. Private to this folder. */
#ifndef PQ_CONVERSION_APPLY_H
#define PQ_CONVERSION_APPLY_H

#include "conversion/rule.h"
#include "conversion/work.h"

/* What a rule makes of an object, or of one that it has made when backwards. What does not fit it
 * stays as it is. *result is *object itself when nothing changes. False when the arena is exhausted
 * or the work is over. */
PQ_CHECKED bool rule_apply(const struct rule *rule, bool backwards, struct pq_arena *arena,
			   struct pq_conversion_work *work, const struct pq_value *object,
			   struct pq_value *result);

#endif
