/*
 * What the API server does to a custom resource on create and update, short of storing it.
 * Pure: a request in, an outcome out. dry-run, check and the local control plane call it.
 */
#ifndef PQ_REGISTRY_CUSTOM_RESOURCE_H
#define PQ_REGISTRY_CUSTOM_RESOURCE_H

#include "registry/crd.h"

enum pq_field_validation { PQ_FIELDS_WARN, PQ_FIELDS_STRICT, PQ_FIELDS_IGNORE };
enum pq_subresource { PQ_SUBRESOURCE_NONE, PQ_SUBRESOURCE_STATUS, PQ_SUBRESOURCE_SCALE };

enum { PQ_REQUEST_BODY_MAX = 3 * 1024 * 1024 }; /* the API server's limit on a body */

struct pq_resource_request {
	const struct pq_crd *crd;
	const struct pq_crd_version *version; /* of the URL */
	struct pq_string namespace;           /* of the URL; data NULL when cluster-scoped */
	struct pq_string name;                /* of the URL on update; data NULL on create */
	enum pq_subresource subresource;
	enum pq_field_validation field_validation;
	struct pq_string body; /* JSON as sent */
	/* Instead of body: what has been read already, from YAML for instance, and what reading it
	 * found (duplicate fields), or NULL. */
	const struct pq_value *document;
	const struct pq_findings *reading;
	const struct pq_value *old; /* the stored object: makes this an update */
};

struct pq_resource_outcome {
	struct pq_status status; /* code 0: accepted */
	/* Of the part of the document that a status without findings is about, in its source text;
	 * PQ_OFFSET_NONE when that is not known. */
	uint32_t refused_offset;
	struct pq_value object;     /* as it would be stored, when accepted */
	struct pq_string *warnings; /* in order, each once; pq_warnings_send says which are sent */
	size_t warning_count;
	/* Failures of rules that an update is forgiven, with offsets into body; each is among the
	 * warnings, too, as pq_finding_render has it. */
	struct pq_findings forgiven;
	struct pq_findings findings; /* what status.causes shows, with offsets into body */
	/* Unknown and duplicate fields, whatever field_validation makes of them. */
	struct pq_findings strict;
	/* Nothing is said of what was sent: no server can have stored the old object, and the
	 * status tells why. */
	bool is_old_refused;
};

/* Decodes, prunes, defaults, validates. Everything in the outcome lives in the arena. Always fills
 * the outcome; an exhausted arena gives a status of 413. */
void pq_custom_resource_judge(struct pq_arena *arena, const struct pq_resource_request *request,
			      struct pq_resource_outcome *outcome);

/* An object that is complete: pruned and defaulted, with what the request cannot change. */
struct pq_resource_content {
	const struct pq_crd_version *version;
	enum pq_subresource subresource;
	const struct pq_value *object;
	const struct pq_value *old; /* the object before an update, or NULL */
	bool is_other_kind; /* only embedded resources, list types and rules are judged then */
	/* Receives failures of rules that an update is forgiven; or NULL. */
	struct pq_findings *warnings;
	struct pq_rules_quota *quota; /* NULL: as an API server */
};

/* Finds what is wrong with an object besides its kind and metadata: by the schema, of what the
 * scale paths point to, of embedded resources, of list types and by rules. Says so when rules are
 * not run for what is in findings then, whoever put it there. For callers that judge outside of a
 * request. False only when the arena is exhausted. */
PQ_CHECKED bool pq_custom_resource_check_content(struct pq_arena *arena,
						 const struct pq_resource_content *content,
						 struct pq_findings *findings);

/* A CRD as the object itself (POST or PUT to customresourcedefinitions); crd and version of the
 * request are NULL. */
void pq_crd_judge(struct pq_arena *arena, const struct pq_resource_request *request,
		  struct pq_resource_outcome *outcome);

#endif
