/* `pratique certs serve-check`: whether a pair will do, by what the API server, a client in Go,
 * takes for good. */
#include "certs/bundle.h"
#include "certs/certificate.h"

#include <limits.h>

enum {
	AUTH_LEVEL = 1, /* of 80 bits: no signature by SHA-1, no RSA below 1024 */
	/* Go takes names of subjectAltName only, and wildcards for whole labels. */
	NAME_FLAGS = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
};

/* What a verification takes together. */
struct verification {
	X509_STORE *store;
	X509_STORE_CTX *context;
	OPENSSL_STACK *intermediates; /* borrows them */
};

static void verification_done(struct verification *verification)
{
	X509_STORE_CTX_free(verification->context);
	X509_STORE_free(verification->store);
	OPENSSL_sk_free(verification->intermediates);
}

static bool begin(struct verification *verification, const struct pq_bundle *chain,
		  const struct pq_bundle *bundle)
{
	*verification = (struct verification){ .store = X509_STORE_new(),
					       .context = X509_STORE_CTX_new(),
					       .intermediates = OPENSSL_sk_new_null() };
	if (verification->store == NULL || verification->context == NULL ||
	    verification->intermediates == NULL)
		return false;
	for (size_t i = 0; i < bundle->count; i++) {
		if (X509_STORE_add_cert(verification->store, bundle->items[i].certificate) != 1)
			return false;
	}
	for (size_t i = 1; i < chain->count; i++) {
		if (OPENSSL_sk_push(verification->intermediates, chain->items[i].certificate) <= 0)
			return false;
	}
	return X509_STORE_CTX_init(verification->context, verification->store,
				   chain->items[0].certificate,
				   (STACK_OF(X509) *)verification->intermediates) == 1;
}

/* Whether it is a CA that comes with the pair. */
static bool is_in_between(const struct pq_bundle *chain, X509 *certificate)
{
	for (size_t i = 1; i < chain->count; i++) {
		if (certificate != NULL && X509_cmp(chain->items[i].certificate, certificate) == 0)
			return true;
	}
	return false;
}

/* The pair itself has been looked at, so what has expired is another certificate. */
static const char *text_of(int reason, bool in_between)
{
	if (reason != X509_V_ERR_CERT_HAS_EXPIRED)
		return X509_verify_cert_error_string(reason);
	return in_between ? "a CA in between has expired" : "the CA has expired";
}

static const char *advice_on(int reason, bool in_between)
{
	switch (reason) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		if (in_between)
			return "; put its successor into tls.crt";
		return "; move ca.crt and ca.key away, and make all anew with `pratique certs init "
		       "--overwrite`";
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
		return "; put the CA that signed it into ca.crt, or those in between behind it in "
		       "tls.crt";
	default:
		return "";
	}
}

static bool verify(const struct pq_bundle *chain, const struct pq_bundle *bundle, int64_t now,
		   const char *path, struct pq_error *error)
{
	PQ_CLEANUP(verification_done) struct verification verification;
	if (!begin(&verification, chain, bundle))
		return pq_openssl_fail(error, "verify a certificate");
	X509_STORE_CTX *context = verification.context;
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context), AUTH_LEVEL);
	X509_STORE_CTX_set_time(context, 0, (time_t)(now / PQ_SECOND));
	X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER);
	if (X509_verify_cert(context) == 1)
		return true;
	int reason = X509_STORE_CTX_get_error(context);
	bool in_between = is_in_between(chain, X509_STORE_CTX_get_current_cert(context));
	ERR_clear_error();
	return pq_error_set_at(error, PQ_ERROR_REJECTED, path,
			       "clients with the ca.crt beside it refuse it: %s%s",
			       text_of(reason, in_between), advice_on(reason, in_between));
}

#define MAKE_ANOTHER "make one that is with `pratique certs init --overwrite` and every name"

static bool refuse_name(const char *name, const char *path, struct pq_error *error)
{
	return pq_error_set_at(error, PQ_ERROR_REJECTED, path, "is not for %s; " MAKE_ANOTHER,
			       name);
}

static bool check_names(const struct pq_certs_request *request, X509 *certificate, const char *path,
			struct pq_error *error)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	if (names == NULL)
		return pq_error_set_at(
			error, PQ_ERROR_REJECTED, path,
			"is for no name in subjectAltName, which clients go by; " MAKE_ANOTHER);
	GENERAL_NAMES_free(names);
	for (size_t i = 0; i < request->dns_name_count; i++) {
		if (X509_check_host(certificate, request->dns_names[i], 0, NAME_FLAGS, NULL) != 1)
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
	pq_cleanup_bundle struct pq_bundle chain = { 0 };
	pq_cleanup_bundle struct pq_bundle bundle = { 0 };
	if (!pq_certs_path(path, sizeof path, request->folder, "tls.crt", error) ||
	    !pq_bundle_read(&chain, request, "tls.crt", error) ||
	    !pq_bundle_read(&bundle, request, "ca.crt", error))
		return false;
	const struct pq_certificate *pair = certificate_read(request, clock, error);
	if (pair == NULL) {
		if (error->code == PQ_ERROR_INVALID)
			error->code = PQ_ERROR_REJECTED;
		return false;
	}
	pq_certificate_unref(pair);
	return verify(&chain, &bundle, pq_clock_wall(clock), path, error) &&
	       check_names(request, chain.items[0].certificate, path, error);
}
