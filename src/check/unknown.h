/* What is said of documents whose kind has no schema, or that have no kind. */
#ifndef PQ_CHECK_UNKNOWN_H
#define PQ_CHECK_UNKNOWN_H

#include "base/arena.h"
#include "registry/openapi.h"
#include "json/value.h"

#define PQ_CHECK_NO_OBJECT "not a Kubernetes object: apiVersion and kind must be set"

struct pq_check_unknown_object {
	const struct pq_value *value; /* has apiVersion and kind */
	bool is_item;                 /* of a list that was taken apart */
	const char *refused_crd; /* "FILE:LINE", where its CRD stands if that is refused, or NULL */
};

struct pq_check_unknown_reason {
	struct pq_string text; /* data NULL without memory */
	bool lacks_crd;        /* a CRD could make it known */
};

/* Why the kind of an object is not known, in the words of kubectl, with what to do about it. The
 * openapi document is that of the built-in kinds. */
struct pq_check_unknown_reason
pq_check_explain_unknown(struct pq_arena *arena, const struct pq_openapi *openapi,
			 const struct pq_check_unknown_object *unknown);

#endif
