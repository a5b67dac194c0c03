#include "certs/authority.h"

#include "certs/issue.h"

#include <limits.h>

void pq_authority_done(struct pq_authority *authority)
{
	pq_x509_cleanup(&authority->certificate);
	pq_evp_key_cleanup(&authority->key);
	*authority = (struct pq_authority){ 0 };
}

bool pq_authority_check(const struct pq_authority *authority, const char *certificate_path,
			const char *key_path, const struct pq_clock *clock, struct pq_error *error)
{
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

bool pq_authority_make(struct pq_authority *authority, int64_t lifetime,
		       const struct pq_clock *clock, struct pq_error *error)
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
		.not_before = now - PQ_CLOCK_SKEW,
		.not_after = now + lifetime,
		.extensions = extensions,
	};
	authority->certificate = pq_issue_certificate(&issue, error);
	return authority->certificate != NULL;
}

static X509 *issue_serving(const struct pq_authority *authority, int64_t lifetime,
			   const struct pq_clock *clock, const char *names, EVP_PKEY *key,
			   struct pq_error *error)
{
	int64_t now = pq_clock_wall(clock), ca_from, ca_until;
	if (!pq_x509_times(authority->certificate, &ca_from, &ca_until)) {
		pq_error_set(error, PQ_ERROR_INVALID, "ca.crt has no readable validity");
		return NULL;
	}
	int64_t from = now - PQ_CLOCK_SKEW, until = now + lifetime;
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

bool pq_authority_issue_pair(const struct pq_authority *authority,
			     const struct pq_certs_request *request, const char *names,
			     const struct pq_clock *clock, struct pq_error *error)
{
	char certificate_path[PATH_MAX], key_path[PATH_MAX];
	if (!pq_certs_path(certificate_path, sizeof certificate_path, request->folder, "tls.crt",
			   error) ||
	    !pq_certs_path(key_path, sizeof key_path, request->folder, "tls.key", error))
		return false;
	pq_cleanup_key EVP_PKEY *key = pq_issue_new_key(error);
	if (key == NULL)
		return false;
	pq_cleanup_x509 X509 *serving =
		issue_serving(authority, request->serving_lifetime, clock, names, key, error);
	return serving != NULL && pq_pem_write_key(request->memory, key_path, key, error) &&
	       pq_pem_write_certificate(request->memory, certificate_path, serving, error);
}
