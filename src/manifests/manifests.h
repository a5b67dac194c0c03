/*
 * What a cluster has to be given so that pratique judges there, made from the schemas that it
 * judges by: webhook configurations (admissionregistration.k8s.io/v1), the CRDs themselves, and the
 * rights of reconcilers whose kinds are among them. YAML documents, "---" in front of each.
 */
#ifndef PQ_MANIFESTS_MANIFESTS_H
#define PQ_MANIFESTS_MANIFESTS_H

#include "base/buffer.h"
#include "operator/controller.h"
#include "policy/load.h"

/* One rule of a webhook: what one CRD or AdmissionSchema judges. Lists are arrays of strings. */
struct pq_manifest_rule {
	struct pq_value groups;
	struct pq_value versions;
	struct pq_value resources;
	const char *scope; /* "Namespaced", "Cluster" or "*" */
	bool defaults;     /* it has defaults to give */
	bool denies;       /* what it finds is a denial, not a warning only */
};

/* What the schemas say. Lives in the arena. */
struct pq_manifest_schemas {
	struct pq_arena *arena;
	struct pq_manifest_rule *rules; /* in the order of the documents, each once */
	size_t rule_count;
	size_t rule_capacity;
	struct pq_value *crds;
	size_t crd_count;
	size_t crd_capacity;
	struct pq_value *conversions; /* ConversionRules */
	size_t conversion_count;
	size_t conversion_capacity;
};

/* Takes a CustomResourceDefinition, an AdmissionSchema or ConversionRules that have been accepted;
 * other documents are passed over. pratique's own configuration is a CRD, but nothing that it
 * judges: a mistake in it could else not be mended while pratique is down. */
PQ_CHECKED bool pq_manifest_add_schema(struct pq_manifest_schemas *schemas,
				       const struct pq_value *document, struct pq_error *error);

/* How the API server finds pratique, and what it is called there. */
struct pq_manifest_place {
	struct pq_string name; /* of the webhook configurations */
	struct pq_string service;
	struct pq_string namespace; /* of the Service, and of pratique itself */
	struct pq_string url;       /* without a path; empty: behind the Service */
	struct pq_string ca_bundle; /* in base64; empty: somebody else sets it */
};

/* The two configurations, each as far as there is something for it to do. */
void pq_manifest_write_webhooks(struct pq_buffer *text, const struct pq_manifest_schemas *schemas,
				const struct pq_manifest_place *place);

/* The CRDs as they were given; those of a kind with ConversionRules name pratique as the webhook
 * that converts, unless they name one already. */
void pq_manifest_write_crds(struct pq_buffer *text, const struct pq_manifest_schemas *schemas,
			    const struct pq_manifest_place *place);

/* A ClusterRole for each controller (a list ended by NULL) whose own kind is among the CRDs, bound
 * to the service account that has the Service's name. */
void pq_manifest_write_roles(struct pq_buffer *text, const struct pq_manifest_schemas *schemas,
			     const struct pq_manifest_place *place,
			     const struct pq_controller_registration *const *controllers);

#endif
