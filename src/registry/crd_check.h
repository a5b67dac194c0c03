/* Acceptance of CRDs, part by part (crd_validate.c puts them together). Private to this folder.
 *
 * Documents have been read as their Go type and defaulted: known fields have the right types. */
#ifndef PQ_REGISTRY_CRD_CHECK_H
#define PQ_REGISTRY_CRD_CHECK_H

#include "registry/crd.h"
#include "registry/finding.h"

struct crd_check {
	struct pq_arena *arena;
	struct pq_findings *findings;
	const struct pq_value *sent; /* the CRD before its defaults were coerced */
	const struct pq_value *old;  /* the CRD before an update, or NULL */
};

/* The whole: as a create, or as an update when old is not NULL. Defaults have been coerced
 * (crd_coerce_defaults); sent is as it was before. */
void crd_check_document(struct pq_arena *arena, const struct pq_value *crd,
			const struct pq_value *sent, const struct pq_value *old,
			struct pq_findings *findings);

/* Embedded resources of defaults as they are stored (crd_coerce.c). False when the arena is
 * exhausted. */
PQ_CHECKED bool crd_coerce_defaults(struct pq_arena *arena, const struct pq_value *crd,
				    struct pq_value *result);

/* The same as they are served: what cannot be read as its type is dropped. */
PQ_CHECKED bool crd_serve_defaults(struct pq_arena *arena, const struct pq_value *crd,
				   struct pq_value *result);

/* The same of an object of the schema (pq_schema_coerce). */
PQ_CHECKED bool crd_coerce_resource(const struct pq_schema *schema, struct pq_arena *arena,
				    const struct pq_value *resource, struct pq_value *result);

/* Whether a value has a member of this name at any depth that is neither false, null nor empty
 * (crd_compile.c). False when there is no memory. */
PQ_CHECKED bool crd_find_keyword(const struct pq_value *root, const char *name, bool *found,
				 struct pq_error *error);

/* Whether the condition Established is true. */
bool crd_is_established(const struct pq_value *crd);

/* Whether a schema of any version has a default. */
bool crd_has_default(const struct crd_check *check, const struct pq_value *spec);

/* What an update need not mend, since the CRD before it has it, too (crd_ratchet.c). */
struct crd_ratchet {
	unsigned forgiven; /* enum pq_schema_flaw, of schemas */
	bool schemas_may_lack;
};

/* False when the arena is exhausted. */
PQ_CHECKED bool crd_find_ratchet(const struct crd_check *check, const struct pq_value *spec,
				 struct crd_ratchet *ratchet);

void crd_check_add_required(const struct crd_check *check, const struct pq_path *path,
			    uint32_t offset, const char *detail);
void crd_check_add_forbidden(const struct crd_check *check, const struct pq_path *path,
			     uint32_t offset, const char *detail);

/* A value that must be one of some; empty is Required. */
void crd_check_choice(const struct crd_check *check, const struct pq_path *path,
		      struct pq_string value, uint32_t offset, const char *const *choices);

/* Joined problems of a DNS-1035 label, or NULL when it is one. */
const char *crd_check_label_problem(const struct crd_check *check, struct pq_string label,
				    bool ignore_case);

/* spec.names and status.acceptedNames; is_spec: some must be there. */
void crd_check_names(const struct crd_check *check, const struct pq_value *names,
		     const struct pq_path *path, bool is_spec);

void crd_check_versions(const struct crd_check *check, const struct pq_value *spec,
			const struct pq_path *path);

/* status.storedVersions. */
void crd_check_stored_versions(const struct crd_check *check, const struct pq_value *crd);

void crd_check_conversion(const struct crd_check *check, const struct pq_value *conversion,
			  const struct pq_path *path);
void crd_check_columns(const struct crd_check *check, const struct pq_value *columns,
		       const struct pq_path *path);
void crd_check_subresources(const struct crd_check *check, const struct pq_value *subresources,
			    const struct pq_path *path);
/* is_kept: as many as there were before are no finding. */
void crd_check_selectable_fields(const struct crd_check *check, const struct pq_value *fields,
				 const struct pq_value *schema, bool is_kept,
				 const struct pq_path *path);

/* Which parts all versions have alike: they stand at the top of the server's internal form. */
struct crd_sharing {
	bool schema;
	bool subresources;
	bool columns;
	bool selectable_fields;
};

/* The versions as findings show them (crd_show.c). Failure shows in the buffer. */
void crd_show_versions(struct pq_buffer *buffer, const struct pq_value *versions,
		       const struct crd_sharing *sharing, struct pq_arena *arena);

/* Adds each format of the schemas that is not known, as field and message. */
PQ_CHECKED bool crd_find_unknown_formats(const struct pq_value *crd, struct pq_findings *formats);

#endif
