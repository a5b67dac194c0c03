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

/* NULL for a name of another kind, or one that is no text. */
static const char *read_name(const GENERAL_NAME *name, struct pq_arena *arena)
{
	char address[INET6_ADDRSTRLEN];
	if (name->type == GEN_DNS) {
		const ASN1_STRING *text = name->d.dNSName;
		struct pq_string view = { .data = (const char *)ASN1_STRING_get0_data(text),
					  .length = (size_t)ASN1_STRING_length(text) };
		return is_dns_name(view) ? pq_arena_copy(arena, view).data : NULL;
	}
	if (name->type != GEN_IPADD)
		return NULL;
	const ASN1_OCTET_STRING *bytes = name->d.iPAddress;
	int family = ASN1_STRING_length(bytes) == (int)sizeof(struct in_addr) ? AF_INET : AF_INET6;
	if (family == AF_INET6 && ASN1_STRING_length(bytes) != (int)sizeof(struct in6_addr))
		return NULL;
	inet_ntop(family, ASN1_STRING_get0_data(bytes), address, sizeof address);
	return pq_arena_copy(arena, pq_string_from(address)).data;
}

static bool read_names(const GENERAL_NAMES *names, struct pq_arena *arena,
		       struct pq_certs_request *request)
{
	size_t count = (size_t)sk_GENERAL_NAME_num(names);
	const char **dns = pq_arena_alloc_array(arena, count, sizeof *dns);
	const char **addresses = pq_arena_alloc_array(arena, count, sizeof *addresses);
	if (dns == NULL || addresses == NULL)
		return false;
	request->dns_names = dns;
	request->ip_addresses = addresses;
	for (size_t i = 0; i < count; i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, (int)i);
		const char *text = read_name(name, arena);
		if (text != NULL && name->type == GEN_DNS)
			dns[request->dns_name_count++] = text;
		else if (text != NULL)
			addresses[request->ip_address_count++] = text;
	}
	return !pq_arena_is_exhausted(arena);
}

bool pq_subject_names_read(X509 *certificate, struct pq_arena *arena,
			   struct pq_certs_request *request, struct pq_error *error)
{
	request->dns_name_count = request->ip_address_count = 0;
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	if (names == NULL)
		return true;
	bool fine = read_names(names, arena, request);
	GENERAL_NAMES_free(names);
	return fine || pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
}
