/*
 * Certificates of a cluster without cert-manager: a CA and a serving pair kept in two Secrets, and
 * the caBundle of the webhook configurations, and of CRDs whose objects pratique converts.
 *
 * One Secret holds all that renewing needs, the CA's key included, and is what concurrent runs
 * agree by: each write of it names the version that was read. The other (kubernetes.io/tls) holds
 * what serves, a copy out of the first. In between comes caBundle, so that a CA is trusted before
 * it serves. Nothing is written when nothing changes.
 *
 * Keys stay in memory: no file is written, so that none is left behind. Belongs to one thread.
 */
#ifndef PQ_PROVISION_PROVISION_H
#define PQ_PROVISION_PROVISION_H

#include "certs/certs.h"
#include "kube/client.h"

/* Runs that change the same at the same time make each other begin anew, at most so often. */
enum { PQ_PROVISION_ATTEMPTS_MAX = 10 };

struct pq_provision_request {
	/* Names and lifetimes; a certificate for other names is replaced. folder and overwrite are
	 * not looked at. */
	struct pq_certs_request certs;
	int64_t overlap; /* as in struct pq_certs_renewal */
	struct pq_string namespace;
	struct pq_string ca_secret;
	struct pq_string serving_secret;
	struct pq_string configuration; /* the name of webhook configurations of either kind */
	const char *const *crds;        /* names of CRDs whose objects pratique converts */
	size_t crd_count;
};

/* What was written. */
struct pq_provisioned {
	bool ca_secret;
	bool serving_secret;
	size_t configurations;
	size_t crds;
};

/* Does what is due. PQ_ERROR_NOT_FOUND when there is no webhook configuration of the name, or one
 * of the CRDs is not there; PQ_ERROR_INVALID when one has no webhook that converts. */
PQ_CHECKED bool pq_provision_apply(struct pq_kube_client *client,
				   const struct pq_provision_request *request,
				   const struct pq_clock *clock, struct pq_provisioned *done,
				   struct pq_error *error);

#endif
