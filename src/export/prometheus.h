/* The metrics registry in Prometheus' text format, version 0.0.4. */
#ifndef PQ_EXPORT_PROMETHEUS_H
#define PQ_EXPORT_PROMETHEUS_H

#include "base/buffer.h"

#define PQ_PROMETHEUS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Collects and appends every series recorded so far, and target_info, which tells whose they are
 * (telemetry/resource.h). Thread-safe. */
void pq_prometheus_write(struct pq_buffer *text);

#endif
