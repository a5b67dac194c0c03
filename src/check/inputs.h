/*
 * The files that a run reads: found in folders and by patterns, standard input spooled into a file
 * so that it can be read twice, large files cut into parts. Private to this folder.
 */
#ifndef PQ_CHECK_INPUTS_H
#define PQ_CHECK_INPUTS_H

#include "base/buffer.h"
#include "base/error.h"
#include "check/ignore.h"

enum check_input_state {
	CHECK_INPUT_FILE,
	CHECK_INPUT_IGNORED,    /* note: by which rule */
	CHECK_INPUT_UNREADABLE, /* note: why */
};

struct check_parts;

/* One of very many: kept small. */
struct check_input {
	const char *path; /* ends in a NUL; "-" is standard input */
	union {
		struct check_parts *parts; /* of a FILE; NULL: it is read as a whole */
		const char *note;          /* of the others */
	};
	int spool;         /* a descriptor with its bytes, if they can be read once only; or -1 */
	uint8_t state;     /* enum check_input_state */
	bool has_others;   /* may hold what others are judged by */
	bool shares_spool; /* another one owns it */
};

struct check_inputs {
	struct check_input *items;
	size_t count;
	size_t capacity;
	const struct check_working_directory *working_directory;
	struct pq_arena arena;
	struct check_ignores ignores;
};

/* The working directory must live as long. */
void check_inputs_init(struct check_inputs *inputs,
		       const struct check_working_directory *working_directory);
void check_inputs_done(struct check_inputs *inputs);

/* Adds what paths name: files, folders, patterns (base/glob.h), "-"; what several of them name, by
 * whichever path, once. What cannot be read is an input that says so. False without memory, or when
 * what can be read once only cannot be spooled.
 */
PQ_CHECKED bool check_inputs_find(struct check_inputs *inputs, const char *const *paths,
				  size_t count, struct pq_error *error);

/* Adds a file without looking for it. */
PQ_CHECKED bool check_inputs_add(struct check_inputs *inputs, struct pq_string path,
				 struct pq_error *error);

/* Says why a file could not be read. False without memory; the input is then untouched. Not
 * thread-safe. */
PQ_CHECKED bool check_inputs_set_unreadable(struct check_inputs *inputs, struct check_input *input,
					    const char *note);

#endif
