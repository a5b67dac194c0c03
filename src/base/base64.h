/* Base64 (RFC 4648, section 4) as Go's base64.StdEncoding reads it. */
#ifndef PQ_BASE_BASE64_H
#define PQ_BASE_BASE64_H

#include "base/buffer.h"

/* Decodes into the arena, with a NUL behind. Line feeds and carriage returns are skipped; padding
 * is required. data is NULL when the text is no base64 or the arena is exhausted. */
struct pq_string pq_base64_decode(struct pq_arena *arena, struct pq_string text);

/* Whether a text is base64; if not, *at is where Go says that it goes wrong. */
bool pq_base64_check(struct pq_string text, size_t *at);

void pq_base64_write(struct pq_buffer *buffer, struct pq_string bytes);

#endif
