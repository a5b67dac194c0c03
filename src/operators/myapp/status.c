#include "operators/myapp/decide.h"

#include "formats/timestamp.h"
#include "operators/build.h"
#include "json/write.h"

enum { CONDITIONS_OURS = 3 };

/* What a Deployment's status says, as far as it tells of its present spec. */
struct rollout {
	bool exists;
	bool observed; /* its controller has seen the present generation */
	int64_t replicas, ready, updated, available;
	bool is_available;        /* its condition Available */
	struct pq_string failure; /* why it does not go on, or empty */
};

struct judgement {
	const char *phase;
	const char *reason; /* of the conditions */
	struct pq_string message;
	bool available;
	bool progressing;
	bool ready;
};

static int64_t find_integer(const struct pq_value *object, const char *key)
{
	const struct pq_value *value = pq_value_find(object, pq_string_from(key));
	return value != NULL && value->kind == PQ_INTEGER ? value->integer : 0;
}

/* The entry of a list of conditions, or NULL. */
static const struct pq_value *find_condition(const struct pq_value *status, struct pq_string type)
{
	const struct pq_value *list = pq_value_find(status, PQ_S("conditions"));
	for (uint32_t i = 0; list != NULL && list->kind == PQ_ARRAY && i < list->length; i++) {
		if (pq_string_equal(pq_value_find_string(&list->items[i], PQ_S("type")), type))
			return &list->items[i];
	}
	return NULL;
}

static bool condition_is(const struct pq_value *condition, const char *status)
{
	return pq_string_is(pq_value_find_string(condition, PQ_S("status")), status);
}

static struct rollout read_rollout(const struct pq_myapp_state *state)
{
	struct rollout rollout = { .exists = false };
	const struct pq_value *deployment = state->deployment;
	if (deployment == NULL || !pq_myapp_controls(state->app, deployment))
		return rollout;
	const struct pq_value *status = pq_value_find(deployment, PQ_S("status"));
	int64_t generation =
		find_integer(pq_value_find(deployment, PQ_S("metadata")), "generation");
	rollout = (struct rollout){
		.exists = true,
		.observed =
			status != NULL && find_integer(status, "observedGeneration") >= generation,
		.replicas = find_integer(status, "replicas"),
		.ready = find_integer(status, "readyReplicas"),
		.updated = find_integer(status, "updatedReplicas"),
		.available = find_integer(status, "availableReplicas"),
		.is_available = condition_is(find_condition(status, PQ_S("Available")), "True"),
	};
	const struct pq_value *progressing = find_condition(status, PQ_S("Progressing"));
	const struct pq_value *failing = find_condition(status, PQ_S("ReplicaFailure"));
	if (condition_is(progressing, "False"))
		rollout.failure = pq_value_find_string(progressing, PQ_S("message"));
	if (condition_is(failing, "True"))
		rollout.failure = pq_value_find_string(failing, PQ_S("message"));
	return rollout;
}

static struct judgement judge_rollout(struct pq_arena *arena, const struct pq_value *app,
				      const struct rollout *rollout)
{
	int64_t wanted = pq_myapp_replicas(app);
	struct judgement judgement = {
		.phase = "Progressing",
		.reason = "RollingOut",
		.available = rollout->observed && rollout->is_available && wanted > 0,
		.progressing = true,
	};
	if (rollout->observed && rollout->failure.length > 0) {
		judgement.phase = "Degraded";
		judgement.reason = "RolloutFailed";
		judgement.progressing = false;
		judgement.message = rollout->failure;
		return judgement;
	}
	bool settled = rollout->observed && rollout->replicas == wanted &&
		       rollout->ready == wanted && rollout->updated == wanted;
	if (settled && wanted == 0) {
		judgement.phase = "Suspended";
		judgement.reason = "Suspended";
		judgement.progressing = false;
		judgement.message = PQ_S("no Pods run while spec.suspend is true");
	} else if (settled && rollout->available == wanted) {
		judgement.phase = "Ready";
		judgement.reason = "RolledOut";
		judgement.progressing = false;
		judgement.ready = true;
		judgement.message = PQ_S("all replicas are ready");
	} else if (!rollout->observed) {
		judgement.message = PQ_S("waiting for the Deployment to be looked at");
	} else {
		judgement.message = pq_arena_format(
			arena, "%lld of %lld replicas are ready, %lld are up to date",
			(long long)rollout->ready, (long long)wanted, (long long)rollout->updated);
	}
	return judgement;
}

static struct judgement judge(struct pq_arena *arena, const struct pq_value *app,
			      const struct rollout *rollout, struct pq_string problem)
{
	if (pq_myapp_is_deleted(app))
		return (struct judgement){
			.phase = "Terminating",
			.reason = "Terminating",
			.message = PQ_S("the Deployment and the Service are being deleted"),
		};
	if (problem.length > 0)
		return (struct judgement){
			.phase = "Degraded",
			.reason = "Blocked",
			.message = problem,
			.available = rollout->is_available,
		};
	if (!rollout->exists)
		return (struct judgement){
			.phase = "Pending",
			.reason = "Creating",
			.message = PQ_S("the Deployment has not been created yet"),
			.progressing = true,
		};
	return judge_rollout(arena, app, rollout);
}

