/*
 * Names of the language: functions and types that the libraries of a Kubernetes version give.
 *
 * An index over all tables is built at the first question and shared by threads from then on.
 *
 * Follows k8s.io/apiserver v0.36 pkg/cel/environment/base.go; types by cel-go v0.26
 * common/types/provider.go and DeclTypeProvider of k8s.io/apiserver pkg/cel/types.go.
 */
#ifndef PQ_CEL_ENVIRONMENT_H
#define PQ_CEL_ENVIRONMENT_H

#include "cel/library.h"

enum { PQ_CEL_NAME_MAX = 64 }; /* bytes of the longest name of a function or type, or more */

/* All overloads of a function in the order of the environment's options, those of later versions
 * included. */
struct pq_cel_function_overloads {
	struct pq_string name;
	const struct pq_cel_overload *const *overloads;
	const uint8_t *introduced; /* of each overload */
	size_t count;
	bool is_for_patches;
};

/* NULL when no overload had been introduced by that version. */
const struct pq_cel_function_overloads *pq_cel_environment_find_function(uint8_t version,
									 struct pq_string name);

/* The type that a name such as "int" or "google.protobuf.Struct" stands for; NULL when there is
 * none. What variables and macros declare is not looked at. */
const struct pq_cel_type *pq_cel_environment_find_type(uint8_t version, struct pq_string name);

/* The type that the evaluator knows by the name. Of those above it does not know the protobuf
 * wrappers and JSON types, nor the short names of durations and timestamps. */
const struct pq_cel_type *pq_cel_environment_find_runtime_type(uint8_t version,
							       struct pq_string name);

#endif
