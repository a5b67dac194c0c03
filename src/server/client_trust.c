#include "server/client_trust.h"

#include <gnutls/x509.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { CLIENT_NAME_MAX = 256 };

static const struct pq_string begin_mark = PQ_LITERAL("-----BEGIN CERTIFICATE-----");
static const struct pq_string end_mark = PQ_LITERAL("-----END CERTIFICATE-----");

struct pq_client_trust {
	atomic_size_t references;
	struct pq_arena arena; /* of the names */
	gnutls_x509_trust_list_t authorities;
	struct pq_string *names;
	size_t name_count; /* 0: any */
	int64_t expiry;
};

/* What a reading of the CAs is doing. */
struct reading {
	const struct pq_trusted_clients *clients;
	struct pq_client_trust *trust;
	size_t count;
	uint32_t line; /* of the certificate at hand */
	struct pq_error *error;
};

static bool refuse(const struct reading *reading, const char *format, ...) PQ_PRINTF(2, 3);

static bool refuse(const struct reading *reading, const char *format, ...)
{
	char message[PQ_ERROR_MESSAGE_MAX];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	pq_error_set_at(reading->error, PQ_ERROR_INVALID, reading->clients->path, "%s", message);
	pq_error_set_position(reading->error, reading->line, 0);
	return false;
}

static bool out_of_memory(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the CAs of clients");
}

/* The list takes the certificate over. */
static bool add_authority(struct reading *reading, gnutls_x509_crt_t certificate)
{
	struct pq_client_trust *trust = reading->trust;
	int64_t expiry = (int64_t)gnutls_x509_crt_get_expiration_time(certificate) * PQ_SECOND;
	if (gnutls_x509_crt_get_ca_status(certificate, NULL) <= 0)
		return refuse(reading, "this certificate is not one of a CA; put the CA that "
				       "signed it here");
	if (gnutls_x509_trust_list_add_cas(trust->authorities, &certificate, 1, 0) != 1)
		return out_of_memory(reading->error);
	if (expiry > trust->expiry)
		trust->expiry = expiry;
	return true;
}

static bool read_authority(struct reading *reading, struct pq_string pem)
{
	gnutls_x509_crt_t certificate;
	gnutls_datum_t datum = { .data = (unsigned char *)(uintptr_t)pem.data,
				 .size = (unsigned)pem.length };
	if (++reading->count > PQ_CLIENT_CAS_MAX)
		return refuse(reading,
			      "there are more than %d CAs; take those out that nobody needs",
			      PQ_CLIENT_CAS_MAX);
	if (gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS)
		return out_of_memory(reading->error);
	bool added =
		gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_PEM) == GNUTLS_E_SUCCESS
			? add_authority(reading, certificate)
			: refuse(reading, "this certificate cannot be read; copy it here again");
	if (!added)
		gnutls_x509_crt_deinit(certificate);
	return added;
}

/* The next certificate of a PEM text from an offset on; what stands between them is for people.
 * False when there is none. One without an end goes to the end of the text. */
static bool find_certificate(struct pq_string text, size_t *offset, struct pq_string *certificate)
{
	const struct pq_string rest = pq_string_slice(text, *offset, text.length);
	const char *begin = rest.length == 0 ? NULL
					     : memmem(rest.data, rest.length, begin_mark.data,
						      begin_mark.length);
	if (begin == NULL)
		return false;
	*offset = (size_t)(begin - text.data);
	*certificate = pq_string_slice(text, *offset, text.length);
	const char *end =
		memmem(certificate->data, certificate->length, end_mark.data, end_mark.length);
	if (end != NULL)
		certificate->length = (size_t)(end - certificate->data) + end_mark.length;
	return true;
}