/* One of our conditions; its time moves only with its status. */
static struct pq_value condition(struct pq_build *build, const struct pq_myapp_state *state,
				 const struct judgement *judgement, const char *type, bool is_true)
{
	const struct pq_value *old =
		find_condition(pq_value_find(state->app, PQ_S("status")), pq_string_from(type));
	const char *status = is_true ? "True" : "False";
	struct pq_string since = { .data = NULL };
	if (condition_is(old, status))
		since = pq_value_find_string(old, PQ_S("lastTransitionTime"));
	if (since.length == 0) {
		struct pq_buffer now;
		pq_buffer_init_in(&now, build->arena, 0);
		pq_time_write(&now, state->now);
		build->failed |= pq_buffer_failed(&now);
		since = pq_buffer_view(&now);
	}
	const struct pq_value *metadata = pq_value_find(state->app, PQ_S("metadata"));
	struct pq_object *object = pq_build_object(build, 6);
	pq_build_put_text(build, object, "type", pq_string_from(type));
	pq_build_put_text(build, object, "status", pq_string_from(status));
	pq_build_put(build, object, "observedGeneration",
		     pq_value_from_integer(find_integer(metadata, "generation")));
	pq_build_put_text(build, object, "lastTransitionTime", since);
	pq_build_put_text(build, object, "reason", pq_string_from(judgement->reason));
	pq_build_put_text(build, object, "message", judgement->message);
	return pq_build_value(build, object);
}

static bool is_ours(const struct pq_value *condition)
{
	struct pq_string type = pq_value_find_string(condition, PQ_S("type"));
	return pq_string_is(type, "Available") || pq_string_is(type, "Progressing") ||
	       pq_string_is(type, "Ready");
}

/* Ours, and behind them those that others have written. */
static struct pq_value conditions(struct pq_build *build, const struct pq_myapp_state *state,
				  const struct judgement *judgement)
{
	const struct pq_value *old = pq_value_find_path(state->app, 2, "status", "conditions");
	size_t old_count = old != NULL && old->kind == PQ_ARRAY ? old->length : 0;
	struct pq_value *items = pq_build_items(build, CONDITIONS_OURS + old_count);
	if (items == NULL)
		return pq_value_null();
	items[0] = condition(build, state, judgement, "Available", judgement->available);
	items[1] = condition(build, state, judgement, "Progressing", judgement->progressing);
	items[2] = condition(build, state, judgement, "Ready", judgement->ready);
	size_t count = CONDITIONS_OURS;
	for (size_t i = 0; i < old_count; i++) {
		if (!is_ours(&old->items[i]))
			items[count++] = old->items[i];
	}
	return pq_value_from_items(items, count);
}

static struct pq_object *build_status(struct pq_build *build, const struct pq_myapp_state *state,
				      struct pq_string problem)
{
	const struct pq_value *metadata = pq_value_find(state->app, PQ_S("metadata"));
	struct rollout rollout = read_rollout(state);
	struct judgement judgement = judge(build->arena, state->app, &rollout, problem);
	struct pq_object *status = pq_build_object(build, 6);
	pq_build_put(build, status, "observedGeneration",
		     pq_value_from_integer(find_integer(metadata, "generation")));
	pq_build_put_text(build, status, "phase", pq_string_from(judgement.phase));
	pq_build_put(build, status, "replicas", pq_value_from_integer(rollout.replicas));
	pq_build_put(build, status, "readyReplicas", pq_value_from_integer(rollout.ready));
	pq_build_put_text(build, status, "selector", pq_myapp_selector(build->arena, state->app));
	pq_build_put(build, status, "conditions", conditions(build, state, &judgement));
	return status;
}

bool pq_myapp_decide_status(struct pq_arena *arena, const struct pq_myapp_state *state,
			    struct pq_string problem, struct pq_string *patch)
{
	struct pq_build build = { .arena = arena };
	const struct pq_value *metadata = pq_value_find(state->app, PQ_S("metadata"));
	const struct pq_value *old = pq_value_find(state->app, PQ_S("status"));
	struct pq_value status = pq_build_value(&build, build_status(&build, state, problem));
	if (!build.failed && old != NULL && pq_value_equal(old, &status)) {
		*patch = PQ_S("");
		return true;
	}
	struct pq_object *version = pq_build_object(&build, 1);
	struct pq_object *object = pq_build_object(&build, 2);
	pq_build_put_text(&build, version, "resourceVersion",
			  pq_value_find_string(metadata, PQ_S("resourceVersion")));
	pq_build_put_object(&build, object, "metadata", version);
	pq_build_put(&build, object, "status", status);
	struct pq_value value = pq_build_value(&build, object);
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	pq_json_write(&text, &value, PQ_JSON_COMPACT);
	if (build.failed || pq_buffer_failed(&text))
		return false;
	*patch = pq_buffer_view(&text);
	return true;
}
