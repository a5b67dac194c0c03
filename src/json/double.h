/*
 * Doubles to shortest digits and back, as Go's strconv does both.
 *
 * The process never leaves the "C" locale, which strtod and printf depend on.
 */
#ifndef PQ_JSON_DOUBLE_H
#define PQ_JSON_DOUBLE_H

#include "base/string_view.h"

enum { PQ_DOUBLE_DIGITS_MAX = 17 };

/* The fewest decimal digits that read back as number, of those the nearest: number is
 * 0.DIGITS times ten to the power of point. */
struct pq_double_digits {
	char digits[PQ_DOUBLE_DIGITS_MAX];
	uint8_t count; /* without zeros at the end; 1 for zero */
	int16_t point;
};

/* number must be finite and not negative. */
struct pq_double_digits pq_double_shortest(double number);

enum pq_double_outcome {
	PQ_DOUBLE_PARSED,
	PQ_DOUBLE_OUT_OF_RANGE,
	PQ_DOUBLE_NO_MEMORY, /* for a copy of a very long text */
};

/* The double nearest to a JSON number; an underflow is 0, as in Go. number is set when the outcome
 * is PARSED. */
enum pq_double_outcome pq_double_parse(struct pq_string text, double *number);

#endif
