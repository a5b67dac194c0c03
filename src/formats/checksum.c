#include "formats/checksum.h"

#include "base/character.h"
#include "formats/pattern.h"

/* The text without white space and dashes, if that has length characters. */
static bool strip_isbn(struct pq_string text, size_t length, char *stripped)
{
	size_t count = 0;
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '\0' || strchr("\t\n\f\r -", text.data[i]) == NULL) {
			if (count == length)
				return false;
			stripped[count++] = text.data[i];
		}
	}
	return count == length;
}

bool pq_checksum_isbn10(struct pq_string text)
{
	char digits[10];
	int sum = 0;
	if (!strip_isbn(text, sizeof digits, digits))
		return false;
	for (int i = 0; i < 10; i++) {
		bool ten = i == 9 && digits[i] == 'X';
		if (!pq_is_digit(digits[i]) && !ten)
			return false;
		sum += (i + 1) * (ten ? 10 : digits[i] - '0');
	}
	return sum % 11 == 0;
}

bool pq_checksum_isbn13(struct pq_string text)
{
	char digits[13];
	int sum = 0;
	if (!strip_isbn(text, sizeof digits, digits))
		return false;
	for (int i = 0; i < 13; i++) {
		if (!pq_is_digit(digits[i]))
			return false;
		sum += (i % 2 == 0 ? 1 : 3) * (digits[i] - '0');
	}
	return sum % 10 == 0;
}

bool pq_checksum_isbn(struct pq_string text)
{
	return pq_checksum_isbn10(text) || pq_checksum_isbn13(text);
}

/* Whatever is between the digits does not count. */
bool pq_checksum_creditcard(struct pq_string text)
{
	char digits[19];
	size_t count = 0;
	for (size_t i = 0; i < text.length; i++) {
		if (!pq_is_digit(text.data[i]))
			continue;
		if (count == sizeof digits)
			return false;
		digits[count++] = text.data[i];
	}
	if (!pq_pattern_matches(PQ_PATTERN_CARD,
				(struct pq_string){ .data = digits, .length = count }))
		return false;
	int sum = 0;
	for (size_t i = 0; i < count; i++) {
		int digit = digits[count - 1 - i] - '0';
		if (i % 2 == 1)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return sum % 10 == 0;
}
