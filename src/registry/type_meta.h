/*
 * Kind and apiVersion as the server finds them before it decodes a body: by encoding/json, which
 * does not mind the case of keys (apimachinery, pkg/runtime/serializer/json/meta.go). The decoder
 * behind it does. Private to this folder.
 */
#ifndef PQ_REGISTRY_TYPE_META_H
#define PQ_REGISTRY_TYPE_META_H

#include "json/read.h"

struct type_meta {
	struct pq_string api_version, kind; /* of the document; empty: there is none */
	const struct pq_value *wrong;       /* the first that is of another type, or NULL */
	const char *wrong_field;            /* the field that it would be the value of */
};

/* document may be of any kind; replaced is what its reading has left. */
void type_meta_find(const struct pq_value *document, const struct pq_json_replaced *replaced,
		    struct type_meta *meta);

#endif
