/*
 * ca.crt: the certificates of the CAs that clients are to trust. The first signs; behind it are one
 * that will sign once clients had time to hear of it, and those that signed before, each with a
 * line "trusted until TIME" in front, which readers of PEM pass over.
 */
#ifndef PQ_CERTS_BUNDLE_H
#define PQ_CERTS_BUNDLE_H

#include "certs/certs.h"
#include "certs/pem.h"

enum { PQ_BUNDLE_MAX = 16 };

struct pq_bundle {
	struct {
		X509 *certificate;
		int64_t trusted_until; /* wall nanoseconds; 0: by its own validity only */
	} items[PQ_BUNDLE_MAX];
	size_t count;
};

/* Zero-initialised is empty; what a failed read has read is freed by done, too. */
void pq_bundle_done(struct pq_bundle *bundle);

/* Reads a file of certificates, of which there is one at least. */
PQ_CHECKED bool pq_bundle_read_file(struct pq_bundle *bundle, const char *path,
				    struct pq_error *error);
/* The same of a file of the request's folder: ca.crt, or the chain of tls.crt. */
PQ_CHECKED bool pq_bundle_read(struct pq_bundle *bundle, const struct pq_certs_request *request,
			       const char *name, struct pq_error *error);
PQ_CHECKED bool pq_bundle_write(const struct pq_bundle *bundle,
				const struct pq_certs_request *request, struct pq_error *error);

/* Appends the certificates in PEM form, nothing else. */
PQ_CHECKED bool pq_bundle_append_pem(const struct pq_bundle *bundle, struct pq_buffer *text,
				     struct pq_error *error);

/* Puts a certificate at a place not beyond the end, and takes its reference; false when the bundle
 * is full, the reference being still the caller's. */
PQ_CHECKED bool pq_bundle_insert(struct pq_bundle *bundle, size_t place, X509 *certificate,
				 struct pq_error *error);
void pq_bundle_remove(struct pq_bundle *bundle, size_t place);

#define pq_cleanup_bundle PQ_CLEANUP(pq_bundle_done)

#endif
