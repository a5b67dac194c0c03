/* From a source to a program. */
#ifndef PQ_SCHEMA_COMPILE_H
#define PQ_SCHEMA_COMPILE_H

#include "schema/node.h"
#include "schema/source.h"

enum pq_compile_mode {
	PQ_COMPILE_SERVING,
	/* As a CRD's defaults are judged: int-or-string has no type of its own and formats are kept
	 * whatever the type (Structural.ToKubeOpenAPI against ConvertJSONSchemaProps). Rules are
	 * left out: pq_rules_attach compiles those that defaults need. */
	PQ_COMPILE_DEFAULTS,
};

/* The caller's own reference (pq_schema_unref); the source may go away. NULL with the error set, as
 * pq_schema_compile. */
struct pq_schema *pq_source_compile(const struct pq_source *source, enum pq_schema_kind kind,
				    enum pq_compile_mode mode, struct pq_error *error);

#endif
