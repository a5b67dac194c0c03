/* URIs as Go's net/url takes them (Go 1.26). */
#ifndef PQ_FORMATS_URI_H
#define PQ_FORMATS_URI_H

#include "base/buffer.h"

/* Parts of the text as they are written, escapes included; data NULL for those that it has not. */
struct pq_uri {
	struct pq_string scheme;
	struct pq_string opaque; /* of "mailto:x": instead of host and path */
	struct pq_string user;
	struct pq_string host; /* with its port */
	struct pq_string path;
	struct pq_string query;
	struct pq_string fragment;
};

/* Why a text is no URI. */
struct pq_uri_fault {
	struct pq_string text;  /* what of the text was read */
	const char *reason;     /* with one %s at most, for shown in quotes; NULL: no fault */
	struct pq_string shown; /* a part of text */
	bool is_address;        /* shown is no address, which is told of behind the reason */
};

/* url.Parse. False with a fault, all of whose texts are parts of the text. */
PQ_CHECKED bool pq_uri_parse(struct pq_string text, struct pq_uri *uri, struct pq_uri_fault *fault);

/* url.ParseRequestURI: an absolute URI or a path, in which a fragment is a part like others. */
PQ_CHECKED bool pq_uri_parse_request(struct pq_string text, struct pq_uri *uri,
				     struct pq_uri_fault *fault);
bool pq_uri_is_valid(struct pq_string text);

/* Appends Go's error: "parse "x": invalid URI for request". */
void pq_uri_write_fault(struct pq_buffer *buffer, const struct pq_uri_fault *fault);

/* Appends a text with the bytes that its escapes stand for. False when one is malformed. */
bool pq_uri_unescape(struct pq_buffer *buffer, struct pq_string text);

#endif
