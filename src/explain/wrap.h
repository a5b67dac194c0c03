/* Text broken into lines for a terminal. */
#ifndef PQ_EXPLAIN_WRAP_H
#define PQ_EXPLAIN_WRAP_H

#include "base/buffer.h"

/* Appends text with every line indented and broken between words so that it takes at most columns,
 * where its words allow. Line ends and what a line is indented by are kept; what cannot be printed
 * is shown escaped. Ends with a line end. */
void pq_explain_wrap(struct pq_buffer *out, struct pq_string text, size_t indent, size_t columns);

#endif
