/* `pratique certs apply`. */
#ifndef PQ_CLI_CERTS_APPLY_H
#define PQ_CLI_CERTS_APPLY_H

#include "certs/certs.h"
#include "config/option.h"

struct pq_certs_apply {
	const char *kubeconfig; /* NULL: the service account of the Pod we run in */
	const char *service;    /* NAME.NAMESPACE; the Secrets are in its namespace */
	const char *secret;
	const char *ca_secret;
	const char *configuration;
	struct pq_option_list crds;
	int64_t overlap;
	bool dry_run;
};

/* Does what is due in a cluster, and tells what it did on standard error. The request's folder is
 * not looked at. */
PQ_CHECKED bool pq_certs_apply_run(const struct pq_certs_request *request,
				   const struct pq_certs_apply *apply, struct pq_error *error);

#endif
