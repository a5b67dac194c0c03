#include "operators/myapp/act.h"
#include "operators/shipped.h"

static struct pq_outcome reconcile_app(struct pq_reconcile *reconcile)
{
	struct pq_myapp_state state;
	if (!pq_myapp_read(reconcile, &state))
		return pq_outcome_ok(); /* it is gone, and so is all that belonged to it */
	struct pq_myapp_plan plan;
	struct pq_error error;
	if (!pq_myapp_decide(reconcile->arena, &state, &plan)) {
		pq_error_set(&error, PQ_ERROR_MEMORY, "no memory for a reconcile");
		return pq_reconcile_fail(reconcile, &error);
	}
	return pq_myapp_act(reconcile, &state, &plan);
}

static const struct pq_watched_resource watched[] = {
	{ .resource = &pq_myapp_resource, .mapping = PQ_KEY_OWN },
	{ .resource = &pq_myapp_deployments, .mapping = PQ_KEY_OWNER },
	{ .resource = &pq_myapp_services, .mapping = PQ_KEY_OWNER },
};

#define NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct pq_access_rule access[] = {
	/* patch of the object itself is for its finalizers. */
	{ "apps.example.com", NAMES("myapps"), NAMES("get", "list", "watch", "patch") },
	{ "apps.example.com", NAMES("myapps/status"), NAMES("patch") },
	/* Where OwnerReferencesPermissionEnforcement is on, blockOwnerDeletion needs this one. */
	{ "apps.example.com", NAMES("myapps/finalizers"), NAMES("update") },
	/* create and patch are server-side apply. */
	{ "apps", NAMES("deployments"),
	  NAMES("get", "list", "watch", "create", "patch", "delete") },
	{ "", NAMES("services"), NAMES("get", "list", "watch", "create", "patch", "delete") },
};

const struct pq_controller_registration pq_controller_myapp = {
	.name = "myapp",
	.watched = watched,
	.watched_count = sizeof watched / sizeof watched[0],
	.access = access,
	.access_count = sizeof access / sizeof access[0],
	.reconcile = reconcile_app,
};
