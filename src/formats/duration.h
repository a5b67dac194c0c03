/* Durations: Go's time.ParseDuration and time.Duration.String. */
#ifndef PQ_FORMATS_DURATION_H
#define PQ_FORMATS_DURATION_H

#include "base/buffer.h"
#include "base/error.h"

/* Nanoseconds. Fails with Go's text: `time: invalid duration "x"`, `time: missing unit in …`. */
PQ_CHECKED bool pq_duration_parse(struct pq_string text, int64_t *nanoseconds,
				  struct pq_error *error);
void pq_duration_write(struct pq_buffer *buffer, int64_t nanoseconds);

#endif
