#include "cel/type.h"

#define SIMPLE(variable, kind_, text)                                                              \
	const struct pq_cel_type variable = { .kind = (kind_), .name = PQ_LITERAL(text) }

SIMPLE(pq_cel_dyn, PQ_CEL_TYPE_DYN, "dyn");
SIMPLE(pq_cel_null, PQ_CEL_TYPE_NULL, "null_type");
SIMPLE(pq_cel_bool, PQ_CEL_TYPE_BOOL, "bool");
SIMPLE(pq_cel_int, PQ_CEL_TYPE_INT, "int");
SIMPLE(pq_cel_uint, PQ_CEL_TYPE_UINT, "uint");
SIMPLE(pq_cel_double, PQ_CEL_TYPE_DOUBLE, "double");
SIMPLE(pq_cel_string, PQ_CEL_TYPE_STRING, "string");
SIMPLE(pq_cel_bytes, PQ_CEL_TYPE_BYTES, "bytes");
SIMPLE(pq_cel_timestamp, PQ_CEL_TYPE_TIMESTAMP, "google.protobuf.Timestamp");
SIMPLE(pq_cel_duration, PQ_CEL_TYPE_DURATION, "google.protobuf.Duration");
SIMPLE(pq_cel_type_type, PQ_CEL_TYPE_TYPE, "type");
SIMPLE(pq_cel_error, PQ_CEL_TYPE_ERROR, "!error!");
SIMPLE(pq_cel_parameter_a, PQ_CEL_TYPE_PARAMETER, "A");
SIMPLE(pq_cel_parameter_b, PQ_CEL_TYPE_PARAMETER, "B");

const struct pq_cel_type pq_cel_list_of_dyn = {
	.kind = PQ_CEL_TYPE_LIST,
	.parameter_count = 1,
	.name = PQ_LITERAL("list"),
	.parameters = { &pq_cel_dyn },
};

const struct pq_cel_type pq_cel_map_of_dyn = {
	.kind = PQ_CEL_TYPE_MAP,
	.parameter_count = 2,
	.name = PQ_LITERAL("map"),
	.parameters = { &pq_cel_dyn, &pq_cel_dyn },
};
