/*
 * CustomResourceDefinitions: acceptance as the API server's, and the compiled form.
 */
#ifndef PQ_REGISTRY_CRD_H
#define PQ_REGISTRY_CRD_H

#include "registry/status.h"
#include "schema/schema.h"

struct pq_crd_version {
	struct pq_string name;
	bool served;
	bool storage;
	bool deprecated;
	struct pq_string deprecation_warning; /* data NULL: the default text */
	bool has_status;
	bool has_scale;
	struct pq_string spec_replicas_path; /* ".spec.replicas" */
	struct pq_string status_replicas_path;
	struct pq_string label_selector_path;
	const struct pq_schema *schema; /* never NULL */
};

/* Immutable and ref-counted; strings live as long as it. */
struct pq_crd {
	struct pq_string name; /* "myapps.apps.example.com" */
	struct pq_string group;
	struct pq_string kind;
	struct pq_string list_kind;
	struct pq_string plural;
	struct pq_string singular;
	const struct pq_string *short_names;
	size_t short_name_count;
	bool namespaced;
	const struct pq_crd_version *versions;
	size_t version_count;
};

/* Judges a CRD document (apiextensions.k8s.io/v1; defaults are applied first) as a create, or as an
 * update when old is not NULL. Nothing is compiled. False only when the arena is exhausted. */
PQ_CHECKED bool pq_crd_validate(struct pq_arena *arena, const struct pq_value *document,
				const struct pq_value *old, struct pq_findings *findings);

/* Defaults of the v1 API applied to a CRD document, as the server stores it. */
PQ_CHECKED bool pq_crd_default(struct pq_arena *arena, const struct pq_value *document,
			       struct pq_value *result);

/* Compiles every version of a document that pq_crd_validate accepted. NULL on failure. */
const struct pq_crd *pq_crd_compile(const struct pq_value *document, struct pq_error *error);
const struct pq_crd *pq_crd_ref(const struct pq_crd *crd);
void pq_crd_unref(const struct pq_crd *crd); /* NULL is fine */

/* NULL when there is no such version. */
const struct pq_crd_version *pq_crd_find_version(const struct pq_crd *crd, struct pq_string name);

#endif
