/* Where a webhook is: of CRDs that are converted and of webhook configurations
 * (k8s.io/apiserver/pkg/util/webhook, ValidateWebhookURL and ValidateWebhookService). Private to
 * this folder. */
#ifndef PQ_REGISTRY_WEBHOOK_ADDRESS_H
#define PQ_REGISTRY_WEBHOOK_ADDRESS_H

#include "base/findings.h"
#include "json/value.h"

/* A service's path, told of as "path" below the service's. */
void webhook_check_path(struct pq_findings *findings, const struct pq_value *value,
			const struct pq_path *service);

void webhook_check_url(struct pq_findings *findings, const struct pq_value *value,
		       const struct pq_path *path);

/* Why a caBundle, in base64, holds no certificate at all, in the API server's words; NULL when it
 * holds one (ValidateCABundle). The text is in the arena. */
const char *webhook_bundle_problem(struct pq_arena *arena, const struct pq_value *bundle);

#endif
