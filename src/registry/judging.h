/* One request being judged. Private to this folder. */
#ifndef PQ_REGISTRY_JUDGING_H
#define PQ_REGISTRY_JUDGING_H

#include "registry/custom_resource.h"

struct judging {
	struct pq_arena *arena;
	const struct pq_resource_request *request;
	struct pq_resource_outcome *outcome;
	struct pq_value document; /* what was sent, changed step by step */
	size_t warning_room;
	bool is_typed; /* of a built-in type: kind and apiVersion may be left out */
};

/* Refuses with a status and returns false. */
bool judging_refuse(struct judging *judging, struct pq_status status);

/* 400 with a text of printf's. Returns false. */
bool judging_refuse_bad(struct judging *judging, const char *format, ...) PQ_PRINTF(2, 3);

/* 422 for what has been found. Returns false. */
bool judging_refuse_invalid(struct judging *judging, struct pq_string group, struct pq_string kind,
			    struct pq_string name);

/* 413, for the arena is exhausted. Returns false. */
bool judging_out_of_room(struct judging *judging);

/* Adds a warning, once. */
void judging_warn(struct judging *judging, struct pq_string text);

/* Adds a finding of type Invalid that shows a value. */
void judging_add_invalid(struct judging *judging, const struct pq_path *path,
			 const struct pq_value *value, const char *detail);

/* An object with one member replaced, added, or removed (value NULL). */
PQ_CHECKED bool judging_set_member(struct judging *judging, const struct pq_value *object,
				   const char *key, const struct pq_value *value,
				   struct pq_value *result);

/* Reads request->body (or takes the document) and finds kind and apiVersion. expected_kind is what
 * the URL's resource holds. */
PQ_CHECKED bool judging_read(struct judging *judging, struct pq_string expected_kind,
			     struct pq_string expected_version);

/* Applies field_validation to what stands in outcome->strict. */
PQ_CHECKED bool judging_apply_field_validation(struct judging *judging, struct pq_string kind,
					       struct pq_string version,
					       struct pq_string expected_kind);

/* "kind in version … cannot be handled as a …: reason" */
bool judging_refuse_undecodable(struct judging *judging, struct pq_string kind,
				struct pq_string version, struct pq_string expected_kind,
				const char *reason);

/* Finds what is wrong with apiVersion, kind and metadata of an embedded resource; context is the
 * struct judging (a pq_schema_visit_embedded). */
bool judging_check_embedded(const struct pq_value *resource, const struct pq_path *path,
			    void *context);

/* The version part of an apiVersion ("v1" of "apps/v1"); empty for none. */
struct pq_string judging_version_of(struct pq_string api_version);
struct pq_string judging_group_of(struct pq_string api_version);

#endif
