/* The documents of a text. Private to this folder. */
#ifndef PQ_CHECK_READ_H
#define PQ_CHECK_READ_H

#include "check/source.h"

enum { CHECK_READ_MEMORY_MAX = 1 << 30 }; /* bytes to read one document in that is not judged */

/* All of a file or, of a large one, some of its documents. */
struct check_text {
	size_t input; /* which of the inputs */
	struct pq_string file;
	struct pq_string bytes;
	size_t first_document; /* its index in the file */
	uint32_t first_line;   /* its number in the file, from 1 */
};

/* False ends the reading. */
typedef bool check_visit_document(struct check_source *source,
				  const struct check_document *document, void *context);

/* Whether the bytes are UTF-16, which nobody but the YAML reader takes apart. */
bool check_is_wide(struct pq_string start);

/* Visits each document; items of a list are documents of their own, and empty documents are passed
 * over. One that cannot be parsed has an error and no value; the rest is read all the same. The
 * arena holds one document at a time. False when a visit was, or without memory (the error is set
 * then). */
PQ_CHECKED bool check_read_documents(struct pq_arena *arena, const struct check_text *text,
				     check_visit_document *visit, void *context,
				     struct pq_error *error);

/* Reads the first document, a list as a whole; what is wrong with it is not told. */
PQ_CHECKED bool check_read_first(struct pq_arena *arena, struct pq_string text,
				 struct pq_value *value, struct pq_error *error);

#endif
