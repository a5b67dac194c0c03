/* Addresses as users write them, and sockets that listen on them. */
#ifndef PQ_SERVER_LISTENER_H
#define PQ_SERVER_LISTENER_H

#include "base/error.h"

enum { PQ_LISTENER_ADDRESS_MAX = 80 }; /* "[…%scope]:65535" and a NUL */

/* Binds and listens on "ADDR:PORT", "[::1]:0" or ":9443" (every address of both families). *address
 * becomes the bound one. The descriptor does not block and belongs to the caller. The path of an
 * error is the text. */
PQ_CHECKED bool pq_listener_open(const char *text, int *descriptor,
				 char address[PQ_LISTENER_ADDRESS_MAX], struct pq_error *error);

#endif
