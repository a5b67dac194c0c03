/* All fields below a schema, depth first. */
#ifndef PQ_EXPLAIN_WALK_H
#define PQ_EXPLAIN_WALK_H

#include "explain/schema.h"

enum {
	PQ_EXPLAIN_FIELDS_MAX = 200000,
	PQ_EXPLAIN_BYTES_MAX = 16 * 1024 * 1024, /* of what is written about them */
};

struct pq_explain_step {
	const struct pq_explain_field *field;
	size_t depth;    /* from 0 */
	bool is_first;   /* of the fields beside it */
	bool has_fields; /* which follow, before leave is called */
};

struct pq_explain_visitor {
	void (*enter)(const struct pq_explain_step *step, void *context);
	void (*leave)(const struct pq_explain_step *step, void *context); /* or NULL */
	void *context;
	const struct pq_buffer *text; /* what they write to */
	bool is_recursive;            /* else only the fields of the schema itself */
};

/* A field whose schema is one that it stands in is visited, but what is below is not. False with
 * PQ_ERROR_TOO_LARGE beyond PQ_EXPLAIN_DEPTH_MAX, PQ_EXPLAIN_FIELDS_MAX and
 * PQ_EXPLAIN_BYTES_MAX, or PQ_ERROR_MEMORY. */
PQ_CHECKED bool pq_explain_walk(const struct pq_explain_schema *schema,
				const struct pq_explain_visitor *visitor, struct pq_error *error);

#endif
