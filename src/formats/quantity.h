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

/* value = mantissa × 10^scale; scale is at least -9 (nano), as the API server rounds up beyond. */
struct pq_quantity {
	__int128 mantissa;
	int32_t scale;
	enum pq_quantity_form form;
};

/* Fails with Go's text: "quantities must match the regular expression '…'", "unable to parse
 * quantity's suffix", "unable to parse numeric part of quantity". */
PQ_CHECKED bool pq_quantity_parse(struct pq_string text, struct pq_quantity *quantity,
				  struct pq_error *error);
int pq_quantity_compare(const struct pq_quantity *a, const struct pq_quantity *b);
int pq_quantity_sign(const struct pq_quantity *quantity);

/* The canonical string, as Quantity.String(). */
void pq_quantity_write(struct pq_buffer *buffer, const struct pq_quantity *quantity);

#endif
