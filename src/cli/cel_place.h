/* A place in a schema and in the data that it describes: "spec.ports[0].name". */
#ifndef PQ_CLI_CEL_PLACE_H
#define PQ_CLI_CEL_PLACE_H

#include "base/error.h"
#include "schema/source.h"

struct cel_place {
	struct pq_source *source;     /* NULL: nothing is known of the data */
	bool is_resource;             /* has apiVersion, kind and metadata */
	const struct pq_value *value; /* NULL: absent */
	const struct pq_value *old;
};

/* Goes down from a place by field names after dots, "[3]" for items and "['a.b']" for names with
 * dots in them. Fails with PQ_ERROR_NOT_FOUND when the schema has no such place, or, without a
 * schema, the data has none; the place is then unchanged. */
PQ_CHECKED bool cel_place_descend(struct cel_place *place, struct pq_string path,
				  struct pq_error *error);

#endif
