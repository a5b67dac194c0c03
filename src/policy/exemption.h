/* An AdmissionExemption with what it covers. Private to this folder. */
#ifndef PQ_POLICY_EXEMPTION_H
#define PQ_POLICY_EXEMPTION_H

#include "policy/compiler.h"
#include "policy/policy.h"

#include <stdatomic.h>

/* Immutable and ref-counted, in its own arena. What is empty is not asked for. */
struct exemption {
	struct pq_exemption public;
	atomic_size_t references;
	struct pq_string origin; /* set by the builder */
	struct string_list users;
	struct string_list groups;
	struct string_list namespaces;
	struct pq_selector objects;
	struct pq_arena arena;
};

/* The reference belongs to the caller. NULL on failure; *offset is then where in the document's
 * source the trouble is. What it does not know is refused: a name that is misspelt must not widen
 * an exemption. */
struct exemption *exemption_compile(const struct pq_value *document, uint32_t *offset,
				    struct pq_error *error);

struct exemption *exemption_ref(struct exemption *exemption);
void exemption_unref(struct exemption *exemption); /* NULL is fine */

/* Whether everything that it asks for is so, at the wall time now. */
bool exemption_covers(const struct exemption *exemption, const struct pq_policy_subject *subject,
		      const struct pq_policy_caller *caller, int64_t now);

#endif
