/*
 * URLs: k8s.io/apiserver v0.36 pkg/cel/library/urls.go.
 */
#include "cel/container.h"
#include "cel/cost.h"
#include "cel/estimate.h"
#include "cel/evaluate.h"
#include "cel/library.h"
#include "cel/opaque.h"
#include "cel/signature.h"
#include "cel/url.h"
#include "formats/uri.h"

/* A URL and what it is written as, which is how it compares. */
struct url {
	struct pq_cel_url parts;
	struct pq_string text;
};

static bool equal(const void *a, const void *b)
{
	return pq_string_equal(((const struct url *)a)->text, ((const struct url *)b)->text);
}

static void write(struct pq_buffer *buffer, const void *url)
{
	pq_buffer_append_string(buffer, ((const struct url *)url)->text);
}

static const struct pq_cel_opaque_kind url_kind = {
	.type = { .kind = PQ_CEL_TYPE_OBJECT, .name = PQ_LITERAL("kubernetes.URL") },
	.equal = equal,
	.go_name = "*cel.URL",
	.go_type = "*url.URL",
	.write = write,
};

static void to_url(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		   struct pq_cel_value *result)
{
	struct pq_string text = pq_cel_value_string(&arguments[0]);
	struct pq_cel_value error;
	struct pq_buffer buffer;
	struct url *url = pq_arena_alloc(run->arena, sizeof *url);
	if (url == NULL) {
		*result = pq_cel_out_of_memory();
		return;
	}
	/* The first parser takes a fragment for a part of the path; it only checks. */
	if (!pq_cel_url_check_request(run->arena, text, &error) ||
	    !pq_cel_url_parse(run->arena, text, &url->parts, &error)) {
		*result = pq_cel_error_format(run->arena,
					      "URL parse error during conversion from string: %.*s",
					      PQ_STRING_ARGUMENT(pq_cel_value_string(&error)));
		return;
	}
	pq_buffer_init_in(&buffer, run->arena, 0);
	pq_cel_url_write(&buffer, &url->parts);
	url->text = pq_buffer_view(&buffer);
	*result = pq_cel_from_opaque(&url_kind.type, url);
}

static void is_url(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		   struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_bool(pq_uri_is_valid(pq_cel_value_string(&arguments[0])));
}

static const struct pq_cel_url *parts_of(const struct pq_cel_value *value)
{
	return &((const struct url *)value->opaque)->parts;
}

static void get_scheme(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		       struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_string(parts_of(&arguments[0])->scheme);
}

static void get_host(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_string(parts_of(&arguments[0])->host);
}

static void get_hostname(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			 struct pq_cel_value *result)
{
	struct pq_string name, port;
	(void)run;
	pq_cel_url_split_host(parts_of(&arguments[0]), &name, &port);
	*result = pq_cel_from_string(name);
}

static void get_port(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	struct pq_string name, port;
	(void)run;
	pq_cel_url_split_host(parts_of(&arguments[0]), &name, &port);
	*result = pq_cel_from_string(port);
}

static void get_escaped_path(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			     struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_string(parts_of(&arguments[0])->path);
}

/* Adds "key=value"; pairs that are malformed are passed over. */
static struct pq_cel_value add_pair(struct pq_cel_run *run, struct pq_cel_map *map,
				    struct pq_string pair)
{
	struct pq_string name, text;
	ptrdiff_t sign = pq_string_find_byte(pair, '=');
	struct pq_string value =
		sign < 0 ? PQ_S("") : pq_string_slice(pair, (size_t)sign + 1, pair.length);
	if (sign >= 0)
		pair = pq_string_slice(pair, 0, (size_t)sign);
	if (!pq_cel_url_unescape_query(run->arena, pair, &name) ||
	    !pq_cel_url_unescape_query(run->arena, value, &text))
		return pq_cel_null_value();
	struct pq_cel_value whole = { .kind = PQ_CEL_MAP_VALUE, .form = PQ_CEL_BUILT, .map = map };
	struct pq_cel_value key = pq_cel_from_string(name), item = pq_cel_from_string(text), list;
	if (!pq_cel_map_find(run->arena, &whole, &key, &list)) {
		list = pq_cel_list_grow(run->arena);
		if (pq_cel_is_error(&list) || !pq_cel_map_put(run->arena, map, &key, &list))
			return pq_cel_out_of_memory();
	}
	return pq_cel_list_append(run->arena, list.growing, &item) ? pq_cel_null_value()
								   : pq_cel_out_of_memory();
}

static void get_query(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	struct pq_string rest = parts_of(&arguments[0])->query, pair;
	struct pq_cel_value map = pq_cel_map_grow(run->arena);
	*result = map;
	while (!pq_cel_is_error(&map) && pq_string_split(&rest, '&', &pair)) {
		if (pair.length == 0 || pq_string_find_byte(pair, ';') >= 0)
			continue;
		struct pq_cel_value added = add_pair(run, map.map, pair);
		if (pq_cel_is_error(&added)) {
			*result = added;
			return;
		}
	}
	for (uint32_t i = 0; !pq_cel_is_error(&map) && i < map.map->count; i++)
		map.map->entries[i].value = pq_cel_settle(&map.map->entries[i].value);
	*result = pq_cel_settle(&map);
}

#define URL    &url_kind.type
#define STRING &pq_cel_string

static const struct pq_cel_type query = {
	.kind = PQ_CEL_TYPE_MAP,
	.parameter_count = 2,
	.name = PQ_LITERAL("map"),
	.parameters = { STRING, &pq_cel_list_of_string },
};

static const struct pq_cel_overload overloads[] = {
	COSTLY_FUNCTION(traversal, rewriting, to_url, "url", "string_to_url", URL, 1, STRING),
	METHOD(get_scheme, "getScheme", "url_get_scheme", STRING, 1, URL),
	METHOD(get_host, "getHost", "url_get_host", STRING, 1, URL),
	METHOD(get_hostname, "getHostname", "url_get_hostname", STRING, 1, URL),
	METHOD(get_port, "getPort", "url_get_port", STRING, 1, URL),
	METHOD(get_escaped_path, "getEscapedPath", "url_get_escaped_path", STRING, 1, URL),
	METHOD(get_query, "getQuery", "url_get_query", &query, 1, URL),
	FUNCTION(is_url, "isURL", "is_url_string", &pq_cel_bool, 1, STRING),
};

const struct pq_cel_library pq_cel_library_urls = {
	.name = "urls",
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
};
