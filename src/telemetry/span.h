/*
 * Spans of OpenTelemetry: recording only (export/ sends them).
 *
 * While tracing is off, pq_span_start gives NULL for the price of one load, and every function here
 * takes NULL and does nothing. A span that is sampled is one block of memory; when it ends it goes
 * into a bounded queue, from which the exporter takes it. When the queue is full the span is
 * dropped and counted. (OpenTelemetry specification, "Tracing SDK": samplers and the batching
 * processor.)
 */
#ifndef PQ_TELEMETRY_SPAN_H
#define PQ_TELEMETRY_SPAN_H

#include "telemetry/trace_context.h"

#include <stddef.h>

enum {
	PQ_SPAN_ATTRIBUTES_MAX = 24,
	PQ_SPAN_TEXT_MAX = 1024, /* bytes of all texts of a span */
};

/* As OTLP numbers them. */
enum pq_span_kind { PQ_SPAN_INTERNAL = 1, PQ_SPAN_SERVER = 2, PQ_SPAN_CLIENT = 3 };

struct pq_span_attribute {
	const char *key;       /* a constant */
	struct pq_string text; /* in the span; data NULL: an integer */
	int64_t integer;
};

struct pq_span {
	struct pq_span *next; /* while it waits */
	struct pq_trace_context context;
	uint8_t parent_id[PQ_SPAN_ID_BYTES]; /* all zero: none */
	const char *name;                    /* a constant: spans are grouped by it */
	enum pq_span_kind kind;
	bool has_failed;
	int64_t start, end; /* nanoseconds since 1970 */
	int64_t monotonic_start;
	size_t attribute_count;
	size_t attributes_dropped;
	struct pq_span_attribute attributes[PQ_SPAN_ATTRIBUTES_MAX];
	size_t text_length;
	char text[PQ_SPAN_TEXT_MAX];
};

struct pq_sampler {
	bool follows_parent; /* where there is one, its flag decides */
	double ratio;        /* of the traces; from 0 to 1 */
};

struct pq_tracing_options {
	struct pq_sampler sampler;
	size_t queue_max; /* spans */
	size_t batch;     /* so many waiting are worth a call of is_due */
	/* Called on whichever thread ends a span, with no mutex held. */
	void (*is_due)(void *context);
	void *context;
};

/* Call them while no other thread records; stop drops what waits. */
void pq_tracing_start(const struct pq_tracing_options *options);
void pq_tracing_stop(void);

/* The rest is thread-safe; a span belongs to one thread at a time. */

/* parent is NULL or unset for the root of a trace. NULL when tracing is off, when the sampler does
 * not want it, or without memory. */
struct pq_span *pq_span_start(const char *name, enum pq_span_kind kind,
			      const struct pq_trace_context *parent);

/* What does not fit any more is left out and counted; empty texts are left out. */
void pq_span_set_text(struct pq_span *span, const char *key, struct pq_string text);
void pq_span_set_integer(struct pq_span *span, const char *key, int64_t integer);
void pq_span_fail(struct pq_span *span);

/* The span is the queue's, or gone. */
void pq_span_end(struct pq_span *span);

/* At most max of the oldest that wait, linked by next; the caller's. NULL when there are none. */
struct pq_span *pq_tracing_take(size_t max);

/* Frees what take gave; the number of spans. */
size_t pq_spans_free(struct pq_span *spans);

#endif
