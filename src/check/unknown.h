/* What is said of a kind without schema. */
#ifndef PQ_CHECK_UNKNOWN_H
#define PQ_CHECK_UNKNOWN_H

#include "base/arena.h"
#include "registry/openapi.h"

struct pq_check_unknown_kind {
	struct pq_string group;
	struct pq_string version;
	struct pq_string kind;
	bool is_list;        /* of kubectl's, in another list */
	const char *refused; /* where its CRD stands, "FILE:LINE", which is refused; or NULL */
};

struct pq_check_unknown_reason {
	struct pq_string text; /* data NULL without memory */
	bool lacks_crd;        /* a CRD could make it known */
};

/* Why a kind is not known, in the words of kubectl, with what to do about it. The openapi document
 * is that of the built-in kinds. */
struct pq_check_unknown_reason
pq_check_explain_unknown(struct pq_arena *arena, const struct pq_openapi *openapi,
			 const struct pq_check_unknown_kind *unknown);

#endif
