#include "operators/myapp/act.h"

#include "telemetry/log.h"

#define OBSTACLE_LOOK (30 * PQ_SECOND)

static struct pq_kube_target target_of(const struct pq_reconcile *reconcile,
				       const struct pq_kube_resource *resource,
				       const char *subresource)
{
	return (struct pq_kube_target){
		.resource = resource,
		.namespace = reconcile->namespace,
		.name = reconcile->name,
		.subresource = subresource,
	};
}

/* One line for each change that was made. */
static void log_change(const struct pq_reconcile *reconcile, enum pq_log_level level,
		       const char *message, const struct pq_kube_resource *resource)
{
	pq_log(level, message, PQ_LOG_TEXT_FIELD("kind", pq_string_from(resource->kind)),
	       PQ_LOG_TEXT_FIELD("namespace", reconcile->namespace),
	       PQ_LOG_TEXT_FIELD("name", reconcile->name));
}

/* Applies a body when there is one. *object then is what the API server made of it. */
static bool apply(struct pq_reconcile *reconcile, const struct pq_kube_resource *resource,
		  struct pq_string body, const struct pq_value **object, struct pq_error *error)
{
	if (body.length == 0)
		return true;
	struct pq_kube_target target = target_of(reconcile, resource, NULL);
	struct pq_value *result = pq_arena_alloc(reconcile->arena, sizeof *result);
	if (result == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a reconcile");
	if (!pq_kube_apply(reconcile->client, reconcile->arena, &target, body, result, error))
		return false;
	*object = result;
	log_change(reconcile, PQ_LOG_INFO, "applied an object", resource);
	return true;
}

/* Deletes the very object that was decided about; one that is gone already is fine. */
static bool delete_object(struct pq_reconcile *reconcile, const struct pq_kube_resource *resource,
			  const struct pq_value *object, struct pq_error *error)
{
	const struct pq_value *metadata = pq_value_find(object, PQ_S("metadata"));
	struct pq_kube_target target = target_of(reconcile, resource, NULL);
	struct pq_kube_delete_options options = {
		.uid = pq_value_find_string(metadata, PQ_S("uid")),
		/* The object stays until what it owns is gone: then cleaned up means cleaned up. */
		.propagation = "Foreground",
	};
	if (!pq_kube_delete(reconcile->client, reconcile->arena, &target, &options, error))
		return error->code == PQ_ERROR_NOT_FOUND;
	log_change(reconcile, PQ_LOG_INFO, "deleted an object", resource);
	return true;
}

/* Whether the API server, and not only our cache, has no such object of ours. */
static bool is_gone(struct pq_reconcile *reconcile, const struct pq_kube_resource *resource,
		    const struct pq_value *app, bool *gone, struct pq_error *error)
{
	struct pq_kube_target target = target_of(reconcile, resource, NULL);
	struct pq_value object;
	if (pq_kube_get(reconcile->client, reconcile->arena, &target, &object, error)) {
		*gone = !pq_myapp_controls(app, &object);
		return true;
	}
	*gone = true;
	return error->code == PQ_ERROR_NOT_FOUND;
}

static bool patch_app(struct pq_reconcile *reconcile, struct pq_string body,
		      const char *subresource, struct pq_value *result, struct pq_error *error)
{
	struct pq_kube_target target = target_of(reconcile, &pq_myapp_resource, subresource);
	return pq_kube_merge_patch(reconcile->client, reconcile->arena, &target, body, result,
				   error);
}

/* The app is then as the API server returned it: with the resourceVersion that the status patch has
 * to name. */
static bool add_finalizer(struct pq_reconcile *reconcile, struct pq_myapp_state *state,
			  const struct pq_myapp_plan *plan, struct pq_error *error)
{
	struct pq_value *app = pq_arena_alloc(reconcile->arena, sizeof *app);
	if (app == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a reconcile");
	if (!patch_app(reconcile, plan->finalizer_patch, NULL, app, error))
		return false;
	state->app = app;
	return true;
}

static bool act_on_children(struct pq_reconcile *reconcile, struct pq_myapp_state *state,
			    const struct pq_myapp_plan *plan, struct pq_error *error)
{
	return apply(reconcile, &pq_myapp_deployments, plan->deployment_apply, &state->deployment,
		     error) &&
	       apply(reconcile, &pq_myapp_services, plan->service_apply, &state->service, error) &&
	       (!plan->delete_deployment ||
		delete_object(reconcile, &pq_myapp_deployments, state->deployment, error)) &&
	       (!plan->delete_service ||
		delete_object(reconcile, &pq_myapp_services, state->service, error));
}

/* The last act in the life of a MyApp. */
static struct pq_outcome release(struct pq_reconcile *reconcile, const struct pq_myapp_state *state,
				 const struct pq_myapp_plan *plan)
{
	struct pq_error error;
	bool deployment_gone, service_gone;
	if (!is_gone(reconcile, &pq_myapp_deployments, state->app, &deployment_gone, &error) ||
	    !is_gone(reconcile, &pq_myapp_services, state->app, &service_gone, &error))
		return pq_reconcile_fail(reconcile, &error);
	if (!deployment_gone || !service_gone)
		return pq_outcome_after(PQ_SECOND); /* our cache will know soon */
	if (!patch_app(reconcile, plan->release_patch, NULL, NULL, &error) &&
	    error.code != PQ_ERROR_NOT_FOUND)
		return pq_reconcile_fail(reconcile, &error);
	return pq_outcome_ok();
}

static bool update_status(struct pq_reconcile *reconcile, const struct pq_myapp_state *state,
			  struct pq_string problem, struct pq_error *error)
{
	struct pq_string patch;
	if (!pq_myapp_decide_status(reconcile->arena, state, problem, &patch))
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a reconcile");
	if (patch.length == 0)
		return true;
	if (!patch_app(reconcile, patch, "status", NULL, error))
		return false;
	log_change(reconcile, PQ_LOG_DEBUG, "updated a status", &pq_myapp_resource);
	return true;
}

/* Errors that say something about the MyApp itself belong into its status. */
static bool is_users_affair(enum pq_error_code code)
{
	return code == PQ_ERROR_INVALID || code == PQ_ERROR_REJECTED || code == PQ_ERROR_FORBIDDEN;
}

struct pq_outcome pq_myapp_act(struct pq_reconcile *reconcile, struct pq_myapp_state *state,
			       const struct pq_myapp_plan *plan)
{
	struct pq_error error, status_error;
	if (plan->release_patch.length > 0)
		return release(reconcile, state, plan);
	if (plan->finalizer_patch.length > 0 && !add_finalizer(reconcile, state, plan, &error))
		return pq_reconcile_fail(reconcile, &error);
	bool ok = act_on_children(reconcile, state, plan, &error);
	if (!ok && !is_users_affair(error.code))
		return pq_reconcile_fail(reconcile, &error);
	struct pq_string problem = plan->obstacle;
	if (!ok)
		problem = pq_string_from(error.message);
	if (!update_status(reconcile, state, problem, &status_error))
		return status_error.code == PQ_ERROR_NOT_FOUND
			       ? pq_outcome_ok()
			       : pq_reconcile_fail(reconcile, &status_error);
	if (!ok)
		return pq_reconcile_fail(reconcile, &error);
	/* What is in the way is not ours, so that nobody tells us when it goes away. */
	return plan->obstacle.length > 0 ? pq_outcome_after(OBSTACLE_LOOK) : pq_outcome_ok();
}
