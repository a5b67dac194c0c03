/* One request being judged. Private to this folder. */
#ifndef PQ_REGISTRY_JUDGING_H
#define PQ_REGISTRY_JUDGING_H

#include "registry/custom_resource.h"
#include "registry/typed.h"

struct judging {
	struct pq_arena *arena;
	const struct pq_resource_request *request;
	struct pq_resource_outcome *outcome;
	struct pq_value document; /* what was sent, changed step by step */
	size_t warning_room;
	bool is_typed;  /* of a built-in type: kind and apiVersion may be left out */
	bool is_struct; /* read by pq_typed_read next, which tells of repeated fields itself */
	struct pq_typed_text text;    /* the body, and what was repeated in it */
	struct pq_string kind;        /* as they were sent */
	struct pq_string api_version; /* empty also for "/", which is no version */
};

/* For pq_typed_read; NULL when no body was sent. */
static inline const struct pq_typed_text *judging_text(const struct judging *judging)
{
	return judging->request->document != NULL ? NULL : &judging->text;
}

/* Before anything is known of the request. */
void judging_init_outcome(const struct judging *judging);

/* Refuses with a status and returns false. */
bool judging_refuse(struct judging *judging, struct pq_status status);

/* 400 with a text of printf's. Returns false. */
bool judging_refuse_bad(struct judging *judging, const char *format, ...) PQ_PRINTF(2, 3);

/* 422 for what has been found. Returns false. */
bool judging_refuse_invalid(struct judging *judging, struct pq_string group, struct pq_string kind,
			    struct pq_string name);

/* The same for the document by the name it has; true when there are no findings. */
bool judging_refuse_if_found(struct judging *judging, struct pq_string kind);

/* No server can have stored the old object, for a reason that the status tells; when that is 413,
 * the arena is exhausted. Returns false. */
bool judging_refuse_old(struct judging *judging, struct pq_status status);

/* 413, for the arena is exhausted. Returns false. */
bool judging_out_of_room(struct judging *judging);

/* Adds a warning, once. */
void judging_warn(struct judging *judging, struct pq_string text);

/* pq_value_with_member that refuses when the arena is exhausted. */
PQ_CHECKED bool judging_set_member(struct judging *judging, const struct pq_value *object,
				   const char *key, const struct pq_value *value,
				   struct pq_value *result);

/* Reads request->body (or takes the document) and finds kind and apiVersion. expected_kind is what
 * the URL's resource holds. */
PQ_CHECKED bool judging_read(struct judging *judging, struct pq_string expected_kind,
			     struct pq_string expected_version);

/* Refuses a body of which it is not known what the fields of a struct have been before they were
 * repeated: one with PQ_JSON_REPLACED_MAX of them, since there may be more that were not kept. True
 * when there are fewer. */
PQ_CHECKED bool judging_refuse_many_repetitions(struct judging *judging);

/* Applies field_validation to what stands in outcome->strict. */
PQ_CHECKED bool judging_apply_field_validation(struct judging *judging, struct pq_string kind,
					       struct pq_string version,
					       struct pq_string expected_kind);

/* "kind in version … cannot be handled as a …: reason" */
bool judging_refuse_undecodable(struct judging *judging, struct pq_string kind,
				struct pq_string version, struct pq_string expected_kind,
				struct pq_string reason);

#endif
