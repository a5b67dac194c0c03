/* Percent escapes of URLs: net/url's shouldEscape and escape. */
#ifndef PQ_CEL_URL_ESCAPE_H
#define PQ_CEL_URL_ESCAPE_H

#include "base/buffer.h"

enum pq_cel_url_part {
	PQ_CEL_URL_PATH,
	PQ_CEL_URL_HOST,
	PQ_CEL_URL_USER,
	PQ_CEL_URL_FRAGMENT,
};

void pq_cel_url_escape(struct pq_buffer *buffer, struct pq_string text, enum pq_cel_url_part part);

/* Whether a path may stay as it was written. */
bool pq_cel_url_is_path_escaped(struct pq_string text);

#endif
