#include "formats/uri.h"

#include "base/character.h"
#include "formats/address.h"

#include <strings.h>

/* Where a percent sign may stand for what. */
enum escaping {
	ESCAPING_PATH, /* and user information: any byte */
	ESCAPING_HOST, /* bytes that are not ASCII, and %25 */
	ESCAPING_ZONE, /* what a host may have unescaped, a space, and %25 */
};

static bool is_host_byte(unsigned char byte)
{
	return pq_is_alphanumeric(byte) ||
	       (byte != '\0' && strchr("!\"$&'()*+,-.:;<=>[]_~", byte) != NULL);
}

static bool is_escape(struct pq_string text, size_t at, enum escaping escaping)
{
	if (text.length - at < 3)
		return false;
	int high = pq_hexadecimal_value(text.data[at + 1]),
	    low = pq_hexadecimal_value(text.data[at + 2]);
	if (high < 0 || low < 0)
		return false;
	int byte = high << 4 | low;
	switch (escaping) {
	case ESCAPING_PATH:
		return true;
	case ESCAPING_HOST:
		return high >= 8 || byte == '%';
	case ESCAPING_ZONE:
		return byte == '%' || byte == ' ' || is_host_byte((unsigned char)byte);
	}
	return false;
}

static bool is_escaped_well(struct pq_string text, enum escaping escaping)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (byte == '%') {
			if (!is_escape(text, i, escaping))
				return false;
			i += 2;
		} else if (escaping != ESCAPING_PATH && byte < 0x80 && !is_host_byte(byte)) {
			return false;
		}
	}
	return true;
}

/* "", or a colon and digits, or none. */
static bool is_optional_port(struct pq_string text)
{
	if (text.length > 0 && text.data[0] != ':')
		return false;
	for (size_t i = 1; i < text.length; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	}
	return true;
}

static ptrdiff_t find_last(struct pq_string text, char byte)
{
	for (size_t i = text.length; i > 0; i--) {
		if (text.data[i - 1] == byte)
			return (ptrdiff_t)i - 1;
	}
	return -1;
}

/* "[…]" and a port: an IPv6 address, which may have a zone behind "%25". */
static bool is_bracketed_host(struct pq_string text)
{
	ptrdiff_t close = find_last(text, ']');
	struct pq_address address;
	if (close < 0)
		return false;
	struct pq_string port = pq_string_slice(text, (size_t)close + 1, text.length);
	struct pq_string inner = pq_string_slice(text, 1, (size_t)close - 1);
	if (!is_optional_port(port))
		return false;
	const char *zone = inner.length == 0 ? NULL : memmem(inner.data, inner.length, "%25", 3);
	if (zone != NULL) {
		size_t host_length = (size_t)(zone - inner.data);
		struct pq_string zone_part = pq_string_slice(inner, host_length, inner.length);
		if (zone_part.length == 3 || !is_escaped_well(zone_part, ESCAPING_ZONE))
			return false;
		inner.length = host_length;
	}
	return pq_address_parse(inner, &address) && address.is_ipv6;
}

static bool is_host(struct pq_string text, bool strict_colons)
{
	ptrdiff_t bracket = find_last(text, '[');
	if (bracket >= 0)
		return bracket == 0 && is_bracketed_host(text);
	ptrdiff_t colon = strict_colons ? pq_string_find_byte(text, ':') : find_last(text, ':');
	if (colon >= 0 && !is_optional_port(pq_string_slice(text, (size_t)colon, text.length)))
		return false;
	return is_escaped_well(text, ESCAPING_HOST);
}

static bool is_user_information(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (!pq_is_alphanumeric(byte) &&
		    (byte == '\0' || strchr("-._:~!$&'()*+,;=%@", byte) == NULL))
			return false;
	}
	return is_escaped_well(text, ESCAPING_PATH);
}

static bool is_authority(struct pq_string text, bool strict_colons)
{
	ptrdiff_t at = find_last(text, '@');
	if (at < 0)
		return is_host(text, strict_colons);
	return is_host(pq_string_slice(text, (size_t)at + 1, text.length), strict_colons) &&
	       is_user_information(pq_string_slice(text, 0, (size_t)at));
}

/* Length of the scheme before its colon; 0 for none. False for a colon without a scheme. */
static bool find_scheme(struct pq_string text, size_t *length)
{
	*length = 0;
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (byte == ':') {
			*length = i;
			return i > 0;
		}
		bool letter = pq_is_alphanumeric(byte) && !pq_is_digit(byte);
		bool later = pq_is_digit(byte) || byte == '+' || byte == '-' || byte == '.';
		if (!letter && (!later || i == 0))
			return true;
	}
	return true;
}

static bool has_control_byte(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f)
			return true;
	}
	return false;
}

static bool is_web_scheme(struct pq_string scheme)
{
	return (scheme.length == 4 && strncasecmp(scheme.data, "http", 4) == 0) ||
	       (scheme.length == 5 && strncasecmp(scheme.data, "https", 5) == 0);
}

bool pq_uri_is_valid(struct pq_string text)
{
	size_t scheme_length;
	if (text.length == 0 || has_control_byte(text) || !find_scheme(text, &scheme_length))
		return false;
	if (pq_string_is(text, "*"))
		return true;
	struct pq_string scheme = pq_string_slice(text, 0, scheme_length);
	struct pq_string rest = text;
	if (scheme_length > 0)
		rest = pq_string_slice(text, scheme_length + 1, text.length);
	ptrdiff_t query = pq_string_find_byte(rest, '?');
	if (query >= 0)
		rest = pq_string_slice(rest, 0, (size_t)query);
	if (rest.length == 0 || rest.data[0] != '/')
		return scheme_length > 0;
	if (scheme_length > 0 && pq_string_starts_with(rest, PQ_S("//"))) {
		struct pq_string authority = pq_string_slice(rest, 2, rest.length);
		ptrdiff_t slash = pq_string_find_byte(authority, '/');
		rest = (struct pq_string){ 0 };
		if (slash >= 0) {
			rest = pq_string_slice(authority, (size_t)slash, authority.length);
			authority = pq_string_slice(authority, 0, (size_t)slash);
		}
		if (!is_authority(authority, is_web_scheme(scheme)))
			return false;
	}
	return is_escaped_well(rest, ESCAPING_PATH);
}
