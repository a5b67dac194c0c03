/* URIs as Go's net/url takes them (Go 1.26). */
#ifndef PQ_FORMATS_URI_H
#define PQ_FORMATS_URI_H

#include "base/string_view.h"

/* Parts as they are written, escapes included. */
struct pq_uri {
	struct pq_string scheme;
	struct pq_string user; /* data NULL: none */
	struct pq_string host; /* with its port */
	struct pq_string path;
	struct pq_string query;
	struct pq_string fragment;
};

/* Why a text is no URI: parse "<text>": <reason>, in Go's words. */
struct pq_uri_fault {
	struct pq_string text;  /* what of the text was read */
	const char *reason;     /* with one %s at most, for shown in quotes; NULL: no fault */
	struct pq_string shown; /* a part of text */
};

/* url.Parse */
bool pq_uri_parse(struct pq_string text, struct pq_uri *uri, struct pq_uri_fault *fault);

/* url.ParseRequestURI: an absolute URI or a path, without fragment. */
bool pq_uri_is_valid(struct pq_string text);

#endif
