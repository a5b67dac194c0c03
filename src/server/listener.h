/* Addresses as users write them, and sockets that listen on them. */
#ifndef PQ_SERVER_LISTENER_H
#define PQ_SERVER_LISTENER_H

#include "base/error.h"

enum { PQ_LISTENER_ADDRESS_MAX = 80 }; /* "[…%scope]:65535" and a NUL */

/* A zeroed one is none of either kind: start from PQ_LISTENER_NONE. */
struct pq_listener {
	int descriptor;                        /* does not block; -1: none */
	char address[PQ_LISTENER_ADDRESS_MAX]; /* the bound one, or "" */
};

#define PQ_LISTENER_NONE ((struct pq_listener){ .descriptor = -1 })

/* Binds and listens on "ADDR:PORT", "[::1]:0" or ":9443" (every address of both families). On
 * failure it is PQ_LISTENER_NONE and the error's path is the text: PQ_ERROR_USAGE for what is no
 * address, PQ_ERROR_IO for one that cannot be had, or is in use. The caller closes it. */
PQ_CHECKED bool pq_listener_open(struct pq_listener *listener, const char *text,
				 struct pq_error *error);

/* Nothing if there is none. The address stays. */
void pq_listener_close(struct pq_listener *listener);

#endif
