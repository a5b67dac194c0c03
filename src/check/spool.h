/* What can be read once only, kept in a file that has no name. Private to this folder. */
#ifndef PQ_CHECK_SPOOL_H
#define PQ_CHECK_SPOOL_H

#include "base/error.h"
#include "base/string_view.h"

#define PQ_CHECK_SPOOL_BYTES_MAX (4ULL << 30)

/* A new file in $TMPDIR or /tmp that is gone when *file is closed. */
PQ_CHECKED bool check_spool_open(int *file, struct pq_error *error);

/* Copies all that a path ("-": standard input) gives into such a file. */
PQ_CHECKED bool check_spool(const char *path, int *file, struct pq_error *error);

/* Writes a text into such a file, behind what it holds. */
PQ_CHECKED bool check_spool_write(int file, struct pq_string text, struct pq_error *error);

#endif
