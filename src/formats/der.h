/*
 * DER (X.690), the encoding of certificates, as Go's cryptobyte reads it.
 *
 * The functions that take an element move *der behind it; on failure they leave *der as it was and
 * set nothing else.
 */
#ifndef PQ_FORMATS_DER_H
#define PQ_FORMATS_DER_H

#include "base/compiler.h"
#include "base/string_view.h"

enum pq_der_tag {
	PQ_DER_BOOLEAN = 0x01,
	PQ_DER_INTEGER = 0x02,
	PQ_DER_BIT_STRING = 0x03,
	PQ_DER_OCTET_STRING = 0x04,
	PQ_DER_NULL = 0x05,
	PQ_DER_OID = 0x06,
	PQ_DER_UTF8_STRING = 0x0c,
	PQ_DER_NUMERIC_STRING = 0x12,
	PQ_DER_PRINTABLE_STRING = 0x13,
	PQ_DER_T61_STRING = 0x14,
	PQ_DER_IA5_STRING = 0x16,
	PQ_DER_UTC_TIME = 0x17,
	PQ_DER_GENERALIZED_TIME = 0x18,
	PQ_DER_BMP_STRING = 0x1e,
	PQ_DER_SEQUENCE = 0x30,
	PQ_DER_SET = 0x31,
};

static inline unsigned pq_der_byte_at(struct pq_string der, size_t index)
{
	return (unsigned char)der.data[index];
}

/* Whether the next element has this tag, which may be one of the user's own. */
bool pq_der_is_next(struct pq_string der, unsigned tag);

/* The content of the next element, whatever its tag. */
PQ_CHECKED bool pq_der_take_any(struct pq_string *der, unsigned *tag, struct pq_string *content);

/* The content of the next element, which must have this tag. */
PQ_CHECKED bool pq_der_take(struct pq_string *der, unsigned tag, struct pq_string *content);

/* Fails only when an element of this tag comes next and is malformed. */
PQ_CHECKED bool pq_der_skip_optional(struct pq_string *der, unsigned tag);

/* The bytes of an integer: two's complement, big-endian, at least one, as few as can be. */
PQ_CHECKED bool pq_der_take_integer(struct pq_string *der, struct pq_string *content);
bool pq_der_is_negative(struct pq_string integer);
bool pq_der_is_positive(struct pq_string integer);

/* An object identifier, as it is encoded. */
PQ_CHECKED bool pq_der_take_oid(struct pq_string *der, struct pq_string *content);

/* A bit string without the byte that counts the unused bits. */
PQ_CHECKED bool pq_der_take_bit_string(struct pq_string *der, struct pq_string *content);

#endif
