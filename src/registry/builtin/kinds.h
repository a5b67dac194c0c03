/* What the server's own code does with each kind. Private to this folder. */
#ifndef PQ_REGISTRY_BUILTIN_KINDS_H
#define PQ_REGISTRY_BUILTIN_KINDS_H

#include "registry/builtin/place.h"
#include "registry/object_meta.h"
#include "registry/openapi.h"

enum kind_metadata {
	KIND_WITHOUT_NAME,     /* a review or a binding: metadata is not judged */
	KIND_WITH_METADATA,    /* by apimachinery's ValidateObjectMeta */
	KIND_WITH_FINALIZERS,  /* by core's, which asks for standard or qualified finalizers */
	KIND_METADATA_AT_LAST, /* after all else, when nothing was found */
};

struct kind_rules {
	const char *group;
	const char *version; /* NULL: each */
	const char *kind;    /* NULL: each of the group that has no row before */
	enum kind_metadata metadata;
	enum pq_name_rule name;
	place_check *check; /* NULL: no rules but the document's */
};

const struct kind_rules *kinds_find(const struct pq_openapi_kind *kind);

/* Whether the kind's strategy makes 1 of any generation that is sent. */
bool kinds_set_generation(const struct pq_openapi_kind *kind);

#endif
