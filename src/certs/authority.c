/* The own CA and the serving certificate that it signs: `pratique certs init` and `bundle`. */
#include "base/file.h"
#include "certs/certs.h"
#include "certs/issue.h"
#include "certs/subject_names.h"

#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

/* Clocks of other machines may be this much behind. */
#define CLOCK_SKEW PQ_HOUR

struct authority {
	X509 *certificate;
	EVP_PKEY *key;
};

static void authority_done(struct authority *authority)
{
	X509_free(authority->certificate);
	EVP_PKEY_free(authority->key);
}

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static bool make_folder(const char *folder, struct pq_error *error)
{
	if (mkdir(folder, PQ_FOLDER_MODE) == 0 || errno == EEXIST)
		return true;
	return pq_error_set_at(error, PQ_ERROR_IO, folder, "cannot make the folder: %s",
			       strerror(errno));
}

static bool read_authority(const char *certificate_path, const char *key_path,
			   const struct pq_clock *clock, struct authority *authority,
			   struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer certificate_text;
	pq_cleanup_secret struct pq_buffer key_text;
	pq_buffer_init(&certificate_text, PQ_PEM_SIZE_MAX);
	pq_buffer_init(&key_text, PQ_PEM_SIZE_MAX);
	if (!pq_pem_read_file(certificate_path, &certificate_text, error) ||
	    !pq_pem_read_file(key_path, &key_text, error))
		return false;
	authority->certificate = pq_pem_parse_certificate(certificate_path,
							  pq_buffer_view(&certificate_text), error);
	if (authority->certificate == NULL)
		return false;
	authority->key = pq_pem_parse_key(key_path, pq_buffer_view(&key_text), error);
	if (authority->key == NULL)
		return false;
	int64_t not_before, not_after;
	if (X509_check_private_key(authority->certificate, authority->key) != 1)
		return pq_error_set_at(
			error, PQ_ERROR_INVALID, key_path,
			"is not the key of ca.crt beside it; restore the pair, or move "
			"both away to make a new CA");
	if (X509_check_ca(authority->certificate) != 1)
		return pq_error_set_at(error, PQ_ERROR_INVALID, certificate_path,
				       "is not the certificate of a CA");
	if (!pq_x509_times(authority->certificate, &not_before, &not_after) ||
	    not_after <= pq_clock_wall(clock))
		return pq_error_set_at(
			error, PQ_ERROR_INVALID, certificate_path,
			"the CA has expired; move ca.crt and ca.key away to make a new one");
	return true;
}

static bool make_authority(const struct pq_certs_request *request, const struct pq_clock *clock,
			   struct authority *authority, struct pq_error *error)
{
	static const char *const extensions[][2] = {
		{ "basicConstraints", "critical,CA:TRUE,pathlen:0" },
		{ "keyUsage", "critical,keyCertSign,cRLSign" },
		{ "subjectKeyIdentifier", "hash" },
		{ NULL, NULL },
	};
	authority->key = pq_issue_new_key(error);
	if (authority->key == NULL)
		return false;
	int64_t now = pq_clock_wall(clock);
	struct pq_issue issue = {
		.common_name = "pratique CA",
		.key = authority->key,
		.not_before = now - CLOCK_SKEW,
		.not_after = now + request->ca_lifetime,
		.extensions = extensions,
	};
	authority->certificate = pq_issue_certificate(&issue, error);
	return authority->certificate != NULL;
}

/* Uses the CA that is in the folder, or makes one and writes it. */
static bool get_authority(const struct pq_certs_request *request, const struct pq_clock *clock,
			  struct authority *authority, struct pq_error *error)
{
	char certificate_path[PATH_MAX], key_path[PATH_MAX];
	if (!pq_certs_path(certificate_path, sizeof certificate_path, request->folder, "ca.crt",
			   error) ||
	    !pq_certs_path(key_path, sizeof key_path, request->folder, "ca.key", error))
		return false;
	bool has_certificate = exists(certificate_path), has_key = exists(key_path);
	if (has_certificate && has_key)
		return read_authority(certificate_path, key_path, clock, authority, error);
	if (has_certificate || has_key)
		return pq_error_set_at(
			error, PQ_ERROR_CONFLICT, has_certificate ? certificate_path : key_path,
			"the other half of the CA is missing; restore it, or move this "
			"file away to make a new CA");
	return make_authority(request, clock, authority, error) &&
	       pq_pem_write_key(key_path, authority->key, error) &&
	       pq_pem_write_certificate(certificate_path, authority->certificate, error);
}

