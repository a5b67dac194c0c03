#include "formats/der.h"

bool pq_der_take_any(struct pq_string *der, unsigned *tag, struct pq_string *content)
{
	if (der->length < 2 || (pq_der_byte_at(*der, 0) & 0x1f) == 0x1f)
		return false;
	size_t length = pq_der_byte_at(*der, 1), header = 2;
	if (length >= 0x80) {
		size_t bytes = length & 0x7f;
		if (bytes == 0 || bytes > 4 || der->length < 2 + bytes)
			return false;
		length = 0;
		for (size_t i = 0; i < bytes; i++)
			length = length << 8 | pq_der_byte_at(*der, 2 + i);
		/* The shortest form is the only one. */
		if (length < 0x80 || length >> (bytes - 1) * 8 == 0)
			return false;
		header += bytes;
	}
	if (der->length - header < length)
		return false;
	*tag = pq_der_byte_at(*der, 0);
	*content = pq_string_slice(*der, header, length);
	*der = pq_string_slice(*der, header + length, der->length);
	return true;
}

bool pq_der_is_next(struct pq_string der, unsigned tag)
{
	return der.length > 0 && pq_der_byte_at(der, 0) == tag;
}

bool pq_der_take(struct pq_string *der, unsigned tag, struct pq_string *content)
{
	unsigned found;
	return pq_der_is_next(*der, tag) && pq_der_take_any(der, &found, content);
}

bool pq_der_skip_optional(struct pq_string *der, unsigned tag)
{
	struct pq_string content;
	return !pq_der_is_next(*der, tag) || pq_der_take(der, tag, &content);
}

bool pq_der_take_integer(struct pq_string *der, struct pq_string *content)
{
	if (!pq_der_take(der, PQ_DER_INTEGER, content) || content->length == 0)
		return false;
	if (content->length == 1)
		return true;
	unsigned first = pq_der_byte_at(*content, 0), second = pq_der_byte_at(*content, 1);
	return !(first == 0 && second < 0x80) && !(first == 0xff && second >= 0x80);
}

bool pq_der_is_negative(struct pq_string integer)
{
	return pq_der_byte_at(integer, 0) >= 0x80;
}

bool pq_der_is_positive(struct pq_string integer)
{
	return !pq_der_is_negative(integer) &&
	       (integer.length > 1 || pq_der_byte_at(integer, 0) != 0);
}

bool pq_der_take_oid(struct pq_string *der, struct pq_string *content)
{
	enum { NUMBER_MAX = 1 << (31 - 7) };
	uint32_t number = 0;
	bool is_first_byte = true;
	if (!pq_der_take(der, PQ_DER_OID, content) || content->length == 0)
		return false;
	for (size_t i = 0; i < content->length; i++) {
		unsigned byte = pq_der_byte_at(*content, i);
		if (number >= NUMBER_MAX || (is_first_byte && byte == 0x80))
			return false;
		number = number << 7 | (byte & 0x7f);
		is_first_byte = byte < 0x80;
		if (is_first_byte)
			number = 0;
	}
	return is_first_byte;
}

bool pq_der_take_bit_string(struct pq_string *der, struct pq_string *content)
{
	struct pq_string all;
	if (!pq_der_take(der, PQ_DER_BIT_STRING, &all) || all.length == 0)
		return false;
	unsigned padding = pq_der_byte_at(all, 0);
	*content = pq_string_slice(all, 1, all.length);
	if (padding > 7 || (content->length == 0 && padding != 0))
		return false;
	return content->length == 0 ||
	       (pq_der_byte_at(*content, content->length - 1) & ((1U << padding) - 1)) == 0;
}
