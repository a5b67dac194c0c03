/* Text that comes from files, made fit for a terminal or a log of lines. */
#ifndef PQ_JSON_SHOWN_H
#define PQ_JSON_SHOWN_H

#include "base/buffer.h"

/* Appends text with all that Go calls not printable escaped (\n, \x1b, \u202e), and bytes that are
 * no UTF-8 (\x9b), so that a name can neither begin a line of its own nor move the cursor nor turn
 * letters around. */
void pq_shown_append(struct pq_buffer *buffer, struct pq_string text);

#endif
