/* The documents that `pratique check` is given. */
#ifndef PQ_CLI_CHECK_INPUT_H
#define PQ_CLI_CHECK_INPUT_H

#include "json/value.h"

/* One document of a file; everything lives in the arena it was read into. */
struct check_document {
	struct pq_string file; /* as the user named it; "-" is standard input */
	struct pq_string text; /* of the whole file; offsets point into it */
	struct pq_value value;
	struct pq_findings reading; /* duplicate keys, replaced bytes */
	struct pq_error error;      /* code NONE, or why there is no value */
	bool is_refused;            /* as a schema, for the reason in error */
};

struct check_documents {
	struct pq_arena *arena;
	struct check_document *items;
	size_t count;
	size_t capacity;
};

/* Reads files and folders ("-" is standard input), JSON and YAML with many documents; items of a
 * list become documents of their own. What cannot be parsed becomes a document with an error.
 * False when a path cannot be read. */
PQ_CHECKED bool check_documents_read(struct check_documents *documents, const char *const *paths,
				     size_t count, struct pq_error *error);

#endif
