/* How findings of the API server show parts of a schema: as Go's internal structs, marshalled. */
#ifndef PQ_SCHEMA_SHOW_H
#define PQ_SCHEMA_SHOW_H

#include "base/buffer.h"
#include "schema/source.h"

/* {"ID":"","Schema":"", …}; NULL is null. */
void pq_source_show(struct pq_buffer *buffer, const struct pq_source *source);

/* {"Schema":…,"JSONSchemas":…}: what the keyword items holds. */
void pq_source_show_items(struct pq_buffer *buffer, const struct pq_source *source);

/* {"Rule":"…","Message":"", …}: one of x-kubernetes-validations. */
void pq_source_show_rule(struct pq_buffer *buffer, const struct pq_value *rule);

#endif
