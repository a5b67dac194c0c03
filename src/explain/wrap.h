/* Text broken into lines for a terminal. */
#ifndef PQ_EXPLAIN_WRAP_H
#define PQ_EXPLAIN_WRAP_H

#include "base/buffer.h"

struct pq_explain_margins {
	size_t indent;  /* of every line */
	size_t hang;    /* of lines that go on, more than that */
	size_t columns; /* that a line takes at most, where its words allow */
};

/* Appends text with its lines broken between words. Line ends and what a line is indented by are
 * kept; what cannot be printed is shown escaped. Ends with a line end. */
void pq_explain_wrap(struct pq_buffer *out, struct pq_string text,
		     const struct pq_explain_margins *margins);

#endif
