/* Values as CEL literals, for people: cel-go's types.Format, short of members that no rule sees. */
#ifndef PQ_CEL_SHOW_H
#define PQ_CEL_SHOW_H

#include "cel/text.h"

/* "[1, 2.0, \"a\"]"; entries of maps by their keys' text; within the limits of text.h. The arena is
 * for what is adapted on the way. */
void pq_cel_show_value(struct pq_buffer *buffer, struct pq_arena *arena,
		       const struct pq_cel_value *value);

#endif