static bool read_authorities(struct reading *reading, int64_t now)
{
	const struct pq_string text = reading->clients->authorities;
	struct pq_string certificate;
	uint32_t column;
	size_t offset = 0;
	while (find_certificate(text, &offset, &certificate)) {
		pq_source_locate(text, (uint32_t)offset, &reading->line, &column);
		if (!read_authority(reading, certificate))
			return false;
		offset += certificate.length;
	}
	reading->line = 0;
	if (reading->count == 0)
		return refuse(reading, "has no certificate; put the CAs of those who may call "
				       "here, in PEM form");
	if (reading->trust->expiry <= now)
		return refuse(reading, "every CA here has expired; put the ones that sign for "
				       "callers now here");
	return true;
}

static bool copy_names(struct pq_client_trust *trust, const struct pq_trusted_clients *clients,
		       struct pq_error *error)
{
	trust->names =
		pq_arena_alloc_array(&trust->arena, clients->name_count, sizeof *trust->names);
	if (trust->names == NULL)
		return out_of_memory(error);
	for (size_t i = 0; i < clients->name_count; i++) {
		trust->names[i] = pq_arena_copy(&trust->arena, pq_string_from(clients->names[i]));
		if (trust->names[i].data == NULL)
			return out_of_memory(error);
	}
	trust->name_count = clients->name_count;
	return true;
}

struct pq_client_trust *pq_client_trust_new(const struct pq_trusted_clients *clients, int64_t now,
					    struct pq_error *error)
{
	struct pq_client_trust *trust = calloc(1, sizeof *trust);
	if (trust == NULL) {
		out_of_memory(error);
		return NULL;
	}
	struct reading reading = { .clients = clients, .trust = trust, .error = error };
	atomic_init(&trust->references, 1);
	pq_arena_init(&trust->arena, 0);
	bool made = gnutls_x509_trust_list_init(&trust->authorities, 0) == GNUTLS_E_SUCCESS;
	if (!made)
		out_of_memory(error);
	if (made && copy_names(trust, clients, error) && read_authorities(&reading, now))
		return trust;
	pq_client_trust_unref(trust);
	return NULL;
}

struct pq_client_trust *pq_client_trust_ref(struct pq_client_trust *trust)
{
	atomic_fetch_add_explicit(&trust->references, 1, memory_order_relaxed);
	return trust;
}

void pq_client_trust_unref(struct pq_client_trust *trust)
{
	if (trust == NULL ||
	    atomic_fetch_sub_explicit(&trust->references, 1, memory_order_acq_rel) != 1)
		return;
	if (trust->authorities != NULL)
		gnutls_x509_trust_list_deinit(trust->authorities, 1);
	pq_arena_done(&trust->arena);
	free(trust);
}

int64_t pq_client_trust_expiry(const struct pq_client_trust *trust)
{
	return trust->expiry;
}

/* A peer's certificates, its own first. */
struct chain {
	gnutls_x509_crt_t items[PQ_CLIENT_CHAIN_MAX];
	unsigned length;
};

static void free_chain(struct chain *chain)
{
	for (unsigned i = 0; i < chain->length; i++)
		gnutls_x509_crt_deinit(chain->items[i]);
}

static enum pq_client_refusal read_chain(gnutls_session_t session, struct chain *chain)
{
	unsigned length = 0;
	const gnutls_datum_t *shown = gnutls_certificate_get_peers(session, &length);
	if (shown == NULL || length == 0)
		return PQ_CLIENT_WITHOUT_CERTIFICATE;
	if (length > PQ_CLIENT_CHAIN_MAX)
		return PQ_CLIENT_UNTRUSTED;
	for (unsigned i = 0; i < length; i++) {
		if (gnutls_x509_crt_init(&chain->items[i]) != GNUTLS_E_SUCCESS)
			return PQ_CLIENT_UNTRUSTED;
		chain->length++;
		if (gnutls_x509_crt_import(chain->items[i], &shown[i], GNUTLS_X509_FMT_DER) !=
		    GNUTLS_E_SUCCESS)
			return PQ_CLIENT_UNTRUSTED;
	}
	return PQ_CLIENT_KNOWN;
}

