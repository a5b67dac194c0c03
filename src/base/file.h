/* Whole files in and out. */
#ifndef PQ_BASE_FILE_H
#define PQ_BASE_FILE_H

#include "base/buffer.h"
#include "base/error.h"

/* Appends a file's bytes to contents; "-" is standard input. Fails with PQ_ERROR_TOO_LARGE when
 * the buffer's cap is hit and names the file and the system's reason otherwise. */
PQ_CHECKED bool pq_file_read(const char *path, struct pq_buffer *contents, struct pq_error *error);

/* Writes a file so that a reader sees the old bytes or the new ones, never a part: a temporary
 * file in the same folder, synced, then renamed over path. mode as for open(2), not masked. */
PQ_CHECKED bool pq_file_replace(const char *path, struct pq_string contents, unsigned mode,
				struct pq_error *error);

#endif
