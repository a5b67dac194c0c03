/* What a command is given to read. */
#ifndef PQ_CLI_INPUT_H
#define PQ_CLI_INPUT_H

#include "config/option.h"

enum { PQ_INPUT_BYTES_MAX = 64 * 1024 * 1024 };

/* Row of a command's option table, for who is used to kubectl's -f. at is the offset of its field,
 * a struct pq_option_list. */
#define PQ_FILENAME_OPTION(at)                                                                     \
	{                                                                                          \
		.name = "filename", .letter = 'f', .type = PQ_OPTION_LIST,                         \
		.sources = PQ_OPTION_FLAG, .offset = (at), .value_name = "FILE",                   \
		.help = "The same as FILE without a flag",                                         \
	}

/* Appends what that row was given to the arguments without a flag. */
PQ_CHECKED bool pq_input_add_named(struct pq_arena *arena, const struct pq_option_list *named,
				   struct pq_option_list *files, struct pq_error *error);

/* A whole file ("-" is standard input) of at most limit bytes, in the arena, without a byte order
 * mark. */
PQ_CHECKED bool pq_input_read(struct pq_arena *arena, const char *path, size_t limit,
			      struct pq_string *text, struct pq_error *error);

#endif
