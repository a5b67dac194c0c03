/* What a request's first line and headers show, before its body is there. */
#ifndef PQ_SERVER_REQUEST_H
#define PQ_SERVER_REQUEST_H

#include "server/exchange.h"

struct MHD_Connection;

enum { PQ_REQUEST_HEADERS_MAX = 100 };

/* When the client does not say how long it waits. The API server always does, and at most this. */
#define PQ_REQUEST_TIMEOUT (30 * PQ_SECOND)

struct pq_request {
	const char *url;
	const char *method;
	size_t body_length;    /* as the headers say; 0 without a body, and of chunks */
	bool is_chunked;       /* how long the body is shows when it ends */
	bool expects_continue; /* the body has not been sent and need not be */
	bool is_ambiguous;     /* where its body ends is a matter of opinion (RFC 9112, 6.3) */
};

/* Judges a request for the exchange: door, deadline and, when something is wrong, refusal are set
 * there. url and method are the caller's; the rest of the request is filled in. */
void pq_request_judge(struct pq_request *request, struct MHD_Connection *connection,
		      struct pq_exchange *exchange);

/* "/mutate" for a review's door, "other" for anything else. */
const char *pq_request_path(const struct pq_exchange *exchange);

/* All that pq_request_path gives, ended by NULL. */
extern const char *const pq_request_paths[];

#endif
