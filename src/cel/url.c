#include "cel/url.h"

#include "base/character.h"
#include "cel/text.h"
#include "cel/url_escape.h"
#include "formats/uri.h"

static bool refuse(struct pq_arena *arena, const struct pq_uri_fault *fault,
		   struct pq_cel_value *error)
{
	struct pq_buffer message;
	pq_buffer_init_in(&message, arena, 0);
	pq_uri_write_fault(&message, fault);
	*error = pq_cel_error_from_buffer(&message);
	return false;
}

bool pq_cel_url_check_request(struct pq_arena *arena, struct pq_string text,
			      struct pq_cel_value *error)
{
	struct pq_uri uri;
	struct pq_uri_fault fault;
	return pq_uri_parse_request(text, &uri, &fault) || refuse(arena, &fault, error);
}

/* A part of a URL, whose escapes are well-formed. */
static struct pq_string unescape(struct pq_arena *arena, struct pq_string text)
{
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, arena, 0);
	pq_uri_unescape(&buffer, text);
	return pq_buffer_view(&buffer);
}

/* The same name and password in the fewest escapes. */
static struct pq_string read_user(struct pq_arena *arena, struct pq_string text)
{
	struct pq_buffer escaped;
	ptrdiff_t colon = pq_string_find_byte(text, ':');
	size_t name_length = colon < 0 ? text.length : (size_t)colon;
	struct pq_string name = pq_string_slice(text, 0, name_length);
	pq_buffer_init_in(&escaped, arena, 0);
	pq_cel_url_escape(&escaped, unescape(arena, name), PQ_CEL_URL_USER);
	if (colon >= 0) {
		struct pq_string password = pq_string_slice(text, name_length + 1, text.length);
		pq_buffer_append_byte(&escaped, ':');
		pq_cel_url_escape(&escaped, unescape(arena, password), PQ_CEL_URL_USER);
	}
	return escaped.length == 0 ? PQ_S("") : pq_buffer_view(&escaped);
}

static struct pq_string read_path(struct pq_arena *arena, struct pq_string text)
{
	struct pq_buffer escaped;
	if (pq_cel_url_is_path_escaped(text))
		return text;
	pq_buffer_init_in(&escaped, arena, 0);
	pq_cel_url_escape(&escaped, unescape(arena, text), PQ_CEL_URL_PATH);
	return pq_buffer_view(&escaped);
}

bool pq_cel_url_parse(struct pq_arena *arena, struct pq_string text, struct pq_cel_url *url,
		      struct pq_cel_value *error)
{
	struct pq_uri uri;
	struct pq_uri_fault fault;
	if (!pq_uri_parse(text, &uri, &fault))
		return refuse(arena, &fault, error);
	*url = (struct pq_cel_url){
		.scheme = pq_arena_copy_lower(arena, uri.scheme),
		.opaque = uri.opaque,
		.host = unescape(arena, uri.host),
		.path = read_path(arena, uri.path),
		.query = uri.query,
		.fragment = unescape(arena, uri.fragment),
		.forces_query = uri.query.data != NULL && uri.query.length == 0,
		.omits_host = uri.scheme.length > 0 && uri.host.data == NULL && uri.path.length > 0,
	};
	if (uri.user.data != NULL)
		url->user = read_user(arena, uri.user);
	if (!pq_arena_is_exhausted(arena))
		return true;
	*error = pq_cel_out_of_memory();
	return false;
}

/* Digits, or none. */
static bool is_port(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (!pq_is_digit((unsigned char)text.data[i]))
			return false;
	}
	return true;
}

void pq_cel_url_split_host(const struct pq_cel_url *url, struct pq_string *name,
			   struct pq_string *port)
{
	struct pq_string host = url->host;
	size_t colon = host.length;
	while (colon > 0 && host.data[colon - 1] != ':')
		colon--;
	*name = host;
	*port = PQ_S("");
	if (colon > 0 && is_port(pq_string_slice(host, colon, host.length))) {
		*name = pq_string_slice(host, 0, colon - 1);
		*port = pq_string_slice(host, colon, host.length);
	}
	if (pq_string_starts_with(*name, PQ_S("[")) && pq_string_ends_with(*name, PQ_S("]")))
		*name = pq_string_slice(*name, 1, name->length - 2);
}

/* A "+" is a space, and so stands in no escape. */
bool pq_cel_url_unescape_query(struct pq_arena *arena, struct pq_string text,
			       struct pq_string *unescaped)
{
	struct pq_buffer buffer;
	struct pq_string rest = text, part;
	pq_buffer_init_in(&buffer, arena, 0);
	while (pq_string_split(&rest, '+', &part)) {
		if (!pq_uri_unescape(&buffer, part))
			return false;
		if (rest.data != NULL)
			pq_buffer_append_byte(&buffer, ' ');
	}
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
