/* A CA of ours: making one, and what it signs. For this folder only. */
#ifndef PQ_CERTS_AUTHORITY_H
#define PQ_CERTS_AUTHORITY_H

#include "certs/certs.h"
#include "certs/pem.h"

/* Clocks of other machines may be this much behind. */
#define PQ_CLOCK_SKEW PQ_HOUR

struct pq_authority {
	X509 *certificate;
	EVP_PKEY *key;
};

void pq_authority_done(struct pq_authority *authority);

#define pq_cleanup_authority PQ_CLEANUP(pq_authority_done)

/* A new one, nowhere written yet. */
PQ_CHECKED bool pq_authority_make(struct pq_authority *authority, int64_t lifetime,
				  const struct pq_clock *clock, struct pq_error *error);

/* Whether key and certificate belong together, are a CA's, and are valid still. The paths are
 * named in errors. */
PQ_CHECKED bool pq_authority_check(const struct pq_authority *authority,
				   const char *certificate_path, const char *key_path,
				   const struct pq_clock *clock, struct pq_error *error);

/* Makes the request's tls.key and tls.crt; names as subject_names.h writes them. Whatever lifetime
 * is asked for, the certificate ends with its CA. */
PQ_CHECKED bool pq_authority_issue_pair(const struct pq_authority *authority,
					const struct pq_certs_request *request, const char *names,
					const struct pq_clock *clock, struct pq_error *error);

#endif
