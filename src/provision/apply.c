#include "provision/provision.h"

#include "provision/bundle.h"
#include "provision/secret.h"

#include <stdio.h>

static const char *const ca_files[] = { "ca.crt",  "ca.key",  "ca-next.key",
					"tls.crt", "tls.key", NULL };
static const char *const serving_files[] = { "ca.crt", "tls.crt", "tls.key", NULL };

/* In the place of a folder's name in errors, until they name the Secret. */
static const char memory_name[] = "(memory)";

/* One attempt. */
struct attempt {
	struct pq_kube_client *client;
	const struct pq_provision_request *request;
	const struct pq_clock *clock;
	struct pq_arena arena;
	struct secret ca;
	struct secret serving;
	struct pq_certs_memory memory; /* the files of the Secrets: keys touch no disk */
	struct pq_provisioned done;
};

static void attempt_init(struct attempt *attempt)
{
	const struct pq_provision_request *request = attempt->request;
	pq_arena_init(&attempt->arena, 0);
	attempt->ca = (struct secret){ .namespace = request->namespace,
				       .name = request->ca_secret,
				       .type = PQ_S("Opaque") };
	attempt->serving = (struct secret){ .namespace = request->namespace,
					    .name = request->serving_secret,
					    .type = PQ_S("kubernetes.io/tls") };
}

static void attempt_done(struct attempt *attempt)
{
	pq_certs_memory_done(&attempt->memory);
	pq_arena_done_secret(&attempt->arena); /* what was read and written of Secrets */
}

static struct pq_certs_request certs_request(struct attempt *attempt)
{
	struct pq_certs_request certs = attempt->request->certs;
	certs.folder = memory_name;
	certs.memory = &attempt->memory;
	certs.overwrite = false;
	return certs;
}

/* What pratique has issued itself is replaced when it is for other names. */
static bool ensure_names(const struct attempt *attempt, struct pq_certs_request *certs,
			 struct pq_error *error)
{
	if (pq_certs_check(certs, attempt->clock, error))
		return true;
	certs->overwrite = true;
	return error->code == PQ_ERROR_REJECTED && pq_certs_init(certs, attempt->clock, error);
}

static bool renew(struct attempt *attempt, struct pq_error *error)
{
	struct pq_certs_request certs = certs_request(attempt);
	struct pq_certs_renewed ignored;
	if (attempt->ca.values == NULL || pq_value_is_zero(attempt->ca.values))
		return pq_certs_init(&certs, attempt->clock, error);
	const struct pq_certs_renewal renewal = { .request = certs,
						  .overlap = attempt->request->overlap };
	return secret_extract(&attempt->ca, ca_files, &attempt->memory, error) &&
	       pq_certs_renew(&renewal, attempt->clock, &ignored, error) &&
	       ensure_names(attempt, &certs, error);
}

static bool set_bundle(struct attempt *attempt, struct pq_error *error)
{
	const struct pq_provision_request *request = attempt->request;
	const struct pq_certs_request certs = certs_request(attempt);
	struct pq_buffer bundle;
	pq_buffer_init_in(&bundle, &attempt->arena, 0);
	if (!pq_certs_bundle(&certs, &bundle, error) ||
	    !configuration_set_bundle(attempt->client, &attempt->arena, request->configuration,
				      pq_buffer_view(&bundle), &attempt->done.configurations,
				      error))
		return false;
	for (size_t i = 0; i < request->crd_count; i++) {
		bool changed;
		if (!crd_set_bundle(attempt->client, &attempt->arena,
				    pq_string_from(request->crds[i]), pq_buffer_view(&bundle),
				    &changed, error))
			return false;
		attempt->done.crds += changed;
	}
	return true;
}

/* What serves is read before what it is made from: if both are as they were read, what is written
 * is never older than what is there. */
static bool run(struct attempt *attempt, struct pq_error *error)
{
	struct pq_kube_client *client = attempt->client;
	struct pq_arena *arena = &attempt->arena;
	return secret_read(&attempt->serving, client, arena, error) &&
	       secret_read(&attempt->ca, client, arena, error) &&
	       secret_establish(&attempt->ca, client, arena, error) && renew(attempt, error) &&
	       secret_store(&attempt->ca, ca_files, &attempt->memory, client, arena,
			    &attempt->done.ca_secret, error) &&
	       set_bundle(attempt, error) &&
	       secret_store(&attempt->serving, serving_files, &attempt->memory, client, arena,
			    &attempt->done.serving_secret, error);
}

/* A file in memory is an entry of the Secret to whoever reads of it. */
static void name_secret(const struct attempt *attempt, struct pq_error *error)
{
	size_t length = sizeof memory_name - 1;
	struct pq_string entry = pq_string_from(error->path);
	if (strncmp(error->path, memory_name, length) != 0)
		return;
	entry = pq_string_slice(entry, length + 1, entry.length);
	char path[PQ_ERROR_PATH_MAX];
	snprintf(path, sizeof path, "Secret %.*s/%.*s: %.*s",
		 PQ_STRING_ARGUMENT(attempt->ca.namespace), PQ_STRING_ARGUMENT(attempt->ca.name),
		 PQ_STRING_ARGUMENT(entry));
	error->path[0] = '\0';
	pq_error_add_path(error, pq_string_from(path));
}

static bool attempt_once(struct pq_kube_client *client, const struct pq_provision_request *request,
			 const struct pq_clock *clock, struct pq_provisioned *done,
			 struct pq_error *error)
{
	PQ_CLEANUP(attempt_done)
	struct attempt attempt = { .client = client, .request = request, .clock = clock };
	attempt_init(&attempt);
	if (!run(&attempt, error)) {
		name_secret(&attempt, error);
		return false;
	}
	*done = attempt.done;
	return true;
}

bool pq_provision_apply(struct pq_kube_client *client, const struct pq_provision_request *request,
			const struct pq_clock *clock, struct pq_provisioned *done,
			struct pq_error *error)
{
	for (int i = 1; !attempt_once(client, request, clock, done, error); i++) {
		if (error->code != PQ_ERROR_CONFLICT || i == PQ_PROVISION_ATTEMPTS_MAX)
			return false;
	}
	return true;
}
