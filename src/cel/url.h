/* URLs as Go 1.26's net/url reads them. Texts are parts of the text that was read, or in the arena.
 */
#ifndef PQ_CEL_URL_H
#define PQ_CEL_URL_H

#include "base/buffer.h"
#include "cel/value.h"

struct pq_cel_url {
	struct pq_string scheme; /* in small letters */
	struct pq_string opaque; /* of "mailto:x": instead of host and path */
	struct pq_string user;   /* escaped; data NULL: none */
	struct pq_string host;   /* with the port, unescaped */
	struct pq_string path;   /* escaped */
	struct pq_string query;
	struct pq_string fragment; /* unescaped */
	bool forces_query;         /* "?" with nothing behind it */
	bool omits_host;           /* "file:/x" */
};

/* Whether url.ParseRequestURI takes the text. False with an error in *error: "parse "x": invalid
 * URI for request". */
PQ_CHECKED bool pq_cel_url_check_request(struct pq_arena *arena, struct pq_string text,
					 struct pq_cel_value *error);

/* url.Parse. False with an error in *error. */
PQ_CHECKED bool pq_cel_url_parse(struct pq_arena *arena, struct pq_string text,
				 struct pq_cel_url *url, struct pq_cel_value *error);

/* URL.Hostname and URL.Port. */
void pq_cel_url_split_host(const struct pq_cel_url *url, struct pq_string *name,
			   struct pq_string *port);

/* Unescapes a part of a query, where "+" is a space; false when an escape is malformed or the arena
 * exhausted. */
PQ_CHECKED bool pq_cel_url_unescape_query(struct pq_arena *arena, struct pq_string text,
					  struct pq_string *unescaped);

/* URL.String */
void pq_cel_url_write(struct pq_buffer *buffer, const struct pq_cel_url *url);

#endif
