/*
 * metav1.Status as kube-apiserver answers it (k8s.io/apimachinery/pkg/api/errors).
 */
#ifndef PQ_REGISTRY_STATUS_H
#define PQ_REGISTRY_STATUS_H

#include "base/buffer.h"
#include "base/findings.h"

struct pq_status {
	int code;                /* HTTP; 0 when successful */
	struct pq_string reason; /* "Invalid", "NotFound" …; may be empty */
	struct pq_string message;
	struct pq_string name; /* of details; empty ones are left out */
	struct pq_string group;
	struct pq_string kind; /* Kind in an Invalid, the resource elsewhere */
	struct pq_string uid;
	const struct pq_finding *causes;
	size_t cause_count;
	int retry_after_seconds; /* 0: none */
	bool has_details;
};

/* NewInvalid: 422 with the causes; the message lists distinct errors. The strings of the result
 * live in the arena; code 500 when it is exhausted. */
struct pq_status pq_status_invalid(struct pq_arena *arena, struct pq_string group,
				   struct pq_string kind, struct pq_string name,
				   const struct pq_findings *findings);

/* A status without details. */
struct pq_status pq_status_plain(int code, struct pq_string reason, struct pq_string message);

/* The status for an error of ours: its facts' code and reason, its formatted text. */
struct pq_error;
struct pq_status pq_status_from_error(struct pq_arena *arena, const struct pq_error *error);

/* {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",…} in the API server's key
 * order. bare leaves out kind, apiVersion and metadata's siblings as AdmissionResponse.status
 * wants it: {"metadata":{},"status":"Failure",…}. */
void pq_status_write(struct pq_buffer *buffer, const struct pq_status *status, bool bare);

#endif
