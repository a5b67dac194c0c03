/* Values as CEL literals, for people: cel-go's types.Format, short of members that no rule sees. */
#ifndef PQ_CEL_SHOW_H
#define PQ_CEL_SHOW_H

#include "base/buffer.h"
#include "cel/value.h"

/* Lists and maps in each other, and values in all; "..." stands for more. An expression can hold
 * the same list many times, and so be endless to show though it was cheap to make. */
enum { PQ_CEL_SHOW_DEPTH_MAX = 1000, PQ_CEL_SHOW_VALUES_MAX = 1000000 };

/* "[1, 2.0, \"a\"]"; entries of maps by their keys' text. The arena is for what is adapted on the
 * way. */
void pq_cel_show_value(struct pq_buffer *buffer, struct pq_arena *arena,
		       const struct pq_cel_value *value);

#endif
