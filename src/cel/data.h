/*
 * Data as CEL sees it: JSON values adapted by their declaration, and back.
 *
 * Follows UnstructuredToVal and its lists in k8s.io/apiserver v0.36
 * pkg/cel/common/valuesunstructured.go.
 */
#ifndef PQ_CEL_DATA_H
#define PQ_CEL_DATA_H

#include "cel/value.h"

/* The value of data by its declaration. Data that does not fit gives an error: "invalid data,
 * expected int, got float64". */
void pq_cel_adapt_any_kind(struct pq_arena *arena, const struct pq_value *data,
			   const struct pq_cel_declaration *declaration,
			   struct pq_cel_value *value);

/* The same, with what most data is in line: a text that is one. */
static inline void pq_cel_adapt(struct pq_arena *arena, const struct pq_value *data,
				const struct pq_cel_declaration *declaration,
				struct pq_cel_value *value)
{
	if (data->kind == PQ_STRING && declaration->kind == PQ_CEL_DECLARED_STRING)
		*value = pq_cel_from_string(pq_value_string(data));
	else
		pq_cel_adapt_any_kind(arena, data, declaration, value);
}

/* The declaration of a list's items and a map's values. */
static inline const struct pq_cel_declaration *
pq_cel_element_of(const struct pq_cel_declaration *declaration)
{
	return declaration->kind == PQ_CEL_DECLARED_ANY ? declaration : declaration->element;
}

/* The error for data of a Go type that does not fit. */
struct pq_cel_value pq_cel_misfit(struct pq_arena *arena,
				  const struct pq_cel_declaration *declaration,
				  const char *go_type);

/* The data behind a value, as Go's Value() gives it back; false when that is nothing that JSON
 * has. Strings are not copied. */
bool pq_cel_to_data(const struct pq_cel_value *value, struct pq_value *data);

/* A value without its declaration: what Go's Value() gives, adapted anew. */
void pq_cel_strip(struct pq_arena *arena, struct pq_cel_value *value);

/* What Go's %T says of a value's Value(): "int64", "map[string]interface {}". */
const char *pq_cel_native_go_type(const struct pq_cel_value *value);

#endif
