#include "cel/url.h"

#include "base/character.h"
#include "cel/network.h"
#include "cel/text.h"
#include "cel/url_escape.h"
#include "formats/address.h"
#include "json/write.h"

struct parser {
	struct pq_arena *arena;
	struct pq_cel_url *url;
	bool is_request;
	struct pq_buffer problem; /* what is wrong, when something is */
};

static bool fail(struct parser *parser, const char *message)
{
	pq_buffer_append_text(&parser->problem, message);
	return false;
}

/* before "text" behind */
static bool fail_at(struct parser *parser, const char *before, struct pq_string text,
		    const char *behind)
{
	pq_buffer_append_text(&parser->problem, before);
	pq_go_quote(&parser->problem, text);
	pq_buffer_append_text(&parser->problem, behind);
	return false;
}

static ptrdiff_t find_last(struct pq_string text, char byte)
{
	for (size_t i = text.length; i > 0; i--) {
		if (text.data[i - 1] == byte)
			return (ptrdiff_t)i - 1;
	}
	return -1;
}

static struct pq_string before(struct pq_string text, ptrdiff_t at)
{
	return pq_string_slice(text, 0, (size_t)at);
}

static struct pq_string behind(struct pq_string text, ptrdiff_t at)
{
	return pq_string_slice(text, (size_t)at + 1, text.length);
}

static bool append_unescaped(struct parser *parser, struct pq_buffer *buffer, struct pq_string text,
			     enum pq_cel_url_part part)
{
	struct pq_string problem;
	bool is_escape;
	if (pq_cel_url_unescape(buffer, text, part, &problem, &is_escape))
		return true;
	return is_escape ? fail_at(parser, "invalid URL escape ", problem, "")
			 : fail_at(parser, "invalid character ", problem, " in host name");
}

static bool has_control_byte(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f)
			return true;
	}
	return false;
}

/* Takes "http:" off. */
static bool take_scheme(struct parser *parser, struct pq_string *rest)
{
	for (size_t i = 0; i < rest->length; i++) {
		unsigned char byte = (unsigned char)rest->data[i];
		if (byte == ':') {
			if (i == 0)
				return fail(parser, "missing protocol scheme");
			parser->url->scheme =
				pq_arena_copy_lower(parser->arena, pq_string_slice(*rest, 0, i));
			*rest = pq_string_slice(*rest, i + 1, rest->length);
			return true;
		}
		bool letter = pq_is_alphanumeric(byte) && !pq_is_digit(byte);
		bool later = pq_is_digit(byte) || byte == '+' || byte == '-' || byte == '.';
		if (!letter && (!later || i == 0))
			return true;
	}
	return true;
}

static void take_query(struct parser *parser, struct pq_string *rest)
{
	ptrdiff_t mark = pq_string_find_byte(*rest, '?');
	if (mark < 0)
		return;
	parser->url->query = behind(*rest, mark);
	parser->url->forces_query = parser->url->query.length == 0;
	*rest = before(*rest, mark);
}

/* "", or a colon and digits, or none. */
static bool is_optional_port(struct pq_string text)
{
	if (text.length > 0 && text.data[0] != ':')
		return false;
	for (size_t i = 1; i < text.length; i++) {
		if (!pq_is_digit((unsigned char)text.data[i]))
			return false;
	}
	return true;
}

/* "[fe80::1%25en0]:80" */
static bool read_bracketed_host(struct parser *parser, struct pq_string host,
				struct pq_buffer *buffer)
{
	ptrdiff_t close = find_last(host, ']');
	struct pq_address address;
	if (close < 0)
		return fail(parser, "missing ']' in host");
	struct pq_string port = behind(host, close);
	struct pq_string name = pq_string_slice(host, 1, (size_t)close - 1);
	if (!is_optional_port(port))
		return fail_at(parser, "invalid port ", port, " after host");
	const char *zone = name.length < 3 ? NULL : memmem(name.data, name.length, "%25", 3);
	size_t plain = zone == NULL ? name.length : (size_t)(zone - name.data);
	pq_buffer_append_byte(buffer, '[');
	if (!append_unescaped(parser, buffer, pq_string_slice(name, 0, plain), PQ_CEL_URL_HOST))
		return false;
	struct pq_string unescaped = pq_string_slice(pq_buffer_view(buffer), 1, buffer->length);
	bool parsed = pq_address_parse(unescaped, &address);
	if (!append_unescaped(parser, buffer, pq_string_slice(name, plain, name.length),
			      PQ_CEL_URL_ZONE))
		return false;
	unescaped = pq_string_slice(pq_buffer_view(buffer), 1, buffer->length);
	if (!parsed || pq_string_ends_with(unescaped, PQ_S("%"))) {
		fail(parser, "invalid host: ");
		pq_cel_address_explain(&parser->problem, unescaped);
		return false;
	}
	if (!address.is_ipv6)
		return fail(parser, "invalid IP-literal");
	pq_buffer_append_byte(buffer, ']');
	pq_buffer_append_string(buffer, port);
	return true;
}

