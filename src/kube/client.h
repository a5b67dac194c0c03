/*
 * Dynamic client: requests to a Kubernetes API for objects as values.
 *
 * pq_kube_start is for those who live on the loop (watches); the others wait for the answer while
 * the loop runs on, so that code which acts on a cluster reads from top to bottom. An answer of
 * status 400 and above is an error: its code is chosen from the metav1.Status, its message is the
 * Status's. Belongs to one thread.
 */
#ifndef PQ_KUBE_CLIENT_H
#define PQ_KUBE_CLIENT_H

#include "base/clock.h"
#include "kube/config.h"
#include "kube/resource.h"
#include "telemetry/trace_context.h"
#include "json/value.h"

struct pq_kube_client {
	struct pq_http_transport *transport; /* borrowed */
	struct pq_kube_config *config;       /* borrowed */
	const struct pq_clock *clock;
	const char *field_manager; /* of every write */
	/* What calls are part of: each is a span below it, and tells the API server so (traceparent
	 * of W3C Trace Context). NULL: none. */
	const struct pq_trace_context *trace;
	bool dry_run; /* writes are judged and answered, but not stored */
};

/* Nanoseconds that a call may take, but for a watch. */
#define PQ_KUBE_TIMEOUT (30 * PQ_SECOND)

struct pq_kube_parameter {
	const char *name;
	struct pq_string value; /* not yet encoded */
};

struct pq_kube_request {
	const char *method;
	const struct pq_kube_resource *resource;
	struct pq_string namespace; /* empty: all namespaces, or a cluster's own object */
	struct pq_string name;      /* empty: the collection */
	const char *subresource;    /* or NULL */
	const struct pq_kube_parameter *parameters;
	size_t parameter_count;
	const char *content_type; /* of the body */
	struct pq_string body;    /* must live until the call is over */
	int64_t timeout;          /* nanoseconds; 0 means PQ_KUBE_TIMEOUT */
};

/* Starts a call whose handler sees HTTP as it comes. */
PQ_CHECKED bool pq_kube_start(struct pq_kube_client *client, const struct pq_kube_request *request,
			      const struct pq_http_handler *handler, struct pq_http_call **call,
			      struct pq_error *error);

/* Sends a request, waits, and reads the answer into the arena. result may be NULL. */
PQ_CHECKED bool pq_kube_exchange(struct pq_kube_client *client, struct pq_arena *arena,
				 const struct pq_kube_request *request, struct pq_value *result,
				 struct pq_error *error);

/* Names one object: what the functions below act on. */
struct pq_kube_target {
	const struct pq_kube_resource *resource;
	struct pq_string namespace; /* empty for a cluster-scoped resource */
	struct pq_string name;
	const char *subresource; /* or NULL */
};

PQ_CHECKED bool pq_kube_get(struct pq_kube_client *client, struct pq_arena *arena,
			    const struct pq_kube_target *target, struct pq_value *result,
			    struct pq_error *error);

/* Server-side apply (KEP-555), with force: what we say we own, we own. body is a JSON object with
 * apiVersion, kind and metadata.name. With metadata.resourceVersion in it, an object that has
 * changed answers PQ_ERROR_CONFLICT. result may be NULL. */
PQ_CHECKED bool pq_kube_apply(struct pq_kube_client *client, struct pq_arena *arena,
			      const struct pq_kube_target *target, struct pq_string body,
			      struct pq_value *result, struct pq_error *error);

/* JSON Merge Patch (RFC 7386). With metadata.resourceVersion in it, a changed object answers
 * PQ_ERROR_CONFLICT. result may be NULL. */
PQ_CHECKED bool pq_kube_merge_patch(struct pq_kube_client *client, struct pq_arena *arena,
				    const struct pq_kube_target *target, struct pq_string body,
				    struct pq_value *result, struct pq_error *error);

struct pq_kube_delete_options {
	struct pq_string
		uid; /* delete this very object or answer PQ_ERROR_CONFLICT; may be empty */
	const char *propagation; /* "Background", "Foreground", "Orphan"; NULL: the kind's own */
};

/* An object that is gone already is PQ_ERROR_NOT_FOUND. options may be NULL. */
PQ_CHECKED bool pq_kube_delete(struct pq_kube_client *client, struct pq_arena *arena,
			       const struct pq_kube_target *target,
			       const struct pq_kube_delete_options *options,
			       struct pq_error *error);

/* The path and query of a request, percent-encoded, behind the server's URL; NUL-terminated. */
void pq_kube_write_url(struct pq_buffer *url, const char *server,
		       const struct pq_kube_request *request);

/* Counts a request that has come to its end in rest_client_requests_total; response is NULL when
 * there was none. Those who use pq_kube_start call it from their handler's done. */
void pq_kube_count_request(const char *method, const struct pq_http_response *response);

/* Sets an error from an answer of status 400 and above, whose body may be a metav1.Status. */
void pq_kube_error_from_response(const struct pq_http_response *response, struct pq_error *error);

/* Sets an error from a metav1.Status, http_status being used where it has no code. */
void pq_kube_error_from_status(const struct pq_value *status, int http_status,
			       struct pq_error *error);

#endif
