/* Which schema `pratique cel` takes. Private to this folder. */
#ifndef PQ_CLI_CEL_SCHEMA_H
#define PQ_CLI_CEL_SCHEMA_H

#include "schema/schema.h"
#include "schema/source.h"

struct cel_schema_choice {
	const char *path;    /* a file or folder with CRDs */
	const char *kind;    /* or the CRD's name; NULL: there is but one CRD */
	const char *version; /* NULL: the one that is stored */
};

/* The schema of the CRD and version that are chosen, in the arena. */
PQ_CHECKED bool cel_schema_read(struct pq_arena *arena, const struct cel_schema_choice *choice,
				struct pq_source **source, struct pq_error *error);

/* Makes of *data what rules see of it in an API server: without what the schema does not know, and
 * with its defaults. The schema must be held as long as the data. */
PQ_CHECKED bool cel_schema_complete(const struct pq_schema *schema, struct pq_arena *arena,
				    const struct pq_value **data, struct pq_error *error);

#endif