static bool read_host(struct parser *parser, struct pq_string host)
{
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, parser->arena, 0);
	ptrdiff_t bracket = find_last(host, '[');
	if (bracket > 0)
		return fail(parser, "invalid IP-literal");
	if (bracket == 0) {
		if (!read_bracketed_host(parser, host, &buffer))
			return false;
	} else {
		bool is_strict = pq_string_is(parser->url->scheme, "http") ||
				 pq_string_is(parser->url->scheme, "https");
		ptrdiff_t colon = is_strict ? pq_string_find_byte(host, ':') : find_last(host, ':');
		struct pq_string port =
			colon < 0 ? PQ_S("") : pq_string_slice(host, (size_t)colon, host.length);
		if (!is_optional_port(port))
			return fail_at(parser, "invalid port ", port, " after host");
		if (!append_unescaped(parser, &buffer, host, PQ_CEL_URL_HOST))
			return false;
	}
	parser->url->host = pq_buffer_view(&buffer);
	return true;
}

static bool is_user_information(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (!pq_is_alphanumeric(byte) &&
		    (byte == '\0' || strchr("-._:~!$&'()*+,;=%@", byte) == NULL))
			return false;
	}
	return true;
}

static bool read_user(struct parser *parser, struct pq_string text)
{
	struct pq_buffer escaped;
	struct pq_string part, rest = text.data == NULL ? PQ_S("") : text;
	ptrdiff_t colon = pq_string_find_byte(text, ':');
	if (!is_user_information(text))
		return fail(parser, "net/url: invalid userinfo");
	pq_buffer_init_in(&escaped, parser->arena, 0);
	for (int i = 0; i < 2; i++) {
		struct pq_buffer unescaped;
		bool is_last = i == 1 || colon < 0;
		part = is_last ? rest : before(rest, colon);
		pq_buffer_init_in(&unescaped, parser->arena, 0);
		if (!append_unescaped(parser, &unescaped, part, PQ_CEL_URL_USER))
			return false;
		pq_cel_url_escape(&escaped, pq_buffer_view(&unescaped), PQ_CEL_URL_USER);
		if (is_last)
			break;
		pq_buffer_append_byte(&escaped, ':');
		rest = behind(rest, colon);
	}
	parser->url->user = escaped.length == 0 ? PQ_S("") : pq_buffer_view(&escaped);
	return true;
}

static bool read_authority(struct parser *parser, struct pq_string text)
{
	ptrdiff_t at = find_last(text, '@');
	if (!read_host(parser, at < 0 ? text : behind(text, at)))
		return false;
	return at < 0 || read_user(parser, before(text, at));
}

static bool read_path(struct parser *parser, struct pq_string text)
{
	struct pq_buffer unescaped, escaped;
	pq_buffer_init_in(&unescaped, parser->arena, 0);
	if (!append_unescaped(parser, &unescaped, text, PQ_CEL_URL_PATH))
		return false;
	parser->url->path = text;
	if (pq_cel_url_is_path_escaped(text))
		return true;
	pq_buffer_init_in(&escaped, parser->arena, 0);
	pq_cel_url_escape(&escaped, pq_buffer_view(&unescaped), PQ_CEL_URL_PATH);
	parser->url->path = pq_buffer_view(&escaped);
	return true;
}

/* Whether a path without a slash at its start may stand here. */
static bool check_rootless(struct parser *parser, struct pq_string rest)
{
	ptrdiff_t slash = pq_string_find_byte(rest, '/');
	if (parser->is_request)
		return fail(parser, "invalid URI for request");
	if (pq_string_find_byte(slash < 0 ? rest : before(rest, slash), ':') >= 0)
		return fail(parser, "first path segment in URL cannot contain colon");
	return true;
}

static bool read_rest(struct parser *parser, struct pq_string rest)
{
	struct pq_cel_url *url = parser->url;
	bool has_scheme = url->scheme.length > 0;
	take_query(parser, &rest);
	if (!pq_string_starts_with(rest, PQ_S("/"))) {
		if (has_scheme) {
			url->opaque = rest;
			return true;
		}
		if (!check_rootless(parser, rest))
			return false;
	}
	bool may_have_host =
		has_scheme || (!parser->is_request && !pq_string_starts_with(rest, PQ_S("///")));
	if (may_have_host && pq_string_starts_with(rest, PQ_S("//"))) {
		struct pq_string authority = pq_string_slice(rest, 2, rest.length);
		ptrdiff_t slash = pq_string_find_byte(authority, '/');
		rest = slash < 0 ? PQ_S("")
				 : pq_string_slice(authority, (size_t)slash, authority.length);
		if (!read_authority(parser, slash < 0 ? authority : before(authority, slash)))
			return false;
	} else {
		url->omits_host = has_scheme && pq_string_starts_with(rest, PQ_S("/"));
	}
	return read_path(parser, rest);
}