static X509 *issue_serving(const struct pq_certs_request *request, const struct pq_clock *clock,
			   const struct authority *authority, const char *names, EVP_PKEY *key,
			   struct pq_error *error)
{
	int64_t now = pq_clock_wall(clock), ca_from, ca_until;
	if (!pq_x509_times(authority->certificate, &ca_from, &ca_until)) {
		pq_error_set(error, PQ_ERROR_INVALID, "ca.crt has no readable validity");
		return NULL;
	}
	int64_t from = now - CLOCK_SKEW, until = now + request->serving_lifetime;
	const char *const extensions[][2] = {
		{ "basicConstraints", "critical,CA:FALSE" },
		{ "keyUsage", "critical,digitalSignature" },
		{ "extendedKeyUsage", "serverAuth" },
		{ "subjectKeyIdentifier", "hash" },
		{ "authorityKeyIdentifier", "keyid:always" },
		{ "subjectAltName", names },
		{ NULL, NULL },
	};
	struct pq_issue issue = {
		.common_name = "pratique",
		.key = key,
		.issuer = authority->certificate,
		.issuer_key = authority->key,
		/* A certificate outside its CA's bounds would verify nowhere. */
		.not_before = from > ca_from ? from : ca_from,
		.not_after = until < ca_until ? until : ca_until,
		.extensions = extensions,
	};
	return pq_issue_certificate(&issue, error);
}

static bool refuse_to_overwrite(const struct pq_certs_request *request, const char *path,
				struct pq_error *error)
{
	if (request->overwrite || !exists(path))
		return true;
	return pq_error_set_at(
		error, PQ_ERROR_CONFLICT, path,
		"is there already; --overwrite replaces the serving pair and keeps the CA");
}

bool pq_certs_init(const struct pq_certs_request *request, const struct pq_clock *clock,
		   struct pq_error *error)
{
	char certificate_path[PATH_MAX], key_path[PATH_MAX];
	pq_cleanup_buffer struct pq_buffer names;
	pq_buffer_init(&names, 0);
	/* Names first: a request that is refused leaves nothing behind. */
	if (!pq_subject_names_write(request, &names, error) ||
	    !make_folder(request->folder, error) ||
	    !pq_certs_path(certificate_path, sizeof certificate_path, request->folder, "tls.crt",
			   error) ||
	    !pq_certs_path(key_path, sizeof key_path, request->folder, "tls.key", error) ||
	    !refuse_to_overwrite(request, certificate_path, error) ||
	    !refuse_to_overwrite(request, key_path, error))
		return false;
	PQ_CLEANUP(authority_done) struct authority authority = { 0 };
	if (!get_authority(request, clock, &authority, error))
		return false;
	pq_cleanup_key EVP_PKEY *key = pq_issue_new_key(error);
	if (key == NULL)
		return false;
	pq_cleanup_x509 X509 *serving =
		issue_serving(request, clock, &authority, names.data, key, error);
	return serving != NULL && pq_pem_write_key(key_path, key, error) &&
	       pq_pem_write_certificate(certificate_path, serving, error);
}

bool pq_certs_bundle(const char *folder, struct pq_buffer *text, struct pq_error *error)
{
	char path[PATH_MAX];
	pq_cleanup_buffer struct pq_buffer pem;
	pq_buffer_init(&pem, PQ_PEM_SIZE_MAX);
	if (!pq_certs_path(path, sizeof path, folder, "ca.crt", error) ||
	    !pq_pem_read_issued_file(path, &pem, error))
		return false;
	pq_cleanup_x509 X509 *parsed = pq_pem_parse_certificate(path, pq_buffer_view(&pem), error);
	if (parsed == NULL)
		return false;
	size_t size = (pem.length + 2) / 3 * 4;
	char *room = pq_buffer_reserve(text, size + 1);
	if (room == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	EVP_EncodeBlock((unsigned char *)room, (const unsigned char *)pem.data, (int)pem.length);
	text->length += size;
	return true;
}
