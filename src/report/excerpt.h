/* A line of source with a mark below a place in it. Private to this folder. */
#ifndef PQ_REPORT_EXCERPT_H
#define PQ_REPORT_EXCERPT_H

#include "base/buffer.h"

/* Bytes of a line that are looked at on either side of the place. */
enum { PQ_REPORT_EXCERPT_BYTES_MAX = 4096 };

struct report_excerpt {
	struct pq_string text;
	uint32_t offset;    /* of the place */
	uint32_t line;      /* the number to show */
	size_t columns;     /* that the line may take, its number included */
	const char *colour; /* of the mark: an escape sequence, or "" */
	const char *plain;  /* what ends it */
};

/*     8 |   replicas: 500
 *       |             ^
 * Tabs become spaces, what cannot be printed is escaped, and of a line that is too long the part
 * around the place is shown. */
void report_write_excerpt(struct pq_buffer *out, const struct report_excerpt *excerpt);

#endif
