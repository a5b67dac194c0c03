#include "formats/address.h"

#include "base/character.h"

/* Numbers this big or bigger are refused while they are read (Go's "big"). */
enum { NUMBER_MAX = 0xffffff };

static int digit_value(char byte, unsigned base)
{
	int value = pq_hexadecimal_value(byte);
	return value < (int)base ? value : -1;
}

/* Takes a number off the start of *text. digits_max is 0 for any count. */
static bool take_number(struct pq_string *text, unsigned base, size_t digits_max, unsigned *number)
{
	size_t digits = 0;
	unsigned value = 0;
	while (digits < text->length && digit_value(text->data[digits], base) >= 0) {
		value = value * base + (unsigned)digit_value(text->data[digits], base);
		digits++;
		if (value >= NUMBER_MAX || (digits_max > 0 && digits > digits_max))
			return false;
	}
	if (digits == 0)
		return false;
	*text = pq_string_slice(*text, digits, text->length);
	*number = value;
	return true;
}

static bool take_byte(struct pq_string *text, char byte)
{
	if (text->length == 0 || text->data[0] != byte)
		return false;
	*text = pq_string_slice(*text, 1, text->length);
	return true;
}

/* Four decimal numbers. Sloppy ones may have leading zeros, as many as they like. */
static bool parse_ipv4(struct pq_string text, bool sloppy, uint8_t bytes[4])
{
	uint8_t parsed[4];
	for (size_t i = 0; i < 4; i++) {
		unsigned number;
		if (i > 0 && !take_byte(&text, '.'))
			return false;
		struct pq_string before = text;
		if (!take_number(&text, 10, sloppy ? 0 : 3, &number) || number > 255)
			return false;
		if (!sloppy && before.length - text.length > 1 && before.data[0] == '0')
			return false;
		parsed[i] = (uint8_t)number;
	}
	if (text.length > 0)
		return false;
	memcpy(bytes, parsed, sizeof parsed);
	return true;
}

struct ipv6_parser {
	struct pq_string text; /* what is left */
	bool sloppy;
	uint8_t bytes[16];
	size_t count;
	size_t ellipsis; /* where "::" stands, or NO_ELLIPSIS */
};

enum { NO_ELLIPSIS = 17 };

/* A trailing IPv4 address replaces the last two groups. */
static bool parse_embedded_ipv4(struct ipv6_parser *parser, struct pq_string group)
{
	bool placed = parser->ellipsis != NO_ELLIPSIS ? parser->count <= 12 : parser->count == 12;
	if (!placed || !parse_ipv4(group, parser->sloppy, parser->bytes + parser->count))
		return false;
	parser->count += 4;
	parser->text.length = 0;
	return true;
}

/* One group and the colon behind it, if any. *more is whether another group must follow. */
static bool parse_group(struct ipv6_parser *parser, bool *more)
{
	struct pq_string group = parser->text;
	unsigned number;
	*more = false;
	if (!take_number(&parser->text, 16, parser->sloppy ? 0 : 4, &number) || number > 0xffff)
		return false;
	if (parser->text.length > 0 && parser->text.data[0] == '.')
		return parse_embedded_ipv4(parser, group);
	parser->bytes[parser->count++] = (uint8_t)(number >> 8);
	parser->bytes[parser->count++] = (uint8_t)number;
	if (parser->text.length == 0)
		return true;
	if (!take_byte(&parser->text, ':') || parser->text.length == 0)
		return false;
	*more = true;
	if (parser->text.data[0] == ':') {
		if (parser->ellipsis != NO_ELLIPSIS)
			return false;
		parser->ellipsis = parser->count;
		take_byte(&parser->text, ':');
		*more = parser->text.length > 0;
	}
	return true;
}

/* Moves what stands behind the ellipsis to the end. */
static bool expand_ellipsis(struct ipv6_parser *parser)
{
	if (parser->count == 16)
		return parser->ellipsis == NO_ELLIPSIS;
	if (parser->ellipsis == NO_ELLIPSIS)
		return false;
	size_t behind = parser->count - parser->ellipsis;
	memmove(parser->bytes + 16 - behind, parser->bytes + parser->ellipsis, behind);
	memset(parser->bytes + parser->ellipsis, 0, 16 - parser->count);
	return true;
}

static bool parse_ipv6(struct pq_string text, bool sloppy, struct pq_address *address)
{
	struct ipv6_parser parser = { .text = text, .sloppy = sloppy, .ellipsis = NO_ELLIPSIS };
	bool more = true;
	if (pq_string_starts_with(text, PQ_S("::"))) {
		parser.ellipsis = 0;
		parser.text = pq_string_slice(text, 2, text.length);
		more = parser.text.length > 0;
	}
	while (more && parser.count < 16) {
		if (!parse_group(&parser, &more))
			return false;
	}
	if (parser.text.length > 0 || !expand_ellipsis(&parser))
		return false;
	memcpy(address->bytes, parser.bytes, sizeof parser.bytes);
	address->is_ipv6 = true;
	return true;
}

static bool parse_as_ipv4(struct pq_string text, bool sloppy, struct pq_address *address)
{
	uint8_t bytes[4];
	if (!parse_ipv4(text, sloppy, bytes))
		return false;
	*address = (struct pq_address){ .is_ipv6 = false };
	memcpy(address->bytes, bytes, sizeof bytes);
	return true;
}

/* Which of "." and ":" comes first decides what the address must be. */
static bool parse_address(struct pq_string text, bool sloppy, struct pq_address *address)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '.')
			return parse_as_ipv4(text, sloppy, address);
		if (text.data[i] == ':')
			return parse_ipv6(text, sloppy, address);
	}
	return false;
}

bool pq_address_parse(struct pq_string text, struct pq_address *address)
{
	return parse_address(text, /* sloppy= */ false, address);
}

bool pq_address_parse_sloppy(struct pq_string text, struct pq_address *address)
{
	return parse_address(text, /* sloppy= */ true, address);
}

bool pq_prefix_parse_sloppy(struct pq_string text, struct pq_address *address, unsigned *length)
{
	ptrdiff_t slash = pq_string_find_byte(text, '/');
	if (slash < 0)
		return false;
	struct pq_string host = pq_string_slice(text, 0, (size_t)slash);
	struct pq_string bits = pq_string_slice(text, (size_t)slash + 1, text.length);
	struct pq_address parsed;
	unsigned number;
	if (!parse_as_ipv4(host, /* sloppy= */ true, &parsed) &&
	    !parse_ipv6(host, /* sloppy= */ true, &parsed))
		return false;
	if (!take_number(&bits, 10, 0, &number) || bits.length > 0 ||
	    number > (parsed.is_ipv6 ? 128 : 32))
		return false;
	*address = parsed;
	*length = number;
	return true;
}
