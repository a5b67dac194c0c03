#include "operators/myapp/decide.h"

#include "operators/build.h"
#include "operators/contains.h"
#include "json/write.h"

/* FNV-1a, 64 bit: small, and the same everywhere and always, as what is stored must be. */
static uint64_t stable_hash(struct pq_string text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < text.length; i++) {
		hash ^= (unsigned char)text.data[i];
		hash *= UINT64_C(0x100000001b3);
	}
	return hash;
}

static bool write_in(struct pq_arena *arena, const struct pq_value *value, struct pq_string *text)
{
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, arena, 0);
	pq_json_write(&buffer, value, PQ_JSON_SORT_KEYS);
	if (pq_buffer_failed(&buffer))
		return false;
	*text = pq_buffer_view(&buffer);
	return true;
}

/* The wanted object as it is sent: with the hash of itself among its annotations. */
static bool write_apply(struct pq_arena *arena, const struct pq_value *wanted,
			struct pq_string hash, struct pq_string *body)
{
	struct pq_build build = { .arena = arena };
	struct pq_object *object = pq_build_object(&build, 1);
	pq_build_put_text(&build, object, PQ_MYAPP_APPLIED, hash);
	struct pq_value annotations = pq_build_value(&build, object), metadata, whole;
	return !build.failed &&
	       pq_value_with_member(arena, pq_value_find(wanted, PQ_S("metadata")),
				    PQ_S("annotations"), &annotations, &metadata) &&
	       pq_value_with_member(arena, wanted, PQ_S("metadata"), &metadata, &whole) &&
	       write_in(arena, &whole, body);
}

static bool is_being_deleted(const struct pq_value *object)
{
	return pq_value_find_path(object, 2, "metadata", "deletionTimestamp") != NULL;
}

/* Whether the live object has what we want and nothing that we once applied and want no more. */
static bool is_as_wanted(const struct pq_value *live, const struct pq_value *wanted,
			 struct pq_string hash)
{
	const struct pq_value *annotations = pq_value_find_path(live, 2, "metadata", "annotations");
	return pq_string_equal(pq_value_find_string(annotations, PQ_S(PQ_MYAPP_APPLIED)), hash) &&
	       pq_value_contains(live, wanted);
}

struct child {
	const char *kind;
	const struct pq_value *live; /* or NULL */
	struct pq_value wanted;      /* or null */
};

static bool decide_child(struct pq_arena *arena, const struct pq_value *app,
			 const struct child *child, struct pq_string *apply, bool *delete,
			 struct pq_string *obstacle)
{
	bool is_wanted = child->wanted.kind == PQ_OBJECT;
	if (child->live != NULL && !pq_myapp_controls(app, child->live)) {
		if (is_wanted && obstacle->length == 0)
			*obstacle = pq_arena_format(arena,
						    "the %s of this name belongs to somebody else: "
						    "rename one of the two",
						    child->kind);
		return !pq_arena_is_exhausted(arena);
	}
	if (child->live != NULL && is_being_deleted(child->live))
		return true; /* its end will bring us back */
	if (!is_wanted) {
		*delete = child->live != NULL;
		return true;
	}
	struct pq_string text;
	if (!write_in(arena, &child->wanted, &text))
		return false;
	struct pq_string hash =
		pq_arena_format(arena, "%016llx", (unsigned long long)stable_hash(text));
	if (hash.data == NULL)
		return false;
	if (child->live != NULL && is_as_wanted(child->live, &child->wanted, hash))
		return true;
	return write_apply(arena, &child->wanted, hash, apply);
}

/* A merge patch of metadata.finalizers that only fits the version of the object we have seen. */
static bool write_finalizers(struct pq_arena *arena, const struct pq_value *app, bool add,
			     struct pq_string *patch)
{
	struct pq_build build = { .arena = arena };
	const struct pq_value *old = pq_value_find_path(app, 2, "metadata", "finalizers");
	size_t old_count = old != NULL && old->kind == PQ_ARRAY ? old->length : 0;
	struct pq_value *items = pq_build_items(&build, old_count + 1);
	size_t count = 0;
	for (size_t i = 0; items != NULL && i < old_count; i++) {
		const struct pq_value *item = &old->items[i];
		if (item->kind != PQ_STRING ||
		    !pq_string_is(pq_value_string(item), PQ_MYAPP_FINALIZER))
			items[count++] = *item;
	}
	if (items != NULL && add)
		items[count++] = pq_value_from_string(PQ_S(PQ_MYAPP_FINALIZER));
	const struct pq_value *metadata = pq_value_find(app, PQ_S("metadata"));
	struct pq_object *changed = pq_build_object(&build, 2);
	struct pq_object *object = pq_build_object(&build, 1);
	pq_build_put_text(&build, changed, "resourceVersion",
			  pq_value_find_string(metadata, PQ_S("resourceVersion")));
	pq_build_put(&build, changed, "finalizers", pq_value_from_items(items, count));
	pq_build_put_object(&build, object, "metadata", changed);
	struct pq_value value = pq_build_value(&build, object);
	return !build.failed && write_in(arena, &value, patch);
}

static bool decide_deletion(struct pq_arena *arena, const struct pq_myapp_state *state,
			    struct pq_myapp_plan *plan)
{
	if (!pq_myapp_has_finalizer(state->app))
		return true; /* others hold it */
	bool has_deployment =
		state->deployment != NULL && pq_myapp_controls(state->app, state->deployment);
	bool has_service = state->service != NULL && pq_myapp_controls(state->app, state->service);
	plan->delete_deployment = has_deployment && !is_being_deleted(state->deployment);
	plan->delete_service = has_service && !is_being_deleted(state->service);
	return has_deployment || has_service ||
	       write_finalizers(arena, state->app, false, &plan->release_patch);
}

bool pq_myapp_decide(struct pq_arena *arena, const struct pq_myapp_state *state,
		     struct pq_myapp_plan *plan)
{
	struct pq_myapp_plan decided = { .delete_deployment = false };
	if (pq_myapp_is_deleted(state->app)) {
		if (!decide_deletion(arena, state, &decided))
			return false;
		*plan = decided;
		return true;
	}
	struct child deployment = { .kind = "Deployment", .live = state->deployment };
	struct child service = { .kind = "Service", .live = state->service };
	bool never;
	bool ok = pq_myapp_has_finalizer(state->app) ||
		  write_finalizers(arena, state->app, true, &decided.finalizer_patch);
	ok = ok && pq_myapp_build_deployment(arena, state->app, &deployment.wanted) &&
	     pq_myapp_build_service(arena, state->app, &service.wanted) &&
	     decide_child(arena, state->app, &deployment, &decided.deployment_apply, &never,
			  &decided.obstacle) &&
	     decide_child(arena, state->app, &service, &decided.service_apply,
			  &decided.delete_service, &decided.obstacle);
	if (ok)
		*plan = decided;
	return ok;
}
