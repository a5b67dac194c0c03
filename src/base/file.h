/* Whole files in and out. */
#ifndef PQ_BASE_FILE_H
#define PQ_BASE_FILE_H

#include "base/buffer.h"
#include "base/error.h"

/* Appends a file's bytes to contents; "-" is standard input. Fails with PQ_ERROR_TOO_LARGE when
 * the buffer's cap is hit, else with the system's reason (PQ_ERROR_NOT_FOUND, PQ_ERROR_IO); the
 * error's path is the file. What was read before a failure stays in contents. */
PQ_CHECKED bool pq_file_read(const char *path, struct pq_buffer *contents, struct pq_error *error);

/* The same of a file that nobody named, but that was looked for: what is neither a file nor a
 * folder, and might never end, is not read (PQ_ERROR_UNSUPPORTED). */
PQ_CHECKED bool pq_file_read_regular(const char *path, struct pq_buffer *contents,
				     struct pq_error *error);

/* Writes a file so that a reader sees the old bytes or the new ones, never a part: a temporary
 * file in the same folder, synced, then renamed over path. mode as for open(2), not masked. The
 * error's path is the file; on failure nothing is left behind. */
PQ_CHECKED bool pq_file_replace(const char *path, struct pq_string contents, unsigned mode,
				struct pq_error *error);

#endif
