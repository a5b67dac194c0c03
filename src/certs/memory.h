/*
 * Files in memory in the place of a folder: nothing of them is left when the process ends, however
 * it does. Belongs to one thread; what is in it is wiped when it goes.
 */
#ifndef PQ_CERTS_MEMORY_H
#define PQ_CERTS_MEMORY_H

#include "base/buffer.h"
#include "base/error.h"

enum { PQ_CERTS_MEMORY_FILES_MAX = 8 };

struct pq_certs_memory {
	struct {
		char name[16];
		struct pq_buffer bytes;
	} files[PQ_CERTS_MEMORY_FILES_MAX]; /* those without a name are free */
};

/* Zero-initialised is empty. */
void pq_certs_memory_done(struct pq_certs_memory *memory);

/* Makes or replaces a file; PQ_ERROR_INTERNAL when there are too many files or the name is too
 * long. What is in front of the last slash of a path is not looked at, here and below. */
PQ_CHECKED bool pq_certs_memory_write(struct pq_certs_memory *memory, const char *path,
				      struct pq_string bytes, struct pq_error *error);

/* The bytes of a file, until it is written again; NULL when there is none. */
const struct pq_buffer *pq_certs_memory_find(const struct pq_certs_memory *memory,
					     const char *path);

/* Gives a file another name, which is not too long, and drops any that has that name. False when
 * the file is not there. */
PQ_CHECKED bool pq_certs_memory_rename(struct pq_certs_memory *memory, const char *from,
				       const char *to);

#endif
