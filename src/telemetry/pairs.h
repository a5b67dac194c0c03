/* "name=value,name=value" with percent-encoded values, as W3C Baggage writes lists and the OTEL_…
 * variables take them (OpenTelemetry specification, "Environment Variable Specification"). */
#ifndef PQ_TELEMETRY_PAIRS_H
#define PQ_TELEMETRY_PAIRS_H

#include "base/arena.h"
#include "base/error.h"

struct pq_pair {
	struct pq_string name;
	struct pq_string value; /* decoded */
};

/* Reads at most capacity pairs, whose texts are put into the arena. Blanks around names and values
 * and empty items do not count. Values of printable ASCII and valid UTF-8 only: what has a control
 * character could not be told apart from two headers. PQ_ERROR_USAGE for anything else; its text
 * shows names but never a value, which may be a secret. */
PQ_CHECKED bool pq_pairs_parse(struct pq_string text, struct pq_arena *arena, struct pq_pair *pairs,
			       size_t capacity, size_t *count, struct pq_error *error);

#endif
