/*
 * Client trust: whose certificates make a caller known. (RFC 5280, 6; k8s.io/apiserver's x509
 * authenticator takes the common name for a user's name as this does.)
 *
 * Immutable and ref-counted, so that another can be published while requests are judged by this
 * one. libmicrohttpd reads its own trust option once, and would tell clients the names of the CAs,
 * whereupon Go's withhold a certificate of any other; so each session only asks, and what it was
 * shown is verified here.
 */
#ifndef PQ_SERVER_CLIENT_TRUST_H
#define PQ_SERVER_CLIENT_TRUST_H

#include "server/server.h"

#include <gnutls/gnutls.h>

enum {
	PQ_CLIENT_CAS_MAX = 100,
	PQ_CLIENT_CHAIN_MAX = 16, /* certificates that a client may show */
	PQ_CLIENT_SUBJECT_MAX = 256,
};

/* How long a verdict stands, unless one of the client's own certificates expires earlier. */
#define PQ_CLIENT_VERDICT_LIFETIME PQ_MINUTE

struct pq_client_trust;

/* What is against a caller. */
enum pq_client_refusal {
	PQ_CLIENT_KNOWN, /* nothing */
	PQ_CLIENT_WITHOUT_CERTIFICATE,
	PQ_CLIENT_UNTRUSTED,
	PQ_CLIENT_EXPIRED, /* or not valid yet; the certificate or its CA */
	PQ_CLIENT_NOT_FOR_CLIENTS,
	PQ_CLIENT_OTHER_NAME,
	PQ_CLIENT_REFUSAL_COUNT
};

struct pq_client_verdict {
	enum pq_client_refusal refusal;
	int64_t until; /* wall nanoseconds */
};

/* Takes texts and names over by copy. NULL when a certificate does not parse or is no CA, when
 * there is none or every one has expired at the wall time now: the error has path and line. */
struct pq_client_trust *pq_client_trust_new(const struct pq_trusted_clients *clients, int64_t now,
					    struct pq_error *error);
struct pq_client_trust *pq_client_trust_ref(struct pq_client_trust *trust);
void pq_client_trust_unref(struct pq_client_trust *trust); /* NULL is fine */

/* The wall time at which the last of the CAs expires. */
int64_t pq_client_trust_expiry(const struct pq_client_trust *trust);

/* Judges what the session's peer has shown in the handshake, at the wall time now. subject gets the
 * distinguished name of the peer, or "". Thread-safe for distinct sessions. */
void pq_client_trust_judge(const struct pq_client_trust *trust, gnutls_session_t session,
			   int64_t now, struct pq_client_verdict *verdict,
			   char subject[PQ_CLIENT_SUBJECT_MAX]);

#endif
