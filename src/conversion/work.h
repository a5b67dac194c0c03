/* Charging for what a conversion does. Private to this folder. */
#ifndef PQ_CONVERSION_WORK_H
#define PQ_CONVERSION_WORK_H

#include "conversion/conversion.h"

/* In the units of struct pq_conversion_work; what depends on a size is charged beside them. */
enum {
	COST_OF_PASS = 500,       /* over an object, */
	COST_OF_BYTE = 2,         /* and over each of its bytes */
	COST_OF_RULE = 50,        /* on one value */
	COST_OF_DIFFERENCE = 300, /* found or put back */
	COST_OF_STEP = 50,        /* down to a difference */
	COST_OF_LOOK = 20,        /* at an item of a list */
	COST_OF_DIGEST = 300,     /* beside its bytes */
};

/* Both false when the work is over. A pass is a walk over the object at hand. */
PQ_CHECKED bool work_spend_pass(struct pq_conversion_work *work);
PQ_CHECKED bool work_spend(struct pq_conversion_work *work, size_t cost);

#endif
