#include "certs/issue.h"

#include "base/clock.h"

#include <time.h>

enum { SERIAL_BITS = 127, X509_VERSION_THREE = 2 };

EVP_PKEY *pq_issue_new_key(struct pq_error *error)
{
	if (!pq_openssl_load(error))
		return NULL;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	if (key == NULL)
		pq_openssl_fail(error, "make a key");
	return key;
}

/* Random and positive: unpredictable, as CA/Browser Forum asks, and at most 16 bytes. */
static bool set_serial(X509 *certificate)
{
	BIGNUM *number = BN_new();
	bool done = number != NULL &&
		    BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
		    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
	BN_free(number);
	return done;
}

static bool set_times(X509 *certificate, const struct pq_issue *issue)
{
	return ASN1_TIME_set(X509_getm_notBefore(certificate),
			     (time_t)(issue->not_before / PQ_SECOND)) != NULL &&
	       ASN1_TIME_set(X509_getm_notAfter(certificate),
			     (time_t)(issue->not_after / PQ_SECOND)) != NULL;
}

static bool set_names(X509 *certificate, const struct pq_issue *issue)
{
	X509_NAME *subject = X509_get_subject_name(certificate);
	if (X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
				       (const unsigned char *)issue->common_name, -1, -1, 0) != 1)
		return false;
	const X509_NAME *issuer =
		issue->issuer == NULL ? subject : X509_get_subject_name(issue->issuer);
	return X509_set_issuer_name(certificate, issuer) == 1;
}

static bool add_extensions(X509 *certificate, const struct pq_issue *issue)
{
	X509V3_CTX context;
	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, issue->issuer == NULL ? certificate : issue->issuer, certificate,
		       NULL, NULL, 0);
	for (const char *const(*row)[2] = issue->extensions; (*row)[0] != NULL; row++) {
		X509_EXTENSION *extension = X509V3_EXT_conf(NULL, &context, (*row)[0], (*row)[1]);
		bool added = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
		X509_EXTENSION_free(extension);
		if (!added)
			return false;
	}
	return true;
}

X509 *pq_issue_certificate(const struct pq_issue *issue, struct pq_error *error)
{
	X509 *certificate = X509_new();
	if (certificate != NULL && X509_set_version(certificate, X509_VERSION_THREE) == 1 &&
	    set_serial(certificate) && set_times(certificate, issue) &&
	    set_names(certificate, issue) && X509_set_pubkey(certificate, issue->key) == 1 &&
	    add_extensions(certificate, issue) &&
	    X509_sign(certificate, issue->issuer_key == NULL ? issue->key : issue->issuer_key,
		      EVP_sha256()) > 0)
		return certificate;
	X509_free(certificate);
	pq_openssl_fail(error, "make a certificate");
	return NULL;
}

/* Nanoseconds in 64 bits end in 2262; what has no end of its validity (99991231235959Z, RFC 5280,
 * 4.1.2.5) then ends there. */
static bool read_time(const ASN1_TIME *from, int64_t *to)
{
	struct tm parts;
	if (ASN1_TIME_to_tm(from, &parts) != 1)
		return false;
	int64_t seconds = timegm(&parts);
	if (__builtin_mul_overflow(seconds, PQ_SECOND, to))
		*to = seconds < 0 ? INT64_MIN : INT64_MAX;
	return true;
}

bool pq_x509_times(const X509 *certificate, int64_t *not_before, int64_t *not_after)
{
	return read_time(X509_get0_notBefore(certificate), not_before) &&
	       read_time(X509_get0_notAfter(certificate), not_after);
}
