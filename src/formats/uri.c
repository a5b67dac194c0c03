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

static struct pq_uri_fault fault_of(const char *reason, struct pq_string shown)
{
	return (struct pq_uri_fault){ .reason = reason, .shown = shown };
}

static struct pq_uri_fault plain_fault(const char *reason)
{
	return (struct pq_uri_fault){ .reason = reason };
}

static const struct pq_uri_fault none = { .reason = NULL };

static bool is_escape(struct pq_string text, size_t at, enum escaping escaping, size_t *shown)
{
	int high = -1, low = -1;
	if (text.length - at >= 3) {
		high = pq_hexadecimal_value(text.data[at + 1]);
		low = pq_hexadecimal_value(text.data[at + 2]);
	}
	*shown = 3;
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

static struct pq_uri_fault check_escapes(struct pq_string text, enum escaping escaping)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		size_t shown;
		if (byte == '%') {
			if (!is_escape(text, i, escaping, &shown))
				return fault_of("invalid URL escape %s",
						pq_string_slice(text, i, shown));
			i += 2;
		} else if (escaping != ESCAPING_PATH && byte < 0x80 && !is_host_byte(byte)) {
			return fault_of("invalid character %s in host name",
					pq_string_slice(text, i, 1));
		}
	}
	return none;
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

static struct pq_uri_fault check_port(struct pq_string port)
{
	return is_optional_port(port) ? none : fault_of("invalid port %s after host", port);
}

/* "[…]" and a port: an IPv6 address, which may have a zone behind "%25". */
static struct pq_uri_fault check_bracketed_host(struct pq_string text)
{
	ptrdiff_t close = find_last(text, ']');
	struct pq_address address;
	if (close < 0)
		return plain_fault("missing ']' in host");
	struct pq_uri_fault fault =
		check_port(pq_string_slice(text, (size_t)close + 1, text.length));
	if (fault.reason != NULL)
		return fault;
	struct pq_string inner = pq_string_slice(text, 1, (size_t)close - 1);
	const char *zone = inner.length == 0 ? NULL : memmem(inner.data, inner.length, "%25", 3);
	struct pq_string host = inner;
	if (zone != NULL)
		host.length = (size_t)(zone - inner.data);
	fault = check_escapes(host, ESCAPING_HOST);
	if (fault.reason == NULL && zone != NULL)
		fault = check_escapes(pq_string_slice(inner, host.length, inner.length),
				      ESCAPING_ZONE);
	if (fault.reason != NULL)
		return fault;
	if (zone != NULL && inner.length - host.length == 3)
		return fault_of("invalid host: ParseAddr(%s): zone must be a non-empty string",
				inner);
	if (!pq_address_parse(host, &address))
		return fault_of("invalid host: ParseAddr(%s): unable to parse IP", inner);
	return address.is_ipv6 ? none : plain_fault("invalid IP-literal");
}

static struct pq_uri_fault check_host(struct pq_string text, bool strict_colons)
{
	ptrdiff_t bracket = find_last(text, '[');
	if (bracket >= 0)
		return bracket == 0 ? check_bracketed_host(text)
				    : plain_fault("invalid IP-literal");
	ptrdiff_t colon = strict_colons ? pq_string_find_byte(text, ':') : find_last(text, ':');
	struct pq_uri_fault fault = none;
	if (colon >= 0)
		fault = check_port(pq_string_slice(text, (size_t)colon, text.length));
	return fault.reason != NULL ? fault : check_escapes(text, ESCAPING_HOST);
}

static struct pq_uri_fault check_user_information(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (!pq_is_alphanumeric(byte) &&
		    (byte == '\0' || strchr("-._:~!$&'()*+,;=%@", byte) == NULL))
			return plain_fault("net/url: invalid userinfo");
	}
	return check_escapes(text, ESCAPING_PATH);
}

static struct pq_uri_fault parse_authority(struct pq_string text, bool strict_colons,
					   struct pq_uri *uri)
{
	ptrdiff_t at = find_last(text, '@');
	uri->host = text;
	if (at >= 0) {
		uri->user = pq_string_slice(text, 0, (size_t)at);
		uri->host = pq_string_slice(text, (size_t)at + 1, text.length);
	}
	struct pq_uri_fault fault = check_host(uri->host, strict_colons);
	return fault.reason != NULL || at < 0 ? fault : check_user_information(uri->user);
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

/* "//" and what is up to the next slash, in front of the path. */
static struct pq_uri_fault take_authority(struct pq_uri *uri)
{
	struct pq_string authority = pq_string_slice(uri->path, 2, uri->path.length);
	ptrdiff_t slash = pq_string_find_byte(authority, '/');
	uri->path = (struct pq_string){ 0 };
	if (slash >= 0) {
		uri->path = pq_string_slice(authority, (size_t)slash, authority.length);
		authority = pq_string_slice(authority, 0, (size_t)slash);
	}
	return parse_authority(authority, is_web_scheme(uri->scheme), uri);
}

/* A path that does not begin with a slash: without a scheme its first step holds no colon. */
static struct pq_uri_fault check_relative(const struct pq_uri *uri)
{
	struct pq_string rest = uri->path, step = rest;
	pq_string_split(&rest, '/', &step);
	return pq_string_find_byte(step, ':') < 0
		       ? none
		       : plain_fault("first path segment in URL cannot contain colon");
}

static struct pq_uri_fault parse(struct pq_string text, bool via_request, struct pq_uri *uri)
{
	size_t scheme_length;
	*uri = (struct pq_uri){ .path = text };
	if (has_control_byte(text))
		return plain_fault("net/url: invalid control character in URL");
	if (text.length == 0 && via_request)
		return plain_fault("empty url");
	if (pq_string_is(text, "*"))
		return none;
	if (!find_scheme(text, &scheme_length))
		return plain_fault("missing protocol scheme");
	if (scheme_length > 0) {
		uri->scheme = pq_string_slice(text, 0, scheme_length);
		uri->path = pq_string_slice(text, scheme_length + 1, text.length);
	}
	ptrdiff_t query = pq_string_find_byte(uri->path, '?');
	if (query >= 0) {
		uri->query = pq_string_slice(uri->path, (size_t)query + 1, uri->path.length);
		uri->path.length = (size_t)query;
	}
	if (!pq_string_starts_with(uri->path, PQ_S("/"))) {
		if (scheme_length > 0)
			return none;
		return via_request ? plain_fault("invalid URI for request") : check_relative(uri);
	}
	bool may_have_authority = scheme_length > 0 ||
				  (!via_request && !pq_string_starts_with(uri->path, PQ_S("///")));
	struct pq_uri_fault fault = none;
	if (may_have_authority && pq_string_starts_with(uri->path, PQ_S("//")))
		fault = take_authority(uri);
	return fault.reason != NULL ? fault : check_escapes(uri->path, ESCAPING_PATH);
}

bool pq_uri_is_valid(struct pq_string text)
{
	struct pq_uri uri;
	return parse(text, true, &uri).reason == NULL;
}

bool pq_uri_parse(struct pq_string text, struct pq_uri *uri, struct pq_uri_fault *fault)
{
	struct pq_string before = text;
	ptrdiff_t hash = pq_string_find_byte(text, '#');
	if (hash >= 0)
		before.length = (size_t)hash;
	*fault = parse(before, false, uri);
	fault->text = before;
	if (fault->reason != NULL || hash < 0)
		return fault->reason == NULL;
	uri->fragment = pq_string_slice(text, (size_t)hash + 1, text.length);
	*fault = check_escapes(uri->fragment, ESCAPING_PATH);
	fault->text = text;
	return fault->reason == NULL;
}
