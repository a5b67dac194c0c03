/* PEM (RFC 7468) as Go's encoding/pem reads it: what stands between blocks is passed over. */
#ifndef PQ_FORMATS_PEM_H
#define PQ_FORMATS_PEM_H

#include "base/arena.h"

struct pq_pem_block {
	struct pq_string type; /* "CERTIFICATE" */
	bool has_headers;
	struct pq_string bytes; /* in the arena */
};

/* The next block of *rest, which becomes what follows it. False, *rest being untouched, when there
 * is none or the arena is exhausted. */
PQ_CHECKED bool pq_pem_next_block(struct pq_arena *arena, struct pq_string *rest,
				  struct pq_pem_block *block);

#endif
