/* The names a serving certificate is for (RFC 5280, 4.2.1.6). */
#ifndef PQ_CERTS_SUBJECT_NAMES_H
#define PQ_CERTS_SUBJECT_NAMES_H

#include "certs/certs.h"
#include "certs/openssl.h"

enum { PQ_SUBJECT_NAMES_MAX = 100 };

/* Appends the value of a subjectAltName extension, "DNS:localhost,IP:127.0.0.1", after checking
 * each name; localhost, 127.0.0.1 and ::1 when the request has none. */
PQ_CHECKED bool pq_subject_names_write(const struct pq_certs_request *request,
				       struct pq_buffer *text, struct pq_error *error);

/* Sets the request's names to those of a certificate, none when it has none; they live in the
 * arena. Kinds of names that we do not issue are passed over. */
PQ_CHECKED bool pq_subject_names_read(X509 *certificate, struct pq_arena *arena,
				      struct pq_certs_request *request, struct pq_error *error);

#endif
