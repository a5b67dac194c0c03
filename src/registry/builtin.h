/*
 * What the API server does to an object of a built-in kind that is created or, with an old one,
 * updated: decoding with field validation by its OpenAPI document, then the rules of its own code
 * or, of a kind whose rules are not known, what the document says of required fields, enums and
 * keys of lists. Nothing is defaulted; the rules read what is absent as its default. What
 * passes here may still be refused; what the server accepts never is.
 *
 * Follows k8s.io/apimachinery/pkg/runtime/serializer/json, the UnmarshalJSON methods of its types,
 * and pkg/apis/<group>/validation of k8s.io/kubernetes v1.36.
 */
#ifndef PQ_REGISTRY_BUILTIN_H
#define PQ_REGISTRY_BUILTIN_H

#include "registry/custom_resource.h"
#include "registry/openapi.h"

/* Levels of fields, lists and maps in each other; a document that refers to itself may have more.
 */
enum { PQ_BUILTIN_DEPTH_MAX = 1000 };

/* As pq_custom_resource_judge. crd and version of the request are not used; there are no
 * subresources. A status of 400 comes with findings, too: one for each value of a wrong type. */
void pq_builtin_judge(struct pq_arena *arena, const struct pq_openapi *openapi,
		      const struct pq_openapi_kind *kind, const struct pq_resource_request *request,
		      struct pq_resource_outcome *outcome);

#endif
