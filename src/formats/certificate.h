/* X.509 certificates as far as Go's crypto/x509 looks when it reads one (ParseCertificate in Go
 * 1.26), but for what is in extensions and whether a point lies on its curve. */
#ifndef PQ_FORMATS_CERTIFICATE_H
#define PQ_FORMATS_CERTIFICATE_H

#include "base/string_view.h"

/* Go's words for why the DER bytes are no certificate, or NULL when they are one. */
const char *pq_certificate_problem(struct pq_string der);

#endif
