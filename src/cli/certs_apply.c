#include "cli/certs_apply.h"

#include "cli/service_name.h"
#include "http/client.h"
#include "provision/provision.h"

#include <stdio.h>

static void tell(const struct pq_provision_request *request, const struct pq_provisioned *done,
		 bool dry_run)
{
	const char *how = dry_run ? "would be written" : "written";
	if (done->ca_secret)
		fprintf(stderr, "Secret %.*s/%.*s: %s\n", PQ_STRING_ARGUMENT(request->namespace),
			PQ_STRING_ARGUMENT(request->ca_secret), how);
	if (done->serving_secret)
		fprintf(stderr, "Secret %.*s/%.*s: %s\n", PQ_STRING_ARGUMENT(request->namespace),
			PQ_STRING_ARGUMENT(request->serving_secret), how);
	if (done->configurations > 0)
		fprintf(stderr, "webhook configurations %.*s: caBundle %s in %zu\n",
			PQ_STRING_ARGUMENT(request->configuration), how, done->configurations);
	if (done->crds > 0)
		fprintf(stderr, "CRDs: caBundle %s in %zu\n", how, done->crds);
	if (!done->ca_secret && !done->serving_secret && done->configurations + done->crds == 0)
		fprintf(stderr, "nothing is due\n");
}

static bool apply_by(struct pq_kube_client *client, const struct pq_certs_request *certs,
		     const struct pq_certs_apply *apply, struct pq_error *error)
{
	struct pq_service_name service;
	struct pq_provisioned done;
	if (!pq_service_name_parse(apply->service, &service, error))
		return false;
	const struct pq_provision_request request = {
		.certs = *certs,
		.overlap = apply->overlap,
		.namespace = service.namespace,
		.ca_secret = pq_string_from(apply->ca_secret),
		.serving_secret = pq_string_from(apply->secret),
		.configuration = pq_string_from(apply->configuration),
		.crds = apply->crds.items,
		.crd_count = apply->crds.count,
	};
	if (!pq_provision_apply(client, &request, client->clock, &done, error))
		return false;
	tell(&request, &done, apply->dry_run);
	return true;
}

bool pq_certs_apply_run(const struct pq_certs_request *request, const struct pq_certs_apply *apply,
			struct pq_error *error)
{
	struct pq_kube_config config;
	if (strcmp(apply->secret, apply->ca_secret) == 0)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "--secret and --ca-secret are both \"%s\": who serves must not "
				    "have the key of the CA, so name two",
				    apply->secret);
	if (!pq_kube_config_load(&config, apply->kubeconfig, error))
		return false;
	struct pq_http_client *http = pq_http_client_new(error);
	bool fine = http != NULL;
	if (fine) {
		struct pq_kube_client client = {
			.transport = pq_http_client_transport(http),
			.config = &config,
			.clock = &pq_clock_system,
			.field_manager = "pratique-certs",
			.dry_run = apply->dry_run,
		};
		fine = apply_by(&client, request, apply, error);
	}
	pq_http_client_free(http);
	pq_kube_config_done(&config);
	return fine;
}
