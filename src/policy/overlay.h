/* An AdmissionSchema with what it matches. Private to this folder. */
#ifndef PQ_POLICY_OVERLAY_H
#define PQ_POLICY_OVERLAY_H

#include "policy/compiler.h"
#include "policy/policy.h"

#include <stdatomic.h>

/* Immutable and ref-counted, in its own arena. */
struct overlay {
	struct pq_overlay public;
	atomic_size_t references;
	struct pq_string origin; /* set by the builder */
	struct string_list groups;
	struct string_list versions;
	struct string_list resources;
	struct pq_selector namespaces;
	struct pq_selector objects;
	struct pq_arena arena;
};

/* The reference belongs to the caller. NULL on failure; *offset is then where in the document's
 * source the trouble is. */
struct overlay *overlay_compile(const struct pq_value *document, uint32_t *offset,
				struct pq_error *error);

struct overlay *overlay_ref(struct overlay *overlay);
void overlay_unref(struct overlay *overlay); /* NULL is fine */

/* Whether groups, versions and resources match, whatever the selectors say. */
bool overlay_covers(const struct overlay *overlay, const struct pq_policy_subject *subject,
		    struct pq_string resource);

/* Whether groups, versions, resources and the object's labels match; the namespace is left to
 * overlay_matches_namespace. */
bool overlay_matches_object(const struct overlay *overlay, const struct pq_policy_subject *subject,
			    struct pq_string resource);

/* False with an error when the namespace's labels are needed, but not known. */
PQ_CHECKED bool overlay_matches_namespace(const struct overlay *overlay,
					  const struct pq_policy_subject *subject, bool *matches,
					  struct pq_error *error);

#endif
