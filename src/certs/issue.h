/* Making and signing X.509 certificates. */
#ifndef PQ_CERTS_ISSUE_H
#define PQ_CERTS_ISSUE_H

#include "certs/pem.h"

struct pq_issue {
	const char *common_name;
	EVP_PKEY *key;        /* whose public half is certified */
	X509 *issuer;         /* NULL: self-signed */
	EVP_PKEY *issuer_key; /* NULL: key */
	int64_t not_before;   /* wall nanoseconds */
	int64_t not_after;
	/* Pairs of extension name and value in OpenSSL's configuration form, ended by NULL. */
	const char *const (*extensions)[2];
};

/* A new P-256 key, or NULL. */
EVP_PKEY *pq_issue_new_key(struct pq_error *error);

/* A new certificate signed with SHA-256, or NULL. */
X509 *pq_issue_certificate(const struct pq_issue *issue, struct pq_error *error);

/* Wall nanoseconds of a certificate's bounds, INT64_MAX for what is later than those can say; false
 * when they cannot be read. */
bool pq_x509_times(const X509 *certificate, int64_t *not_before, int64_t *not_after);

#endif
