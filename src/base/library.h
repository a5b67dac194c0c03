/* Shared libraries that are opened when they are needed, and tables of the functions used. */
#ifndef PQ_BASE_LIBRARY_H
#define PQ_BASE_LIBRARY_H

#include "base/error.h"

#include <stddef.h>

struct pq_library {
	const char *file;    /* "libcurl.so.4" */
	const char *need;    /* what for: "talking to a cluster needs libcurl" */
	const char *package; /* Debian's: "libcurl4" */
	const char *version; /* the least one that has every function */
};

struct pq_library_function {
	const char *name;
	size_t offset; /* of its pointer in the table */
};

/* Opens it and fills the table; it stays open until the process ends, as libraries of this size
 * leave handlers and state of threads behind. PQ_ERROR_UNSUPPORTED names the package to install
 * when it is not there or lacks a function; the table may have been filled in part then. */
PQ_CHECKED bool pq_library_open(const struct pq_library *library,
				const struct pq_library_function *functions, size_t count,
				void *table, struct pq_error *error);

#endif
