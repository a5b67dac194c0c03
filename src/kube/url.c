#include "kube/client.h"

#include "base/character.h"

static bool is_unreserved(char byte)
{
	return pq_is_alphanumeric(byte) || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

/* RFC 3986, section 2.1: everything but unreserved characters is encoded, which is right in a
 * segment of the path and in a query alike. */
static void write_encoded(struct pq_buffer *url, struct pq_string text)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (is_unreserved(text.data[i])) {
			pq_buffer_append_byte(url, text.data[i]);
			continue;
		}
		char code[3] = { '%', digits[byte >> 4], digits[byte & 15] };
		pq_buffer_append(url, code, sizeof code);
	}
}

static void write_segment(struct pq_buffer *url, struct pq_string text)
{
	pq_buffer_append_byte(url, '/');
	write_encoded(url, text);
}

void pq_kube_write_url(struct pq_buffer *url, const char *server,
		       const struct pq_kube_request *request)
{
	const struct pq_kube_resource *resource = request->resource;
	pq_buffer_append_text(url, server);
	if (resource->group[0] == '\0') {
		pq_buffer_append_text(url, "/api");
	} else {
		pq_buffer_append_text(url, "/apis");
		write_segment(url, pq_string_from(resource->group));
	}
	write_segment(url, pq_string_from(resource->version));
	if (resource->namespaced && request->namespace.length > 0) {
		pq_buffer_append_text(url, "/namespaces");
		write_segment(url, request->namespace);
	}
	write_segment(url, pq_string_from(resource->plural));
	if (request->name.length > 0)
		write_segment(url, request->name);
	if (request->subresource != NULL)
		write_segment(url, pq_string_from(request->subresource));
	for (size_t i = 0; i < request->parameter_count; i++) {
		pq_buffer_append_byte(url, i == 0 ? '?' : '&');
		write_encoded(url, pq_string_from(request->parameters[i].name));
		pq_buffer_append_byte(url, '=');
		write_encoded(url, request->parameters[i].value);
	}
	pq_buffer_append_byte(url, '\0');
}
