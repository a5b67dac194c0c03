/* Secrets as sets of files. Private to this folder. */
#ifndef PQ_PROVISION_SECRET_H
#define PQ_PROVISION_SECRET_H

#include "certs/memory.h"
#include "kube/client.h"

struct secret {
	struct pq_string namespace;
	struct pq_string name;
	struct pq_string type;         /* "Opaque", "kubernetes.io/tls" */
	struct pq_string version;      /* metadata.resourceVersion; empty when it is not there */
	const struct pq_value *values; /* data, in base64, as it was read; or NULL */
};

/* Reads what is there; a Secret that is not is none of an error. */
PQ_CHECKED bool secret_read(struct secret *secret, struct pq_kube_client *client,
			    struct pq_arena *arena, struct pq_error *error);

/* Makes one without entries where there is none, and takes what is there then: so that whoever
 * finds it absent at the same time writes into one Secret, and all but one get PQ_ERROR_CONFLICT. A
 * POST would do as well, but takes the right to create any Secret: server-side apply names the one.
 * A dry run leaves it absent, and secret_store is answered as if it made it. */
PQ_CHECKED bool secret_establish(struct secret *secret, struct pq_kube_client *client,
				 struct pq_arena *arena, struct pq_error *error);

/* Writes those of the named entries (a list ended by NULL) that the Secret has into memory. */
PQ_CHECKED bool secret_extract(const struct secret *secret, const char *const *names,
			       struct pq_certs_memory *memory, struct pq_error *error);

/* Makes the Secret hold those of the named files that are in memory, and no other that was written
 * so before. *changed tells whether anything had to be written. PQ_ERROR_CONFLICT when it is not as
 * it was read. */
PQ_CHECKED bool secret_store(const struct secret *secret, const char *const *names,
			     const struct pq_certs_memory *memory, struct pq_kube_client *client,
			     struct pq_arena *arena, bool *changed, struct pq_error *error);

#endif
