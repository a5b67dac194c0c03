#include "operators/myapp/act.h"

const struct pq_kube_resource pq_myapp_resource = {
	.group = "apps.example.com",
	.version = "v1",
	.plural = "myapps",
	.kind = "MyApp",
	.namespaced = true,
};

const struct pq_kube_resource pq_myapp_deployments = {
	.group = "apps",
	.version = "v1",
	.plural = "deployments",
	.kind = "Deployment",
	.namespaced = true,
};

const struct pq_kube_resource pq_myapp_services = {
	.group = "",
	.version = "v1",
	.plural = "services",
	.kind = "Service",
	.namespaced = true,
};

static const struct pq_value *find(struct pq_reconcile *reconcile,
				   const struct pq_kube_resource *resource)
{
	const struct pq_cached_object *object =
		pq_reconcile_find(reconcile, resource, reconcile->namespace, reconcile->name);
	return object == NULL ? NULL : &object->value;
}

bool pq_myapp_read(struct pq_reconcile *reconcile, struct pq_myapp_state *state)
{
	struct pq_myapp_state read = {
		.app = find(reconcile, &pq_myapp_resource),
		.deployment = find(reconcile, &pq_myapp_deployments),
		.service = find(reconcile, &pq_myapp_services),
		.now = pq_clock_wall(reconcile->clock) / PQ_SECOND,
	};
	if (read.app == NULL)
		return false;
	*state = read;
	return true;
}
