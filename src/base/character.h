/* Classes of ASCII characters, whatever the locale. What is asked about is a byte or a code point;
 * no other than an ASCII one is in any class. */
#ifndef PQ_BASE_CHARACTER_H
#define PQ_BASE_CHARACTER_H

#include <stdbool.h>
#include <stdint.h>

static inline bool pq_is_digit(uint32_t character)
{
	return character >= '0' && character <= '9';
}

static inline bool pq_is_alphanumeric(uint32_t character)
{
	return pq_is_digit(character) || (character >= 'a' && character <= 'z') ||
	       (character >= 'A' && character <= 'Z');
}

/* The value of a hexadecimal digit, or -1. */
static inline int pq_hexadecimal_value(uint32_t character)
{
	if (pq_is_digit(character))
		return (int)(character - '0');
	if (character >= 'a' && character <= 'f')
		return (int)(character - 'a') + 10;
	if (character >= 'A' && character <= 'F')
		return (int)(character - 'A') + 10;
	return -1;
}

#endif
