/*
 * Sends spans and metrics to a collector: OTLP over HTTP, in JSON, from a thread of its own.
 *
 * Whatever the collector does, nobody else waits: spans come through a bounded queue
 * (telemetry/span.h), and what cannot be delivered in its time is dropped and counted. libcurl is
 * opened by pq_otlp_start, so a process that exports nothing does not have it.
 */
#ifndef PQ_EXPORT_OTLP_H
#define PQ_EXPORT_OTLP_H

#include "export/otlp_settings.h"

enum {
	PQ_OTLP_BODY_MAX = 64 << 20,   /* bytes of one call */
	PQ_OTLP_ANSWER_MAX = 64 << 10, /* bytes of an answer that are read */
};

struct pq_otlp;

/* Turns tracing on when spans are exported. The settings' texts must live as long. NULL on failure,
 * or with an error of PQ_ERROR_NONE when there is nothing to export. Call it before the threads
 * that record are started. */
struct pq_otlp *pq_otlp_start(const struct pq_otlp_settings *settings, struct pq_error *error);

/* Turns tracing off and sends what is there, at most until the monotonic deadline; frees. The
 * threads that record have ended. NULL is fine. */
void pq_otlp_stop(struct pq_otlp *otlp, int64_t deadline);

#endif
