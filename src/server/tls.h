/*
 * The certificate that TLS handshakes use, and its exchange while connections are open.
 *
 * An identity is an immutable, ref-counted pair as GnuTLS wants it. Every connection holds a
 * reference from accept to close, so the pair may be swapped at any time.
 */
#ifndef PQ_SERVER_TLS_H
#define PQ_SERVER_TLS_H

#include "server/server.h"

#include <gnutls/abstract.h>

/*
 * TLS 1.2 and 1.3 with authenticated ciphers only, the cheapest first. X25519 comes first among the
 * groups because Go sends a share of it unasked: for any other a handshake takes a round trip more.
 */
#define PQ_TLS_PRIORITIES                                                                          \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:"                                              \
	"-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:"                                \
	"-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:+GROUP-SECP521R1:%SERVER_"     \
	"PRECEDENCE"

struct pq_identity;

/* NULL when the PEM texts do not parse or do not belong together. The caller has the reference. */
struct pq_identity *pq_identity_new(const struct pq_certificate_pem *pem, struct pq_error *error);
struct pq_identity *pq_identity_ref(struct pq_identity *identity);
void pq_identity_unref(struct pq_identity *identity); /* NULL is fine */

/* What a session is shown; all of it stays the identity's. */
void pq_identity_show(struct pq_identity *identity, gnutls_pcert_st **certificates,
		      unsigned *certificate_count, gnutls_privkey_t *private_key);

#endif
