/* `pratique certs show` and `serve-check`: what a folder has, and whether it will do. */
#include "certs/bundle.h"
#include "certs/certificate.h"
#include "certs/issue.h"
#include "certs/subject_names.h"

#include "formats/timestamp.h"

#include <limits.h>

static void write_time(struct pq_buffer *text, const char *what, int64_t time)
{
	pq_buffer_append_format(text, "%s ", what);
	pq_time_write(text, time / PQ_SECOND);
}

/* "valid until …, due from …" */
static void write_validity(struct pq_buffer *text, const X509 *certificate, int64_t now)
{
	int64_t from, until;
	if (!pq_x509_times(certificate, &from, &until)) {
		pq_buffer_append_text(text, " without readable validity");
		return;
	}
	if (until <= now) {
		write_time(text, " expired at", until);
		return;
	}
	write_time(text, " valid until", until);
	if (pq_certs_is_due(from, until, now))
		pq_buffer_append_text(text, ", to be replaced now");
	else
		write_time(text, ", to be replaced from", until - (until - from) / 3);
}

static bool write_serving(const char *path, X509 *certificate, int64_t now, struct pq_buffer *text,
			  struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_certs_request names = { 0 };
	pq_arena_init(&arena, 0);
	if (!pq_subject_names_read(certificate, &arena, &names, error))
		return false;
	pq_buffer_append_format(text, "%s: serves as", path);
	for (size_t i = 0; i < names.dns_name_count; i++)
		pq_buffer_append_format(text, " %s", names.dns_names[i]);
	for (size_t i = 0; i < names.ip_address_count; i++)
		pq_buffer_append_format(text, " %s", names.ip_addresses[i]);
	pq_buffer_append_byte(text, ',');
	write_validity(text, certificate, now);
	pq_buffer_append_byte(text, '\n');
	return true;
}

static void write_authorities(const char *folder, const struct pq_bundle *bundle, int64_t now,
			      struct pq_buffer *text)
{
	for (size_t i = 0; i < bundle->count; i++) {
		int64_t until = bundle->items[i].trusted_until;
		pq_buffer_append_format(text, "%s/ca.crt: %s", folder,
					i == 0       ? "signs,"
					: until == 0 ? "will sign,"
						     : "signed before,");
		if (until != 0)
			write_time(text, " trusted until", until);
		else
			write_validity(text, bundle->items[i].certificate, now);
		pq_buffer_append_byte(text, '\n');
	}
}

static X509 *read_first(const struct pq_certs_request *request, char path[PATH_MAX],
			struct pq_buffer *text, struct pq_error *error)
{
	if (!pq_certs_path(path, PATH_MAX, request->folder, "tls.crt", error) ||
	    !pq_pem_read_issued_file(request->memory, path, text, error))
		return NULL;
	return pq_pem_parse_certificate(path, pq_buffer_view(text), error);
}

bool pq_certs_show(const char *folder, const struct pq_clock *clock, struct pq_buffer *text,
		   struct pq_error *error)
{
	const struct pq_certs_request where = { .folder = folder };
	char path[PATH_MAX];
	int64_t now = pq_clock_wall(clock);
	pq_cleanup_buffer struct pq_buffer pem;
	pq_cleanup_bundle struct pq_bundle bundle = { 0 };
	pq_buffer_init(&pem, PQ_PEM_SIZE_MAX);
	pq_cleanup_x509 X509 *serving = read_first(&where, path, &pem, error);
	if (serving == NULL || !pq_bundle_read(&bundle, &where, error) ||
	    !write_serving(path, serving, now, text, error))
		return false;
	write_authorities(folder, &bundle, now, text);
	return !pq_buffer_failed(text) || pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
}

static bool verify(X509_STORE_CTX *context, X509_STORE *store, X509 *certificate, int64_t now,
		   const char *path, struct pq_error *error)
{
	if (X509_STORE_CTX_init(context, store, certificate, NULL) != 1)
		return pq_openssl_fail(error, "verify a certificate");
	X509_STORE_CTX_set_time(context, 0, (time_t)(now / PQ_SECOND));
	X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER);
	if (X509_verify_cert(context) == 1)
		return true;
	int reason = X509_STORE_CTX_get_error(context);
	ERR_clear_error();
	/* The pair itself has been looked at. */
	bool ca_expired = reason == X509_V_ERR_CERT_HAS_EXPIRED;
	return pq_error_set_at(
		error, PQ_ERROR_REJECTED, path, "clients with the ca.crt beside it refuse it: %s%s",
		ca_expired ? "the CA has expired" : X509_verify_cert_error_string(reason),
		ca_expired ? "; move ca.crt and ca.key away, and make all anew with "
			     "`pratique certs init --overwrite`"
			   : "");
}

static bool verify_by_bundle(X509 *certificate, const struct pq_bundle *bundle, int64_t now,
			     const char *path, struct pq_error *error)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	bool fine = store != NULL && context != NULL;
	for (size_t i = 0; fine && i < bundle->count; i++)
		fine = X509_STORE_add_cert(store, bundle->items[i].certificate) == 1;
	if (fine)
		fine = verify(context, store, certificate, now, path, error);
	else
		pq_openssl_fail(error, "verify a certificate");
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	return fine;
}

static bool refuse_name(const char *name, const char *path, struct pq_error *error)
{
	return pq_error_set_at(error, PQ_ERROR_REJECTED, path,
			       "is not for %s; make one that is with `pratique certs init "
			       "--overwrite` and every name",
			       name);
}

static bool check_names(const struct pq_certs_request *request, X509 *certificate, const char *path,
			struct pq_error *error)
{
	for (size_t i = 0; i < request->dns_name_count; i++) {
		if (X509_check_host(certificate, request->dns_names[i], 0, 0, NULL) != 1)
			return refuse_name(request->dns_names[i], path, error);
	}
	for (size_t i = 0; i < request->ip_address_count; i++) {
		if (X509_check_ip_asc(certificate, request->ip_addresses[i], 0) != 1)
			return refuse_name(request->ip_addresses[i], path, error);
	}
	return true;
}

bool pq_certs_check(const struct pq_certs_request *request, const struct pq_clock *clock,
		    struct pq_error *error)
{
	char path[PATH_MAX];
	pq_cleanup_buffer struct pq_buffer pem;
	pq_cleanup_bundle struct pq_bundle bundle = { 0 };
	pq_buffer_init(&pem, PQ_PEM_SIZE_MAX);
	pq_cleanup_x509 X509 *certificate = read_first(request, path, &pem, error);
	if (certificate == NULL || !pq_bundle_read(&bundle, request, error))
		return false;
	const struct pq_certificate *pair = certificate_read(request, clock, error);
	if (pair == NULL) {
		if (error->code == PQ_ERROR_INVALID)
			error->code = PQ_ERROR_REJECTED;
		return false;
	}
	pq_certificate_unref(pair);
	return verify_by_bundle(certificate, &bundle, pq_clock_wall(clock), path, error) &&
	       check_names(request, certificate, path, error);
}
