/*
 * Whose work a request is part of: the traceparent header of W3C Trace Context, version 00.
 */
#ifndef PQ_TELEMETRY_TRACE_CONTEXT_H
#define PQ_TELEMETRY_TRACE_CONTEXT_H

#include "base/compiler.h"
#include "base/string_view.h"

#include <stdint.h>

enum {
	PQ_TRACE_ID_BYTES = 16,
	PQ_SPAN_ID_BYTES = 8,
	PQ_TRACE_ID_TEXT = 2 * PQ_TRACE_ID_BYTES + 1, /* with the NUL */
	PQ_SPAN_ID_TEXT = 2 * PQ_SPAN_ID_BYTES + 1,
	PQ_TRACEPARENT_TEXT = 56,
};

/* All zero: none. */
struct pq_trace_context {
	uint8_t trace_id[PQ_TRACE_ID_BYTES];
	uint8_t span_id[PQ_SPAN_ID_BYTES];
	bool is_sampled;
};

/* Reads a header's value. False, with the context untouched, for anything that the recommendation
 * calls invalid; of versions to come, the part that version 00 has is read. */
PQ_CHECKED bool pq_trace_context_parse(struct pq_string header, struct pq_trace_context *context);

bool pq_trace_context_is_set(const struct pq_trace_context *context);

/* Lower-case hexadecimal digits and a NUL. */
void pq_trace_id_write(const struct pq_trace_context *context, char text[PQ_TRACE_ID_TEXT]);
void pq_span_id_write(const uint8_t span_id[PQ_SPAN_ID_BYTES], char text[PQ_SPAN_ID_TEXT]);

/* The header's value that tells others of this context. */
void pq_traceparent_write(const struct pq_trace_context *context, char text[PQ_TRACEPARENT_TEXT]);

#endif
