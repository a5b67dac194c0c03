/*
 * How to reach a cluster and who we are there: from a kubeconfig file, or from what a Pod has.
 *
 * Of a kubeconfig (k8s.io/client-go/tools/clientcmd/api/v1) the current context is read: server,
 * certificate-authority, tls-server-name, insecure-skip-tls-verify, proxy-url, client-certificate,
 * client-key, each with its -data form, token, tokenFile and namespace. Relative paths are relative
 * to the file. What would need a program or a password (exec, auth-provider, username) or changes
 * who we are (as) is refused by name.
 *
 * Belongs to one thread.
 */
#ifndef PQ_KUBE_CONFIG_H
#define PQ_KUBE_CONFIG_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "http/transport.h"

struct pq_kube_config {
	struct pq_arena arena;
	const char *server;     /* "https://host:port/prefix" without a slash at the end */
	const char *connect_to; /* where server really is when tls-server-name is set, or NULL */
	const char *proxy;      /* proxy-url, or NULL */
	struct pq_string namespace; /* of the context; "default" when it has none */
	struct pq_http_tls tls;
	const char *token_file;         /* read again each minute, or NULL */
	int64_t token_read;             /* monotonic time of the last reading, 0 for never */
	struct pq_buffer authorization; /* "Authorization: Bearer …" and a NUL, or empty */
};

enum {
	PQ_KUBECONFIG_BYTES_MAX = 4 << 20, /* of the file and of each file it names */
};

/* What stands for a path where the service account of the Pod we run in is meant. */
#define PQ_KUBE_CONFIG_IN_CLUSTER "in-cluster"

/* Reads a kubeconfig file, or takes the service account for NULL and PQ_KUBE_CONFIG_IN_CLUSTER. On
 * failure nothing has to be freed. */
PQ_CHECKED bool pq_kube_config_load(struct pq_kube_config *config, const char *path,
				    struct pq_error *error);

/* The service account whose files (token, ca.crt, namespace) are in folder; host and port as
 * KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT have them. */
PQ_CHECKED bool pq_kube_config_load_service_account(struct pq_kube_config *config,
						    const char *folder, const char *host,
						    const char *port, struct pq_error *error);

void pq_kube_config_done(struct pq_kube_config *config);

/* The Authorization header as of now, or NULL when there is no token; valid until the next call.
 * A token file that cannot be read again leaves the token as it was. */
const char *pq_kube_config_authorization(struct pq_kube_config *config,
					 const struct pq_clock *clock);

#endif
