/* The OpenAPI document by which a command judges built-in kinds. */
#ifndef PQ_CLI_BUILTIN_KINDS_H
#define PQ_CLI_BUILTIN_KINDS_H

#include "registry/builtin.h"

/* Starts zeroed. Not thread-safe. */
struct builtin_kinds {
	struct pq_openapi *openapi; /* NULL until it is read */
};

/* Reads the document that --openapi names; path NULL is that of the program, which is read when the
 * first kind is looked for. */
PQ_CHECKED bool builtin_kinds_open(struct builtin_kinds *kinds, const char *path,
				   struct pq_error *error);
/* Reads that of the program now, unless another one was. */
PQ_CHECKED bool builtin_kinds_read(struct builtin_kinds *kinds, struct pq_error *error);
void builtin_kinds_done(struct builtin_kinds *kinds);

/* Looks for the kind of an object; *found tells whether it is a built-in one. False when the
 * document cannot be read. */
PQ_CHECKED bool builtin_kinds_find(struct builtin_kinds *kinds, const struct pq_value *object,
				   struct pq_openapi_kind *kind, bool *found,
				   struct pq_error *error);

#endif
