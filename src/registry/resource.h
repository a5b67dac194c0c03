/* The steps of judging a custom resource, one file each. Private to this folder. */
#ifndef PQ_REGISTRY_RESOURCE_H
#define PQ_REGISTRY_RESOURCE_H

#include "registry/judging.h"

static inline const struct pq_value *resource_metadata_of(const struct pq_value *object)
{
	return pq_value_find(object, PQ_S("metadata"));
}

static inline struct pq_string resource_name_of(const struct pq_value *object)
{
	return pq_value_find_string(resource_metadata_of(object), PQ_S("name"));
}

/* resource_decode.c: from the body to an object that is pruned, coerced and defaulted. unknown is
 * NULL when the object is not the body, but on its way into storage or out of it. */
bool resource_decode(struct judging *judging);
bool resource_prune(struct judging *judging, const struct pq_schema *schema,
		    struct pq_findings *unknown);
bool resource_apply_defaults(struct judging *judging, const struct pq_schema *schema);
bool resource_check_group_version(struct judging *judging);

/* resource_metadata.c: value NULL removes. */
bool resource_set_metadata(struct judging *judging, const char *key, const struct pq_value *value);
/* Takes a member of the old object's metadata; absent there means absent here. */
bool resource_keep_metadata(struct judging *judging, const char *key);
bool resource_set_generation(struct judging *judging, int64_t generation);
int64_t resource_generation_of(const struct pq_value *object);
int64_t resource_generation_after(const struct pq_value *object);
bool resource_match_namespace(struct judging *judging);
bool resource_drop_repeated_owners(struct judging *judging);
bool resource_prepare_create(struct judging *judging);
bool resource_keep_system_fields(struct judging *judging);
void resource_warn_of_finalizers(struct judging *judging, const struct pq_value *old);

/* resource_content.c: kind first, whether it is right; if not, of the rest only embedded resources
 * and list types are judged. */
bool resource_check_type_meta(struct judging *judging);
bool resource_check_content(struct judging *judging, const struct pq_value *old,
			    bool is_other_kind);

/* resource_embedded.c: apiVersion, kind and metadata of an embedded resource. */

/* Reads them as their types: the one thing that prevents it is found. *metadata is null when there
 * is none; unknown, its unknown fields, may be NULL. */
bool resource_read_embedded(const struct pq_value *resource, const struct pq_path *path,
			    struct pq_findings *unknown, struct pq_value *metadata,
			    struct pq_findings *findings);

/* Whether they can be read, and what they must be (pq_schema_judge_embedded; context is not used).
 */
void resource_check_embedded_types(const struct pq_value *resource, const struct pq_path *path,
				   struct pq_findings *findings, void *context);
void resource_check_embedded(const struct pq_value *resource, const struct pq_path *path,
			     struct pq_findings *findings, void *context);

/* resource_preconditions.c */
bool resource_check_preconditions(struct judging *judging);
bool resource_refuse_not_found(struct judging *judging);

/* resource_version.c */
void resource_warn_of_version(struct judging *judging);

/* custom_resource.c: an update whose preconditions hold. */
bool resource_update_content(struct judging *judging);

/* An old object from a file may lack a resourceVersion; then none is asked for. */
bool resource_lend_version(struct judging *judging);
bool resource_has_lent_version(const struct judging *judging);

#endif
