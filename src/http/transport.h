/*
 * Transport: how HTTP requests of ours go out and answers come back, on one event loop.
 *
 * The interface has one real implementation (http/client.h) and scripted ones in tests. Everything
 * happens on the thread that calls run: a call's handler is called from within run, never from
 * within start or cancel.
 */
#ifndef PQ_HTTP_TRANSPORT_H
#define PQ_HTTP_TRANSPORT_H

#include "base/error.h"

enum {
	PQ_HTTP_BODY_MAX = 64 << 20,      /* bytes of an answer's body unless a request says less */
	PQ_HTTP_LINE_MAX = 8 << 20,       /* bytes of one line of a streamed answer */
	PQ_HTTP_ERROR_BODY_MAX = 1 << 20, /* bytes kept of a refusal's body */
};

/* Whom to trust and who we are; PEM texts. Must live as long as the calls that use it. */
struct pq_http_tls {
	struct pq_string ca;          /* empty: the system's */
	struct pq_string certificate; /* empty: none; with intermediates behind it */
	struct pq_string key;
	bool insecure; /* the server's certificate is not checked */
};

/* One request. All texts are copied or used up by start, but for body and tls, which must live
 * until the call is over. */
struct pq_http_request {
	const char *method;
	const char *url;            /* absolute, percent-encoded */
	const char *const *headers; /* "Name: value", ended by NULL; may be NULL */
	struct pq_string body;
	const struct pq_http_tls *tls; /* NULL: the system's CAs, no client certificate */
	const char *connect_to;        /* "host:port:other:port" as CURLOPT_CONNECT_TO, or NULL */
	const char *proxy;             /* NULL: as the environment says */
	int64_t timeout;               /* nanoseconds for the whole call; 0 for none */
	size_t body_limit;             /* 0 means PQ_HTTP_BODY_MAX */
	size_t line_limit;             /* 0 means PQ_HTTP_LINE_MAX */
};

/* What came back. The body is empty for a streamed answer of status 2xx. */
struct pq_http_response {
	int status;
	struct pq_string body;
	int64_t retry_after; /* nanoseconds the server asked us to wait, or 0 */
};

struct pq_http_handler {
	void *context;

	/* When given, an answer of status 2xx is cut at line feeds, and each line that is not empty
	 * is handed over, without its end. Valid during the call. False ends the call: done gets
	 * PQ_ERROR_STOPPED. Must not start or cancel calls. */
	bool (*line)(void *context, struct pq_string line);

	/* Called once, last, unless the call is cancelled. Either response or error is NULL; any
	 * HTTP status is a response. Valid during the call. May start and cancel other calls. */
	void (*done)(void *context, const struct pq_http_response *response,
		     const struct pq_error *error);
};

struct pq_http_call; /* opaque; the transport's until done has been called */

struct pq_http_transport {
	/* Queues a request. Fails only for lack of memory or a request that makes no sense. */
	bool (*start)(struct pq_http_transport *transport, const struct pq_http_request *request,
		      const struct pq_http_handler *handler, struct pq_http_call **call,
		      struct pq_error *error);

	/* Ends a call whose done has not been called, and never will be. */
	void (*cancel)(struct pq_http_transport *transport, struct pq_http_call *call);

	/* Handles what is there, or waits for something until the monotonic time until. Comes back
	 * early whenever anything happened. Fails with PQ_ERROR_STOPPED once somebody asked the
	 * transport to stop, with another code when the loop itself is broken. */
	bool (*run)(struct pq_http_transport *transport, int64_t until, struct pq_error *error);
};

#endif
