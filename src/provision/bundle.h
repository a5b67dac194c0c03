/* caBundle of webhook configurations and of CRDs. Private to this folder. */
#ifndef PQ_PROVISION_BUNDLE_H
#define PQ_PROVISION_BUNDLE_H

#include "kube/client.h"

/* Sets caBundle, in base64, of every webhook in the configurations of either kind that have the
 * name, and counts those that had another. PQ_ERROR_NOT_FOUND when there is none of the name,
 * PQ_ERROR_CONFLICT when one has changed meanwhile. */
PQ_CHECKED bool configuration_set_bundle(struct pq_kube_client *client, struct pq_arena *arena,
					 struct pq_string name, struct pq_string bundle,
					 size_t *changed, struct pq_error *error);

/* The same for the webhook that converts the objects of a CRD; *changed tells whether it had
 * another. PQ_ERROR_INVALID when it has no such webhook. */
PQ_CHECKED bool crd_set_bundle(struct pq_kube_client *client, struct pq_arena *arena,
			       struct pq_string name, struct pq_string bundle, bool *changed,
			       struct pq_error *error);

#endif
