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

static void skip_line_ends(struct pq_string text, size_t *at)
{
	while (*at < text.length && is_line_end(text.data[*at]))
		(*at)++;
}

/* Behind the padding of a group of so many digits nothing may follow. */
static bool check_padding(struct pq_string text, size_t digits, size_t *at)
{
	size_t padding = *at;
	if (digits < 2 || text.data[padding] != '=')
		return false;
	++*at;
	if (digits == 2) {
		skip_line_ends(text, at);
		if (*at == text.length)
			return false;
		if (text.data[*at] != '=') {
			--*at;
			return false;
		}
		++*at;
	}
	skip_line_ends(text, at);
	return *at == text.length;
}

bool pq_base64_check(struct pq_string text, size_t *at)
{
	size_t digits = 0;
	for (*at = 0; *at < text.length; ++*at) {
		if (is_line_end(text.data[*at]))
			continue;
		if (digit_value(text.data[*at]) < 0)
			return check_padding(text, digits, at);
		digits = (digits + 1) % 4;
	}
	*at -= digits;
	return digits == 0;
}

void pq_base64_write(struct pq_buffer *buffer, struct pq_string bytes)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = pq_buffer_reserve(buffer, (bytes.length + 2) / 3 * 4);
	if (text == NULL)
		return;
	char *next = text;
	for (size_t i = 0; i < bytes.length; i += 3) {
		size_t left = bytes.length - i;
		uint32_t group = (uint32_t)(unsigned char)bytes.data[i] << 16;
		group |= left > 1 ? (uint32_t)(unsigned char)bytes.data[i + 1] << 8 : 0;
		group |= left > 2 ? (uint32_t)(unsigned char)bytes.data[i + 2] : 0;
		*next++ = alphabet[group >> 18 & 63];
		*next++ = alphabet[group >> 12 & 63];
		*next++ = left > 1 ? alphabet[group >> 6 & 63] : '=';
		*next++ = left > 2 ? alphabet[group & 63] : '=';
	}
	buffer->length += (size_t)(next - text);
}
