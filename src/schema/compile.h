/* From a source to a program. */
#ifndef PQ_SCHEMA_COMPILE_H
#define PQ_SCHEMA_COMPILE_H

#include "schema/node.h"
#include "schema/source.h"

enum pq_compile_mode {
	PQ_COMPILE_SERVING,
	/* As a CRD's defaults are judged: int-or-string has no type of its own and formats are kept
	 * whatever the type (Structural.ToKubeOpenAPI against ConvertJSONSchemaProps). Rules are
	 * not compiled. */
	PQ_COMPILE_DEFAULTS,
};

struct pq_schema *pq_source_compile(const struct pq_source *source, enum pq_schema_kind kind,
				    enum pq_compile_mode mode, struct pq_error *error);

#endif
