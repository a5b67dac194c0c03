#include "formats/uri.h"

#include "base/character.h"
#include "formats/address.h"
#include "json/write.h"

#include <strings.h>

/* Where a percent sign may stand for what. */
enum escaping {
	ESCAPING_PATH, /* and user information: any byte */
	ESCAPING_HOST, /* bytes that are not ASCII, and %25 */
	ESCAPING_ZONE, /* what a host may have unescaped, a space, and %25 */
};

enum { ESCAPE_LENGTH = sizeof "%41" - 1 };

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

/* The byte that an escape stands for, or -1. */
static int read_escape(struct pq_string text, size_t at)
{
	if (text.length - at < ESCAPE_LENGTH)
		return -1;
	int high = pq_hexadecimal_value((unsigned char)text.data[at + 1]);
	int low = pq_hexadecimal_value((unsigned char)text.data[at + 2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static bool is_escape(struct pq_string text, size_t at, enum escaping escaping)
{
	int byte = read_escape(text, at);
	if (byte < 0)
		return false;
	switch (escaping) {
	case ESCAPING_PATH:
		return true;
	case ESCAPING_HOST:
		return byte >= 0x80 || byte == '%';
	case ESCAPING_ZONE:
		return byte == '%' || byte == ' ' || is_host_byte((unsigned char)byte);
	}
	return false;
}

static struct pq_uri_fault check_escapes(struct pq_string text, enum escaping escaping)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (byte == '%') {
			if (!is_escape(text, i, escaping))
				return fault_of("invalid URL escape %s",
						pq_string_slice(text, i, ESCAPE_LENGTH));
			i += ESCAPE_LENGTH - 1;
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
	bool is_zone_empty = zone != NULL && inner.length - host.length == ESCAPE_LENGTH;
	if (is_zone_empty || !pq_address_parse(host, &address) ||
	    (zone != NULL && !address.is_ipv6))
		return (struct pq_uri_fault){
			.reason = "invalid host: ", .shown = inner, .is_address = true
		};
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
	struct pq_uri_fault fault = none;
	struct pq_string rest = text, part;
	/* No escape goes over the colon before the password. */
	while (fault.reason == NULL && pq_string_split(&rest, ':', &part))
		fault = check_escapes(part, ESCAPING_PATH);
	return fault;
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
		if (scheme_length > 0) {
			uri->opaque = uri->path;
			uri->path = (struct pq_string){ 0 };
			return none;
		}
		return via_request ? plain_fault("invalid URI for request") : check_relative(uri);
	}
	bool may_have_authority = scheme_length > 0 ||
				  (!via_request && !pq_string_starts_with(uri->path, PQ_S("///")));
	struct pq_uri_fault fault = none;
	if (may_have_authority && pq_string_starts_with(uri->path, PQ_S("//")))
		fault = take_authority(uri);
	return fault.reason != NULL ? fault : check_escapes(uri->path, ESCAPING_PATH);
}

bool pq_uri_parse_request(struct pq_string text, struct pq_uri *uri, struct pq_uri_fault *fault)
{
	*fault = parse(text, true, uri);
	fault->text = text;
	return fault->reason == NULL;
}

bool pq_uri_is_valid(struct pq_string text)
{
	struct pq_uri uri;
	struct pq_uri_fault fault;
	return pq_uri_parse_request(text, &uri, &fault);
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

bool pq_uri_unescape(struct pq_buffer *buffer, struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		int byte = text.data[i];
		if (byte == '%') {
			byte = read_escape(text, i);
			if (byte < 0)
				return false;
			i += ESCAPE_LENGTH - 1;
		}
		pq_buffer_append_byte(buffer, (char)byte);
	}
	return true;
}

void pq_uri_write_fault(struct pq_buffer *buffer, const struct pq_uri_fault *fault)
{
	const char *place = strstr(fault->reason, "%s");
	size_t before = place == NULL ? strlen(fault->reason) : (size_t)(place - fault->reason);
	pq_buffer_append_text(buffer, "parse ");
	pq_go_quote(buffer, fault->text);
	pq_buffer_append_format(buffer, ": %.*s", (int)before, fault->reason);
	if (place != NULL) {
		pq_go_quote(buffer, fault->shown);
		pq_buffer_append_text(buffer, place + strlen("%s"));
	}
	if (!fault->is_address)
		return;
	pq_cleanup_buffer struct pq_buffer address;
	pq_buffer_init_in(&address, buffer->arena, 0);
	pq_uri_unescape(&address, fault->shown);
	pq_address_explain(buffer, pq_buffer_view(&address));
}
