/* The files that a run reads. Private to this folder. */
#ifndef PQ_CHECK_INPUTS_H
#define PQ_CHECK_INPUTS_H

#include "base/arena.h"
#include "base/error.h"

struct check_input {
	struct pq_string file; /* ends in a NUL */
	struct pq_string text; /* of standard input, which can be read once only */
};

struct check_inputs {
	struct check_input *items;
	size_t count;
	size_t capacity;
	struct pq_arena arena;
};

/* Finds the files of folders, in sorted order, and reads standard input ("-"). */
PQ_CHECKED bool check_inputs_find(struct check_inputs *inputs, const char *const *paths,
				  size_t count, struct pq_error *error);
void check_inputs_done(struct check_inputs *inputs);

/* The text of an input, in the arena or in the inputs. */
PQ_CHECKED bool check_inputs_read(const struct check_input *input, struct pq_arena *arena,
				  struct pq_string *text, struct pq_error *error);

#endif
