/*
 * HTTP client over libcurl's multi interface: many calls, one loop, one thread.
 *
 * HTTP/1.1 with keep-alive, so that a watch has a connection of its own and a stalled one delays
 * nobody else. TLS material goes in as blobs, since libcurl caches a CA file for a day. Redirects
 * are not followed.
 */
#ifndef PQ_HTTP_CLIENT_H
#define PQ_HTTP_CLIENT_H

#include "http/transport.h"

struct pq_http_client;

/* Loads libcurl when nobody has yet. NULL on failure. */
struct pq_http_client *pq_http_client_new(struct pq_error *error);

/* Cancels every call left, without calling their handlers. NULL is fine. */
void pq_http_client_free(struct pq_http_client *client);

/* The client as a transport; lives as long as the client. */
struct pq_http_transport *pq_http_client_transport(struct pq_http_client *client);

/* Makes a run that waits come back, or else the next one. Another thread may call it, as it may the
 * next one. */
void pq_http_client_wake(struct pq_http_client *client);

/* Makes run, now and ever after, fail with PQ_ERROR_STOPPED. */
void pq_http_client_stop(struct pq_http_client *client);

#endif
