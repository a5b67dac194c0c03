/*
 * ObjectMeta: k8s.io/apimachinery/pkg/api/validation/objectmeta.go, on values.
 */
#ifndef PQ_REGISTRY_OBJECT_META_H
#define PQ_REGISTRY_OBJECT_META_H

#include "base/findings.h"
#include "registry/typed.h"

/* How a kind's names are checked. */
enum pq_name_rule {
	PQ_NAME_DNS1123_SUBDOMAIN,
	PQ_NAME_DNS1123_LABEL,
	PQ_NAME_PATH_SEGMENT,
	PQ_NAME_WHOLE_SEGMENT, /* also what a name is generated from */
};

/* metadata may be NULL (absent). path is "metadata" or that of an embedded resource's. */
void pq_object_meta_validate(struct pq_arena *arena, const struct pq_value *metadata,
			     bool namespaced, enum pq_name_rule name_rule,
			     const struct pq_path *path, struct pq_findings *findings);
void pq_object_meta_validate_update(struct pq_arena *arena, const struct pq_value *metadata,
				    const struct pq_value *old, const struct pq_path *path,
				    struct pq_findings *findings);

/* The round trip through Go's typed ObjectMeta: unknown fields are dropped (and told to unknown, if
 * given), creationTimestamp null is dropped and so on. Wrong types make it false, with Go's
 * words in the refusal ("json: cannot unmarshal …"), as pq_typed_read does. */
PQ_CHECKED bool pq_object_meta_coerce(struct pq_arena *arena, const struct pq_value *metadata,
				      const struct pq_path *path, struct pq_findings *unknown,
				      struct pq_value *result, struct pq_typed_refusal *refusal);

#endif
