/* What every resource has, whatever its schema says: TypeMeta and ObjectMeta. */
#ifndef PQ_SCHEMA_RESOURCE_H
#define PQ_SCHEMA_RESOURCE_H

#include "base/string_view.h"

static inline bool pq_is_type_meta(struct pq_string name)
{
	return pq_string_is(name, "apiVersion") || pq_string_is(name, "kind");
}

static inline bool pq_is_type_or_object_meta(struct pq_string name)
{
	return pq_is_type_meta(name) || pq_string_is(name, "metadata");
}

#endif
