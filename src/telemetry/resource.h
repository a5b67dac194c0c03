/*
 * Who this process is, told alike by log, metrics and traces: OpenTelemetry's resource.
 *
 * service.name, service.version and service.instance.id; k8s.pod.name, k8s.node.name and
 * k8s.namespace.name where they are known; then whatever else OTEL_RESOURCE_ATTRIBUTES says
 * (OpenTelemetry specification, "Resource SDK"; names by its semantic conventions).
 */
#ifndef PQ_TELEMETRY_RESOURCE_H
#define PQ_TELEMETRY_RESOURCE_H

#include "telemetry/pairs.h"

enum {
	PQ_RESOURCE_ATTRIBUTES_MAX = 32,
	PQ_RESOURCE_IDENTITY_MAX = 6, /* those that lines of the log have, too */
	PQ_RESOURCE_TEXT_MAX = 4096,  /* bytes of OTEL_RESOURCE_ATTRIBUTES */
};

/* Takes OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, POD_NAME, NODE_NAME and POD_NAMESPACE through
 * find, which is as getenv(3). Call it before there are threads; afterwards nothing changes. False
 * when OTEL_RESOURCE_ATTRIBUTES cannot be used: it is then left out as a whole, as the
 * specification wants it, and the rest is set all the same. */
PQ_CHECKED bool pq_resource_read(char *(*find)(const char *variable), struct pq_error *error);

/* In a fixed order, at most PQ_RESOURCE_IDENTITY_MAX named above first; none before they are
 * read. */
const struct pq_pair *pq_resource_attributes(size_t *count);

/* How many of them are of the identity. */
size_t pq_resource_identity_count(void);

#endif
