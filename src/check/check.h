/*
 * Judging manifests as an API server would, without one: what `pratique check` does.
 *
 * The inputs are read twice. The first reading keeps what others are judged by: the CRDs and
 * AdmissionSchemas among them, and the labels of Namespaces. The second judges each document, hands
 * its outcome to the sink and forgets it, so that memory does not grow with the inputs.
 */
#ifndef PQ_CHECK_CHECK_H
#define PQ_CHECK_CHECK_H

#include "check/sink.h"
#include "policy/policy.h"
#include "registry/openapi.h"

enum { PQ_CHECK_FILE_BYTES_MAX = 64 * 1024 * 1024 };

struct pq_check_settings {
	/* Files, folders, "-" for standard input. */
	const char *const *paths;
	size_t path_count;
	const struct pq_openapi *openapi; /* of the built-in kinds */
};

/* Judges all and tells the sink. builder holds the schemas to judge by; those among the inputs are
 * added to it, and it is finished. False when the run could not be done; what is wrong with an
 * input is no such case. */
PQ_CHECKED bool pq_check_run(const struct pq_check_settings *settings,
			     struct pq_policy_builder *builder, struct pq_check_sink *sink,
			     struct pq_error *error);

#endif
