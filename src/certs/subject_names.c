#include "certs/subject_names.h"

#include "base/character.h"

#include <arpa/inet.h>

enum { DNS_NAME_MAX = 253, DNS_LABEL_MAX = 63 };

static bool is_dns_label(struct pq_string label)
{
	if (label.length == 0 || label.length > DNS_LABEL_MAX ||
	    !pq_is_alphanumeric(label.data[0]) || !pq_is_alphanumeric(label.data[label.length - 1]))
		return false;
	for (size_t i = 0; i < label.length; i++) {
		if (!pq_is_alphanumeric(label.data[i]) && label.data[i] != '-')
			return false;
	}
	return true;
}

/* A host name whose first label may be "*". */
static bool is_dns_name(struct pq_string name)
{
	if (name.length > DNS_NAME_MAX)
		return false;
	if (pq_string_starts_with(name, PQ_S("*.")))
		name = pq_string_slice(name, 2, name.length);
	struct pq_string label;
	while (pq_string_split(&name, '.', &label)) {
		if (!is_dns_label(label))
			return false;
	}
	return true;
}

static bool is_ip_address(const char *text)
{
	unsigned char bytes[sizeof(struct in6_addr)];
	return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

static void write_name(struct pq_buffer *text, const char *kind, const char *name)
{
	pq_buffer_append_format(text, "%s%s:%s", text->length == 0 ? "" : ",", kind, name);
}

bool pq_subject_names_write(const struct pq_certs_request *request, struct pq_buffer *text,
			    struct pq_error *error)
{
	if (request->dns_name_count + request->ip_address_count > PQ_SUBJECT_NAMES_MAX)
		return pq_error_set(error, PQ_ERROR_USAGE, "more than %d names in one certificate",
				    PQ_SUBJECT_NAMES_MAX);
	for (size_t i = 0; i < request->dns_name_count; i++) {
		const char *name = request->dns_names[i];
		if (is_ip_address(name))
			return pq_error_set(error, PQ_ERROR_USAGE,
					    "\"%s\" is an IP address: use --ip", name);
		if (!is_dns_name(pq_string_from(name)))
			return pq_error_set(error, PQ_ERROR_USAGE, "\"%s\" is no DNS name", name);
		write_name(text, "DNS", name);
	}
	for (size_t i = 0; i < request->ip_address_count; i++) {
		const char *address = request->ip_addresses[i];
		if (!is_ip_address(address))
			return pq_error_set(error, PQ_ERROR_USAGE, "\"%s\" is no IP address",
					    address);
		write_name(text, "IP", address);
	}
	if (text->length == 0) {
		write_name(text, "DNS", "localhost");
		write_name(text, "IP", "127.0.0.1");
		write_name(text, "IP", "::1");
	}
	pq_buffer_append_byte(text, '\0');
	if (pq_buffer_failed(text))
		return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	text->length--;
	return true;
}
