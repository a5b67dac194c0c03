/* Which schema `pratique cel` takes. Private to this folder. */
#ifndef PQ_CLI_CEL_SCHEMA_H
#define PQ_CLI_CEL_SCHEMA_H

#include "schema/source.h"

struct cel_schema_choice {
	const char *path;    /* a file or folder with CRDs */
	const char *kind;    /* or the CRD's name; NULL: there is but one CRD */
	const char *version; /* NULL: the one that is stored */
};

/* The schema of the CRD and version that are chosen, in the arena. */
PQ_CHECKED bool cel_schema_read(struct pq_arena *arena, const struct cel_schema_choice *choice,
				struct pq_source **source, struct pq_error *error);

#endif
