/* Which schema `pratique cel` takes. Private to this folder. */
#ifndef PQ_CLI_CEL_SCHEMA_H
#define PQ_CLI_CEL_SCHEMA_H

#include "schema/schema.h"
#include "schema/source.h"

struct cel_schema_choice {
	const char *path; /* a file or folder with CRDs and AdmissionSchemas */
	/* Or the name of the CRD or AdmissionSchema; NULL: the kind of the data, or there is but
	 * one. */
	const char *kind;
	const char *version;         /* NULL: that of the data, or the one that is stored */
	const struct pq_value *data; /* NULL: none; may be no resource */
};

struct cel_schema {
	struct pq_source *source;
	enum pq_schema_kind kind; /* PQ_SCHEMA_OVERLAY: of an AdmissionSchema */
};

/* The schema of the CRD and version that are chosen, or, where no CRD is, of an AdmissionSchema; in
 * the arena. */
PQ_CHECKED bool cel_schema_read(struct pq_arena *arena, const struct cel_schema_choice *choice,
				struct cel_schema *schema, struct pq_error *error);

/* Makes of *data what rules see of it in an API server: without what the schema does not know, and
 * with its defaults. The schema must be held as long as the data. */
PQ_CHECKED bool cel_schema_complete(const struct pq_schema *schema, struct pq_arena *arena,
				    const struct pq_value **data, struct pq_error *error);

#endif
