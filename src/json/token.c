#include "json/token.h"

#include "base/utf8.h"

/* The four digits of a \u escape, or -1. */
static int32_t read_hexadecimal(struct pq_string rest)
{
	int32_t number = 0;
	if (rest.length < 6 || rest.data[0] != '\\' || rest.data[1] != 'u')
		return -1;
	for (size_t i = 2; i < 6; i++) {
		char byte = rest.data[i];
		if (byte >= '0' && byte <= '9')
			number = number << 4 | (byte - '0');
		else if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f')
			number = number << 4 | ((byte | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return number;
}

const char pq_json_short_escapes[256] = {
	['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
	['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

size_t pq_json_token_escape(struct pq_string rest, uint32_t *character, bool *replaced)
{
	if (rest.length < 2)
		return 0;
	if (rest.data[1] != 'u') {
		*character = (unsigned char)pq_json_short_escapes[(unsigned char)rest.data[1]];
		return *character == 0 ? 0 : 2;
	}
	int32_t first = read_hexadecimal(rest);
	if (first < 0)
		return 0;
	*character = (uint32_t)first;
	if (first < 0xD800 || first > 0xDFFF)
		return 6;
	int32_t second = read_hexadecimal(pq_string_slice(rest, 6, 6));
	if (first <= 0xDBFF && second >= 0xDC00 && second <= 0xDFFF) {
		*character =
			0x10000u + (((uint32_t)first - 0xD800) << 10) + ((uint32_t)second - 0xDC00);
		return 12;
	}
	*character = PQ_UTF8_REPLACEMENT;
	*replaced = true;
	return 6;
}

static size_t skip_digits(struct pq_string text, size_t at)
{
	while (at < text.length && text.data[at] >= '0' && text.data[at] <= '9')
		at++;
	return at;
}

bool pq_json_token_is_number(struct pq_string token, bool *integer)
{
	size_t start = token.data[0] == '-';
	size_t at = skip_digits(token, start);
	if (at == start || (token.data[start] == '0' && at > start + 1))
		return false;
	*integer = at == token.length;
	if (at < token.length && token.data[at] == '.') {
		start = at + 1;
		at = skip_digits(token, start);
		if (at == start)
			return false;
	}
	if (at < token.length && (token.data[at] | 0x20) == 'e') {
		start = at + 1;
		if (start < token.length && (token.data[start] == '+' || token.data[start] == '-'))
			start++;
		at = skip_digits(token, start);
		if (at == start)
			return false;
	}
	return at == token.length;
}

bool pq_json_token_integer(struct pq_string token, int64_t *integer)
{
	bool negative = token.data[0] == '-';
	int64_t number = 0;
	for (size_t i = negative; i < token.length; i++) {
		int digit = token.data[i] - '0';
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, negative ? -digit : digit, &number))
			return false;
	}
	*integer = number;
	return true;
}
