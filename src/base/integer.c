#include "base/integer.h"

#include "base/character.h"

/* What stands behind the digit that is too much for 64 bits is not looked at any more. */
const char *pq_integer_read(struct pq_string text, int64_t *number)
{
	bool is_negative = text.length > 0 && text.data[0] == '-';
	size_t start = is_negative || (text.length > 0 && text.data[0] == '+');
	uint64_t value = 0;
	if (start == text.length)
		return "invalid syntax";
	for (size_t i = start; i < text.length; i++) {
		if (!pq_is_digit((unsigned char)text.data[i]))
			return "invalid syntax";
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(text.data[i] - '0'), &value))
			return "value out of range";
	}
	if (value > (uint64_t)INT64_MAX + is_negative)
		return "value out of range";
	*number = (int64_t)(is_negative ? -value : value);
	return NULL;
}