/* A certificate that names no purposes is for any, as Go has it. */
static enum pq_client_refusal verify(const struct pq_client_trust *trust, struct chain *chain)
{
	unsigned status = 0;
	gnutls_typed_vdata_st purpose = {
		.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT,
	};
	if (gnutls_x509_trust_list_verify_crt2(trust->authorities, chain->items, chain->length,
					       &purpose, 1, 0, &status, NULL) != GNUTLS_E_SUCCESS)
		return PQ_CLIENT_UNTRUSTED;
	if (status == 0)
		return PQ_CLIENT_KNOWN;
	if ((status & (GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED)) != 0)
		return PQ_CLIENT_EXPIRED;
	return (status & GNUTLS_CERT_PURPOSE_MISMATCH) != 0 ? PQ_CLIENT_NOT_FOR_CLIENTS
							    : PQ_CLIENT_UNTRUSTED;
}

/* Who has more than one common name has none. */
static bool has_common_name(gnutls_x509_crt_t certificate, struct pq_string name)
{
	char text[CLIENT_NAME_MAX];
	size_t size = sizeof text, more = 0;
	if (gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 1, 0, NULL,
					  &more) != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ||
	    gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, text,
					  &size) != GNUTLS_E_SUCCESS)
		return false;
	const struct pq_string common = { .data = text, .length = size };
	return pq_string_equal(common, name);
}

static bool has_dns_name(gnutls_x509_crt_t certificate, struct pq_string name)
{
	char text[CLIENT_NAME_MAX];
	for (unsigned i = 0;; i++) {
		size_t size = sizeof text;
		int type = gnutls_x509_crt_get_subject_alt_name(certificate, i, text, &size, NULL);
		if (type == GNUTLS_E_SHORT_MEMORY_BUFFER)
			continue;
		if (type < 0)
			return false;
		if (type == GNUTLS_SAN_DNSNAME && size == name.length &&
		    strncasecmp(text, name.data, size) == 0)
			return true;
	}
}

static bool has_name(const struct pq_client_trust *trust, gnutls_x509_crt_t certificate)
{
	for (size_t i = 0; i < trust->name_count; i++) {
		if (has_common_name(certificate, trust->names[i]) ||
		    has_dns_name(certificate, trust->names[i]))
			return true;
	}
	return trust->name_count == 0;
}

/* The earliest end among what the peer has shown, if it comes before then. */
static int64_t limit_by_expiry(const struct chain *chain, int64_t then)
{
	for (unsigned i = 0; i < chain->length; i++) {
		int64_t expiry = (int64_t)gnutls_x509_crt_get_expiration_time(chain->items[i]);
		if (expiry < then / PQ_SECOND)
			then = expiry * PQ_SECOND;
	}
	return then;
}

void pq_client_trust_judge(const struct pq_client_trust *trust, gnutls_session_t session,
			   int64_t now, struct pq_client_verdict *verdict,
			   char subject[PQ_CLIENT_SUBJECT_MAX])
{
	struct chain chain = { .length = 0 };
	size_t size = PQ_CLIENT_SUBJECT_MAX;
	subject[0] = '\0';
	verdict->refusal = read_chain(session, &chain);
	verdict->until = now + PQ_CLIENT_VERDICT_LIFETIME;
	if (verdict->refusal == PQ_CLIENT_KNOWN)
		verdict->refusal = verify(trust, &chain);
	if (verdict->refusal == PQ_CLIENT_KNOWN) {
		verdict->until = limit_by_expiry(&chain, verdict->until);
		if (!has_name(trust, chain.items[0]))
			verdict->refusal = PQ_CLIENT_OTHER_NAME;
	}
	if (chain.length > 0 &&
	    gnutls_x509_crt_get_dn(chain.items[0], subject, &size) != GNUTLS_E_SUCCESS)
		subject[0] = '\0';
	free_chain(&chain);
}
