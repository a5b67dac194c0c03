/* Percent escapes of URLs: net/url's shouldEscape, unescape and escape. */
#ifndef PQ_CEL_URL_ESCAPE_H
#define PQ_CEL_URL_ESCAPE_H

#include "base/buffer.h"

enum pq_cel_url_part {
	PQ_CEL_URL_PATH,
	PQ_CEL_URL_HOST,
	PQ_CEL_URL_ZONE,
	PQ_CEL_URL_USER,
	PQ_CEL_URL_QUERY,
	PQ_CEL_URL_FRAGMENT,
};

/* Appends the unescaped text. False for what may not stand in the part; *problem is the text's part
 * that is wrong then, *is_escape whether it is an escape. */
PQ_CHECKED bool pq_cel_url_unescape(struct pq_buffer *buffer, struct pq_string text,
				    enum pq_cel_url_part part, struct pq_string *problem,
				    bool *is_escape);

void pq_cel_url_escape(struct pq_buffer *buffer, struct pq_string text, enum pq_cel_url_part part);

/* Whether a path may stay as it was written. */
bool pq_cel_url_is_path_escaped(struct pq_string text);

#endif
