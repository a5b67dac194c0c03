/*
 * What CEL sees of a schema: which fields rules may name, of which types, and how large the data
 * can get.
 *
 * Follows SchemaDeclType in k8s.io/apiserver v0.36 pkg/cel/common/schemas.go.
 */
#ifndef PQ_SCHEMA_CEL_DECLARATION_H
#define PQ_SCHEMA_CEL_DECLARATION_H

#include "cel/declaration.h"
#include "schema/source.h"

/* Bytes that the API server takes a request to have at most (apiserver's pkg/apis/cel). */
enum { PQ_CEL_REQUEST_BYTES_MAX = 3 * 1024 * 1024 };

/* Copies what it needs of the source into the arena. A resource (the root of a custom resource, or
 * an embedded one) has apiVersion, kind, metadata.name and metadata.generateName whatever its
 * schema says. NULL when expressions cannot see data of the schema, or the arena is exhausted. */
const struct pq_cel_declaration *
pq_schema_declare(struct pq_arena *arena, const struct pq_source *source, bool is_resource);

#endif
