/*
 * Certificates: an own CA and the webhook's serving certificate, on OpenSSL; what serves is read by
 * GnuTLS, which then serves it.
 *
 * Files have the names a kubernetes.io/tls Secret has: tls.crt, tls.key, and ca.crt, ca.key beside
 * them; ca-next.key is there while a new CA is published and does not sign yet. Keys are P-256,
 * private files have mode 0600, every write is atomic.
 */
#ifndef PQ_CERTS_CERTS_H
#define PQ_CERTS_CERTS_H

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "certs/memory.h"

struct pq_certs_request {
	const char *folder; /* made when it is not there */
	/* Files are here, and the folder is only what errors name; or NULL. */
	struct pq_certs_memory *memory;
	const char *const *dns_names; /* "localhost" is added when both lists are empty, */
	size_t dns_name_count;
	const char *const *ip_addresses; /* and so are 127.0.0.1 and ::1 */
	size_t ip_address_count;
	int64_t ca_lifetime;      /* nanoseconds */
	int64_t serving_lifetime; /* nanoseconds */
	bool overwrite;           /* else existing files are left and PQ_ERROR_CONFLICT names one */
};

#define PQ_CERTS_CA_LIFETIME      (10 * 365 * 24 * PQ_HOUR)
#define PQ_CERTS_SERVING_LIFETIME (90 * 24 * PQ_HOUR)

/* Makes ca.crt, ca.key, tls.crt, tls.key. A CA that is there already is used again. What is
 * overwritten without names being given keeps its own. The error's path is the file or folder in
 * the way. */
PQ_CHECKED bool pq_certs_init(const struct pq_certs_request *request, const struct pq_clock *clock,
			      struct pq_error *error);

struct pq_certs_renewal {
	/* Without names, those of the certificate that is replaced; overwrite is not looked at. */
	struct pq_certs_request request;
	int64_t overlap; /* from a new CA's entry into ca.crt to the first certificate it signs */
};

/* What a renewal found to do. */
struct pq_certs_renewed {
	bool published; /* a new CA is in ca.crt: clients must hear of it */
	bool taken;     /* that CA signs from now on */
	bool issued;    /* there is a new serving pair */
	size_t dropped; /* CAs that were taken out of ca.crt */
};

/* Does what is due, at each call a little, and nothing when nothing is. A serving pair is due when
 * a third of its life is left, and so is a CA. The new CA is published first, signs after the
 * overlap, and the one before stays in ca.crt until the last certificate that it signed has
 * expired: so a client with any ca.crt of the overlap trusts whatever serves. What was interrupted
 * is finished. A folder without a CA is PQ_ERROR_NOT_FOUND. */
PQ_CHECKED bool pq_certs_renew(const struct pq_certs_renewal *renewal, const struct pq_clock *clock,
			       struct pq_certs_renewed *renewed, struct pq_error *error);

/* Whether wall time has come to the last third of a validity. */
bool pq_certs_is_due(int64_t not_before, int64_t not_after, int64_t now);

/* Appends lines for people: what serves, what signs, until when. */
PQ_CHECKED bool pq_certs_show(const char *folder, const struct pq_clock *clock,
			      struct pq_buffer *text, struct pq_error *error);

/* Whether folder's pair can serve under the request's names to clients that trust its ca.crt.
 * PQ_ERROR_REJECTED says why not. */
PQ_CHECKED bool pq_certs_check(const struct pq_certs_request *request, const struct pq_clock *clock,
			       struct pq_error *error);

/* Appends base64 of the certificates in a file, and of nothing else that it holds, for caBundle; of
 * the request's ca.crt the other. */
PQ_CHECKED bool pq_certs_bundle_file(const char *path, struct pq_buffer *text,
				     struct pq_error *error);
PQ_CHECKED bool pq_certs_bundle(const struct pq_certs_request *request, struct pq_buffer *text,
				struct pq_error *error);

/* A serving pair read from a folder: PEM texts for the listener, and facts. Immutable and
 * ref-counted, so a listener can swap it while connections hold the old one; ref and unref are
 * thread-safe, unref takes NULL. */
struct pq_certificate {
	struct pq_string chain_pem; /* NUL-terminated */
	struct pq_string key_pem;   /* NUL-terminated, wiped when freed */
	int64_t not_before;         /* wall nanoseconds */
	int64_t not_after;
};

/* Reads and checks folder/tls.crt and folder/tls.key: both parse, the key fits the certificate, the
 * certificate is not expired. What is replaced while it is read, as by a Secret's volume, is read
 * again. NULL with an error that names the file and what to do. */
const struct pq_certificate *pq_certificate_load(const char *folder, const struct pq_clock *clock,
						 struct pq_error *error);
const struct pq_certificate *pq_certificate_ref(const struct pq_certificate *certificate);
void pq_certificate_unref(const struct pq_certificate *certificate);

#endif
