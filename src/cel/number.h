/*
 * Numbers of CEL across their types: order, and conversions that lose nothing.
 *
 * Follows cel-go v0.26 common/types/{compare,overflow}.go.
 */
#ifndef PQ_CEL_NUMBER_H
#define PQ_CEL_NUMBER_H

#include "cel/value.h"

/* In decimals, for cppcheck does not read 0x1p63. */
#define PQ_CEL_TWO_TO_63 9223372036854775808.0
#define PQ_CEL_TWO_TO_64 18446744073709551616.0

static inline bool pq_cel_is_number(const struct pq_cel_value *value)
{
	return value->kind == PQ_CEL_INT || value->kind == PQ_CEL_UINT ||
	       value->kind == PQ_CEL_DOUBLE;
}

/* Negative, 0 or positive; both are numbers, and neither is NaN. */
int pq_cel_number_compare(const struct pq_cel_value *a, const struct pq_cel_value *b);

/* Without fraction and within the range; false for what is NaN or beyond. */
bool pq_cel_double_to_int(double number, int64_t *integer);
bool pq_cel_double_to_uint(double number, uint64_t *natural);

/* The same number as an int or uint; false when it has no such form or value is no number. */
bool pq_cel_to_lossless_int(const struct pq_cel_value *value, struct pq_cel_value *integer);
bool pq_cel_to_lossless_uint(const struct pq_cel_value *value, struct pq_cel_value *natural);

#endif
