/*
 * Values as text: in Go's forms, for conversions and for messages.
 */
#ifndef PQ_CEL_TEXT_H
#define PQ_CEL_TEXT_H

#include "base/buffer.h"
#include "cel/value.h"

/* strconv.FormatFloat(number, 'f', -1, 64): shortest digits, never an exponent. */
void pq_cel_write_plain_double(struct pq_buffer *buffer, double number);

/* A duration as string() gives it: "90s", "1.5s". */
void pq_cel_write_duration(struct pq_buffer *buffer, int64_t nanoseconds);

/* Seconds of a clock that is ahead of UTC by the offset; they wrap. */
static inline int64_t pq_cel_local_seconds(const struct pq_cel_value *timestamp, int64_t offset)
{
	return (int64_t)((uint64_t)timestamp->integer + (uint64_t)offset);
}

/* A timestamp as string() gives it: "2026-11-23T00:00:00.5+01:00" (time.RFC3339Nano). */
void pq_cel_write_timestamp(struct pq_buffer *buffer, const struct pq_cel_value *timestamp);

/* Values in each other, and values in all, that are written; "..." stands for more. An expression
 * can hold the same list many times, and so be endless to write though it was cheap to make. */
enum { PQ_CEL_SHOW_DEPTH_MAX = 1000, PQ_CEL_SHOW_VALUES_MAX = 1000000 };

/* fmt's %v of a value, for messages. */
void pq_cel_write_value(struct pq_buffer *buffer, struct pq_arena *arena,
			const struct pq_cel_value *value);

/* The same as a text; "" when the arena is exhausted. */
struct pq_string pq_cel_to_go_text(struct pq_arena *arena, const struct pq_cel_value *value);

/* What a buffer in an arena has collected, as a string; out of memory when it failed. */
struct pq_cel_value pq_cel_from_buffer(const struct pq_buffer *buffer);
/* The same as the message of an error. */
struct pq_cel_value pq_cel_error_from_buffer(const struct pq_buffer *buffer);

#endif
