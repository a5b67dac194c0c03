/*
 * The types of an API server's built-in kinds: its OpenAPI v3 document, in the compact form that
 * tools/openapi_compact.py makes and describes. That of one version of Kubernetes is part of the
 * program (openapi/). A document as the server answers is made compact when it is read.
 */
#ifndef PQ_REGISTRY_OPENAPI_H
#define PQ_REGISTRY_OPENAPI_H

#include "json/value.h"

/* Immutable once it is made, so that threads may share it. */
struct pq_openapi;

enum pq_openapi_shape {
	PQ_OPENAPI_STRING,
	PQ_OPENAPI_BOOLEAN,
	PQ_OPENAPI_INT32,
	PQ_OPENAPI_INT64,
	PQ_OPENAPI_NUMBER,
	PQ_OPENAPI_BYTES, /* base64 */
	PQ_OPENAPI_QUANTITY,
	PQ_OPENAPI_INT_OR_STRING,
	PQ_OPENAPI_TIME,
	PQ_OPENAPI_MICRO_TIME,
	PQ_OPENAPI_ANY,
	PQ_OPENAPI_LIST,
	PQ_OPENAPI_MAP,
	PQ_OPENAPI_STRUCT,
};

/* What a value may be. Views point into the document. */
struct pq_openapi_form {
	enum pq_openapi_shape shape;
	struct pq_string name;  /* the text: "int32", "core.v1.Container", "[]string" */
	struct pq_string below; /* the text of what a list or a map holds */
	struct pq_string keys;  /* of a list whose items have keys: "containerPort,protocol" */
	struct pq_string enumeration; /* of a string: "Always|Never"; data NULL: any */
	bool is_required;
	bool is_value; /* a struct that is there even if nothing was sent */
};

struct pq_openapi_kind {
	struct pq_string group;
	struct pq_string version;
	struct pq_string kind;
	struct pq_string type; /* "apps.v1.Deployment" */
	bool namespaced;
};

/* Reads a document of either form, told apart by its "components"; NULL with an error when it is
 * none. The text is copied. */
struct pq_openapi *pq_openapi_new(struct pq_string text, struct pq_error *error);

/* The document that is part of the program. NULL only without memory. */
struct pq_openapi *pq_openapi_new_embedded(struct pq_error *error);
void pq_openapi_free(struct pq_openapi *openapi); /* NULL is fine */

/* False when there is no such kind. The strings of *found live as long as the document and the
 * arguments do. */
bool pq_openapi_find_kind(const struct pq_openapi *openapi, struct pq_string group,
			  struct pq_string version, struct pq_string kind,
			  struct pq_openapi_kind *found);

/* All there are: an object that maps "GROUP/VERSION/KIND" to a scope, a space and a type, and one
 * that maps the names of types to their fields. */
const struct pq_value *pq_openapi_kinds(const struct pq_openapi *openapi);
const struct pq_value *pq_openapi_types(const struct pq_openapi *openapi);

/* The fields of a struct: an object of texts for pq_openapi_read_form. NULL when there is no such
 * type. */
const struct pq_value *pq_openapi_find_type(const struct pq_openapi *openapi,
					    struct pq_string name);

/* Reads the text of a field, or of what is below a list or a map. */
struct pq_openapi_form pq_openapi_read_form(struct pq_string text);

/* Whether a comma- or bar-separated list names a word. */
bool pq_openapi_lists(struct pq_string list, char separator, struct pq_string word);

#endif
