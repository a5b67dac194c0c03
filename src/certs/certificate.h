/* Reading a serving pair. For this folder only. */
#ifndef PQ_CERTS_CERTIFICATE_H
#define PQ_CERTS_CERTIFICATE_H

#include "certs/certs.h"

/* As pq_certificate_load, of the request's folder or memory. */
const struct pq_certificate *certificate_read(const struct pq_certs_request *request,
					      const struct pq_clock *clock, struct pq_error *error);

#endif
