/*
 * Values as protocol buffers hold them: what a field of a message takes, and in which form.
 *
 * Follows ConvertToNative of cel-go v0.26 common/types and of k8s.io/apiserver v0.36 pkg/cel.
 */
#ifndef PQ_CEL_NATIVE_H
#define PQ_CEL_NATIVE_H

#include "cel/evaluate.h"
#include "cel/value.h"

enum { PQ_CEL_NATIVE_DEPTH_MAX = 1000 }; /* lists and maps in each other that become JSON */

enum pq_cel_native {
	PQ_CEL_NATIVE_BOOL,
	PQ_CEL_NATIVE_BYTES,
	PQ_CEL_NATIVE_DOUBLE,
	PQ_CEL_NATIVE_FLOAT,
	PQ_CEL_NATIVE_INT64,
	PQ_CEL_NATIVE_INT32,
	PQ_CEL_NATIVE_UINT64,
	PQ_CEL_NATIVE_UINT32,
	PQ_CEL_NATIVE_STRING,
	PQ_CEL_NATIVE_ENUM,
	PQ_CEL_NATIVE_JSON, /* google.protobuf.Value, of items; no field's own */
	PQ_CEL_NATIVE_JSON_LIST,
	PQ_CEL_NATIVE_JSON_OBJECT,
	PQ_CEL_NATIVE_REPEATED_JSON, /* a field that repeats */
	PQ_CEL_NATIVE_MAP_OF_JSON,   /* and one that is a map from texts */
};

/* The value in that form. False with Go's error in the place of the value, or with a fatal one when
 * the run has ended; it does not say of which field. */
bool pq_cel_to_native(struct pq_cel_run *run, enum pq_cel_native native,
		      struct pq_cel_value *value);

#endif
