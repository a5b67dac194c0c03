/* Quantity: k8s.io/apimachinery/pkg/api/resource, exact, with its canonical form. */
#ifndef PQ_FORMATS_QUANTITY_H
#define PQ_FORMATS_QUANTITY_H

#include "base/buffer.h"
#include "base/error.h"

enum pq_quantity_form {
	PQ_QUANTITY_DECIMAL_SI,
	PQ_QUANTITY_BINARY_SI,
	PQ_QUANTITY_DECIMAL_EXPONENT
};

enum { PQ_QUANTITY_DIGITS_MAX = 37 };

/* value = mantissa × 10^scale; scale is at least -9 (nano), as the API server rounds away from zero
 * beyond. */
struct pq_quantity {
	__int128 mantissa;
	int32_t scale;
	enum pq_quantity_form form;
	/* The API server holds it as an int64 and a scale; it takes only such a quantity for an
	 * integer. */
	bool is_int64;
	/* The scale that the API server holds it with: there may be zeros at the end. */
	int32_t held_scale;
	/* The text that was parsed when the API server keeps it as it is ("1.500"), else empty.
	 * Lives as long as the text. */
	struct pq_string kept;
};

/* Fails with Go's text: "quantities must match the regular expression '…'", "unable to parse
 * quantity's suffix", "unable to parse numeric part of quantity"; with PQ_ERROR_TOO_LARGE for a
 * number of more than PQ_QUANTITY_DIGITS_MAX digits, which the API server would take. */
PQ_CHECKED bool pq_quantity_parse(struct pq_string text, struct pq_quantity *quantity,
				  struct pq_error *error);
int pq_quantity_compare(const struct pq_quantity *a, const struct pq_quantity *b);
int pq_quantity_sign(const struct pq_quantity *quantity);

/* Away from zero to a multiple of 10^scale (RoundUp). */
void pq_quantity_round_up(struct pq_quantity *quantity, int32_t scale);

/* In units of 10^-digits, rounded away from zero: Value() with digits 0, MilliValue() with 3. What
 * an int64 does not hold is what Go makes of it: the low 64 bits, or 0. */
int64_t pq_quantity_value(const struct pq_quantity *quantity, int digits);

/* The sum or difference, in the form of a unless a is zero. False when it has more than
 * PQ_QUANTITY_DIGITS_MAX digits; *sum may be a or b. */
PQ_CHECKED bool pq_quantity_add(const struct pq_quantity *a, const struct pq_quantity *b,
				struct pq_quantity *sum);
PQ_CHECKED bool pq_quantity_subtract(const struct pq_quantity *a, const struct pq_quantity *b,
				     struct pq_quantity *difference);

/* Quantity.AsInt64: false for what has a fraction, could have one ("1000m"), or is too large. */
bool pq_quantity_to_int64(const struct pq_quantity *quantity, int64_t *integer);

/* Quantity.AsApproximateFloat64. */
double pq_quantity_to_double(const struct pq_quantity *quantity);

/* The canonical string, as Quantity.String(). */
void pq_quantity_write(struct pq_buffer *buffer, const struct pq_quantity *quantity);

#endif
