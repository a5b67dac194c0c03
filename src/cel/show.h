/* Values as CEL literals, for people: cel-go's types.Format. */
#ifndef PQ_CEL_SHOW_H
#define PQ_CEL_SHOW_H

#include "base/buffer.h"
#include "cel/value.h"

enum { PQ_CEL_SHOW_DEPTH_MAX = 1000 }; /* lists and maps in each other; "..." stands for more */

/* "[1, 2.0, \"a\"]"; entries of maps by their keys' text. The arena is for what is adapted on the
 * way. */
void pq_cel_show_value(struct pq_buffer *buffer, struct pq_arena *arena,
		       const struct pq_cel_value *value);

#endif
