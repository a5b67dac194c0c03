#include "base/base64.h"

/* The value of a digit, or -1. */
static int digit_value(char digit)
{
	if (digit >= 'A' && digit <= 'Z')
		return digit - 'A';
	if (digit >= 'a' && digit <= 'z')
		return digit - 'a' + 26;
	if (digit >= '0' && digit <= '9')
		return digit - '0' + 52;
	if (digit == '+')
		return 62;
	return digit == '/' ? 63 : -1;
}

static bool is_line_end(char byte)
{
	return byte == '\n' || byte == '\r';
}

struct pq_string pq_base64_decode(struct pq_arena *arena, struct pq_string text)
{
	const struct pq_string none = { .data = NULL };
	char *bytes = pq_arena_alloc_bytes(arena, text.length / 4 * 3 + 4);
	if (bytes == NULL)
		return none;
	size_t length = 0, digits = 0, padding = 0;
	uint32_t group = 0;
	for (size_t i = 0; i < text.length; i++) {
		if (is_line_end(text.data[i]))
			continue;
		int value = digit_value(text.data[i]);
		if (value < 0 && (text.data[i] != '=' || digits % 4 < 2))
			return none;
		if (value >= 0 && padding > 0)
			return none;
		padding += value < 0;
		group = group << 6 | (value < 0 ? 0 : (uint32_t)value);
		if (++digits % 4 != 0)
			continue;
		bytes[length++] = (char)(group >> 16);
		bytes[length++] = (char)(group >> 8);
		bytes[length++] = (char)group;
	}
	if (digits % 4 != 0 || padding > 2)
		return none;
	length -= padding;
	bytes[length] = '\0';
	return (struct pq_string){ .data = bytes, .length = length };
}
