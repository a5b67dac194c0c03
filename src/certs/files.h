/* Files of a folder, or in memory where there is one: memory may be NULL in all of these. For this
 * folder only. */
#ifndef PQ_CERTS_FILES_H
#define PQ_CERTS_FILES_H

#include "certs/memory.h"

#include <unistd.h>

/* From here on whoever else changes the folder by this waits, until the descriptor is closed, if
 * the file system can lock. -1 for files in memory, and for a folder that cannot be opened. */
int pq_files_lock(const struct pq_certs_memory *memory, const char *folder);

static inline void pq_files_unlock(int *lock)
{
	if (*lock >= 0)
		close(*lock);
}

#define pq_cleanup_files_lock PQ_CLEANUP(pq_files_unlock)

bool pq_files_have(const struct pq_certs_memory *memory, const char *path);

/* As pq_file_read. */
PQ_CHECKED bool pq_files_read(const struct pq_certs_memory *memory, const char *path,
			      struct pq_buffer *contents, struct pq_error *error);

/* As pq_file_replace. */
PQ_CHECKED bool pq_files_replace(struct pq_certs_memory *memory, const char *path,
				 struct pq_string contents, unsigned mode, struct pq_error *error);

PQ_CHECKED bool pq_files_rename(struct pq_certs_memory *memory, const char *from, const char *to,
				struct pq_error *error);

#endif
