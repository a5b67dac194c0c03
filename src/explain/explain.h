/*
 * Kinds that can be explained, and explaining them in the form of `kubectl explain`: those of an
 * API server's OpenAPI document and those that CustomResourceDefinitions describe.
 *
 * Not thread-safe.
 */
#ifndef PQ_EXPLAIN_EXPLAIN_H
#define PQ_EXPLAIN_EXPLAIN_H

#include "explain/schema.h"

struct pq_explain_kind {
	struct pq_string group;
	struct pq_string version;
	struct pq_string kind;
	struct pq_string plural;
	struct pq_string singular;
	const struct pq_string *short_names;
	size_t short_name_count;
	bool is_served;
	/* Its schema was written by people, not made of Go's structs: defaults that are zero values
	 * are meant. */
	bool is_custom;
	struct pq_value schema;
};

/* What is asked about. */
struct pq_explain_target {
	const struct pq_explain_kind *kind;
	struct pq_string path;         /* "spec.containers"; empty: the kind itself */
	struct pq_explain_field field; /* with the kind itself, its name is empty */
};

struct pq_explain;

struct pq_explain *pq_explain_new(void);          /* NULL without memory */
void pq_explain_free(struct pq_explain *explain); /* NULL is fine */

/* Takes the kinds of an OpenAPI document: the compact form of tools/openapi_compact.py, or what
 * /openapi/v3/… answers. To be called once, before any CRD is added. The text is copied. */
PQ_CHECKED bool pq_explain_add_openapi(struct pq_explain *explain, struct pq_string text,
				       struct pq_error *error);

/* The same with the document that is part of the program. */
PQ_CHECKED bool pq_explain_add_embedded(struct pq_explain *explain, struct pq_error *error);

/* Takes the versions of a CRD; other documents are passed by. The document is copied. False when
 * there is no memory for it. */
PQ_CHECKED bool pq_explain_add_crd(struct pq_explain *explain, const struct pq_value *document,
				   struct pq_error *error);

/* Finds KIND[.GROUP][.field.path]: a kind by its plural, singular or short name in any case, and a
 * field below it. api_version, GROUP/VERSION, may be empty: then kinds of Kubernetes itself are
 * before others, and the preferred version before others. Indices and keys in the path
 * ("spec.ports[0].name", "data.key") are passed by. Fails with PQ_ERROR_NOT_FOUND, saying the
 * nearest name. Strings of the target are those of request. */
PQ_CHECKED bool pq_explain_find(const struct pq_explain *explain, struct pq_string request,
				struct pq_string api_version, struct pq_explain_target *target,
				struct pq_error *error);

/* As kubectl prints it, lines of at most columns where words allow, plus what the schema demands.
 * is_recursive: all fields below, each in a line. False when there are too many of them. */
PQ_CHECKED bool pq_explain_write_text(const struct pq_explain_target *target, bool is_recursive,
				      size_t columns, struct pq_buffer *text,
				      struct pq_error *error);

/* The same as JSON, on one line. */
PQ_CHECKED bool pq_explain_write_json(const struct pq_explain_target *target, bool is_recursive,
				      struct pq_buffer *text, struct pq_error *error);

#endif