static bool read_url(struct parser *parser, struct pq_string text)
{
	*parser->url = (struct pq_cel_url){ 0 };
	if (has_control_byte(text))
		return fail(parser, "net/url: invalid control character in URL");
	if (text.length == 0 && parser->is_request)
		return fail(parser, "empty url");
	if (pq_string_is(text, "*")) {
		parser->url->path = text;
		return true;
	}
	return take_scheme(parser, &text) && read_rest(parser, text);
}

static bool finish(struct parser *parser, bool read, struct pq_string text,
		   struct pq_cel_value *error)
{
	struct pq_buffer message;
	if (read && !pq_arena_is_exhausted(parser->arena))
		return true;
	pq_buffer_init_in(&message, parser->arena, 0);
	pq_buffer_append_text(&message, "parse ");
	pq_go_quote(&message, text);
	pq_buffer_append_text(&message, ": ");
	pq_buffer_append_string(&message, pq_buffer_view(&parser->problem));
	*error = pq_cel_error_from_buffer(&message);
	return false;
}

bool pq_cel_url_parse_request(struct pq_arena *arena, struct pq_string text, struct pq_cel_url *url,
			      struct pq_cel_value *error)
{
	struct parser parser = { .arena = arena, .url = url, .is_request = true };
	pq_buffer_init_in(&parser.problem, arena, 0);
	return finish(&parser, read_url(&parser, text), text, error);
}

bool pq_cel_url_parse(struct pq_arena *arena, struct pq_string text, struct pq_cel_url *url,
		      struct pq_cel_value *error)
{
	struct parser parser = { .arena = arena, .url = url };
	struct pq_buffer fragment;
	ptrdiff_t hash = pq_string_find_byte(text, '#');
	struct pq_string plain = hash < 0 ? text : before(text, hash);
	pq_buffer_init_in(&parser.problem, arena, 0);
	if (!finish(&parser, read_url(&parser, plain), plain, error))
		return false;
	if (hash < 0)
		return true;
	pq_buffer_init_in(&fragment, arena, 0);
	bool read = append_unescaped(&parser, &fragment, behind(text, hash), PQ_CEL_URL_FRAGMENT);
	url->fragment = pq_buffer_view(&fragment);
	return finish(&parser, read, text, error);
}

void pq_cel_url_split_host(const struct pq_cel_url *url, struct pq_string *name,
			   struct pq_string *port)
{
	ptrdiff_t colon = find_last(url->host, ':');
	*name = url->host;
	*port = PQ_S("");
	if (colon >= 0 &&
	    is_optional_port(pq_string_slice(url->host, (size_t)colon, url->host.length))) {
		*name = before(url->host, colon);
		*port = behind(url->host, colon);
	}
	if (pq_string_starts_with(*name, PQ_S("[")) && pq_string_ends_with(*name, PQ_S("]")))
		*name = pq_string_slice(*name, 1, name->length - 2);
}

bool pq_cel_url_unescape_query(struct pq_arena *arena, struct pq_string text,
			       struct pq_string *unescaped)
{
	struct pq_buffer buffer;
	struct pq_string problem;
	bool is_escape;
	pq_buffer_init_in(&buffer, arena, 0);
	if (!pq_cel_url_unescape(&buffer, text, PQ_CEL_URL_QUERY, &problem, &is_escape))
		return false;
	*unescaped = pq_buffer_view(&buffer);
	return !pq_buffer_failed(&buffer);
}

static void write_authority(struct pq_buffer *buffer, const struct pq_cel_url *url)
{
	bool has_user = url->user.data != NULL;
	if (url->scheme.length == 0 && url->host.length == 0 && !has_user)
		return;
	if (url->omits_host && url->host.length == 0 && !has_user)
		return;
	if (url->host.length > 0 || url->path.length > 0 || has_user)
		pq_buffer_append_text(buffer, "//");
	if (has_user) {
		pq_buffer_append_string(buffer, url->user);
		pq_buffer_append_byte(buffer, '@');
	}
	pq_cel_url_escape(buffer, url->host, PQ_CEL_URL_HOST);
}

void pq_cel_url_write(struct pq_buffer *buffer, const struct pq_cel_url *url)
{
	if (url->scheme.length > 0) {
		pq_buffer_append_string(buffer, url->scheme);
		pq_buffer_append_byte(buffer, ':');
	}
	if (url->opaque.length > 0) {
		pq_buffer_append_string(buffer, url->opaque);
	} else {
		write_authority(buffer, url);
		if (url->path.length > 0 && url->path.data[0] != '/' && url->host.length > 0)
			pq_buffer_append_byte(buffer, '/');
		pq_buffer_append_string(buffer, url->path);
	}
	if (url->forces_query || url->query.length > 0) {
		pq_buffer_append_byte(buffer, '?');
		pq_buffer_append_string(buffer, url->query);
	}
	if (url->fragment.length > 0) {
		pq_buffer_append_byte(buffer, '#');
		pq_cel_url_escape(buffer, url->fragment, PQ_CEL_URL_FRAGMENT);
	}
}
