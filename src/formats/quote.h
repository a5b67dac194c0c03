/* Quoting as Go's time package does it in its error texts: double quotes, backslashes before
 * quotes and backslashes, and \x for every byte that is not printable ASCII. */
#ifndef PQ_FORMATS_QUOTE_H
#define PQ_FORMATS_QUOTE_H

#include "base/buffer.h"
#include "base/error.h"

enum { PQ_QUOTED_MAX = PQ_ERROR_MESSAGE_MAX };

/* Cuts what does not fit. Always NUL-terminated. */
void pq_quote(struct pq_string text, char quoted[PQ_QUOTED_MAX]);

/* The same, whole. */
void pq_quote_write(struct pq_buffer *buffer, struct pq_string text);

#endif
