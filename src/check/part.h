/*
 * The texts that an input is read as: a file as a whole or, when it is large, so many of its
 * documents at a time. Private to this folder.
 */
#ifndef PQ_CHECK_PART_H
#define PQ_CHECK_PART_H

#include "check/inputs.h"

enum { CHECK_PART_BYTES = 1 << 20 }; /* a larger file is read in parts, unless it is one document */

struct check_part {
	uint64_t offset; /* in the file */
	uint32_t length;
	uint32_t first_line;     /* from 1 */
	uint32_t first_document; /* from 0 */
};

struct check_parts {
	size_t count;
	size_t capacity;
	struct check_part items[];
};

/* Whether an input was so large that it has been cut. */
static inline bool check_part_is_cut(const struct check_input *input)
{
	return input->state == CHECK_INPUT_FILE && input->parts != NULL;
}

/* How many parts an input has that can be read. */
static inline size_t check_part_count(const struct check_input *input)
{
	return check_part_is_cut(input) ? input->parts->count : 1;
}

/* Puts the bytes of one part into text and tells where they stand. Thread-safe for distinct
 * buffers. The error has no path. */
PQ_CHECKED bool check_part_read(const struct check_input *input, size_t index,
				struct pq_buffer *text, struct check_part *part,
				struct pq_error *error);

/* The same for any bytes of it, at most PQ_CHECK_FILE_BYTES_MAX. */
PQ_CHECKED bool check_part_read_bytes(const struct check_input *input, uint64_t offset,
				      uint64_t length, struct pq_buffer *text,
				      struct pq_error *error);

/* Cuts an input into parts if it is large, and sets whether it may hold what others are judged by.
 * Thread-safe for distinct inputs and buffers. The error has no path. */
PQ_CHECKED bool check_part_cut(struct check_input *input, struct pq_buffer *text,
			       struct pq_error *error);

/* Gives back what a large part took. */
void check_part_forget(struct pq_buffer *text);

#endif
