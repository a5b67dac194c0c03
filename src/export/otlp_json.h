/*
 * Spans and metrics as OTLP's JSON (opentelemetry-proto, "JSON Protobuf Encoding": lower camel
 * case, ids in hexadecimal, 64-bit integers as strings).
 */
#ifndef PQ_EXPORT_OTLP_JSON_H
#define PQ_EXPORT_OTLP_JSON_H

#include "base/buffer.h"
#include "telemetry/span.h"

/* An ExportTraceServiceRequest of a list of spans, linked by next. */
void pq_otlp_write_spans(struct pq_buffer *text, const struct pq_span *spans);

/* An ExportMetricsServiceRequest of everything that the registry has. Sums are cumulative since
 * start; both times are nanoseconds since 1970. */
void pq_otlp_write_metrics(struct pq_buffer *text, int64_t start, int64_t now);

#endif
