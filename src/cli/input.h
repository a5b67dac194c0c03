/* What a command is given to read. */
#ifndef PQ_CLI_INPUT_H
#define PQ_CLI_INPUT_H

#include "base/arena.h"
#include "base/error.h"

enum { PQ_INPUT_BYTES_MAX = 64 * 1024 * 1024 };

/* A whole file ("-" is standard input) of at most limit bytes, in the arena. */
PQ_CHECKED bool pq_input_read(struct pq_arena *arena, const char *path, size_t limit,
			      struct pq_string *text, struct pq_error *error);

/* Whether a text is read as JSON: the name of its file or its first byte says so. */
bool pq_input_is_json(struct pq_string path, struct pq_string text);

#endif
