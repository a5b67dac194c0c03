#include "operators/myapp/decide.h"

static const struct pq_value *metadata_of(const struct pq_value *object)
{
	return pq_value_find(object, PQ_S("metadata"));
}

bool pq_myapp_is_deleted(const struct pq_value *app)
{
	return pq_value_find(metadata_of(app), PQ_S("deletionTimestamp")) != NULL;
}

bool pq_myapp_is_suspended(const struct pq_value *app)
{
	const struct pq_value *suspend = pq_value_find_path(app, 2, "spec", "suspend");
	return pq_value_is_true(suspend);
}

int64_t pq_myapp_replicas(const struct pq_value *app)
{
	const struct pq_value *replicas = pq_value_find_path(app, 2, "spec", "replicas");
	if (pq_myapp_is_suspended(app))
		return 0;
	return replicas != NULL && replicas->kind == PQ_INTEGER ? replicas->integer : 1;
}

bool pq_myapp_controls(const struct pq_value *app, const struct pq_value *object)
{
	struct pq_string uid = pq_value_find_string(metadata_of(app), PQ_S("uid"));
	const struct pq_value *owners = pq_value_find(metadata_of(object), PQ_S("ownerReferences"));
	if (owners == NULL || owners->kind != PQ_ARRAY)
		return false;
	for (uint32_t i = 0; i < owners->length; i++) {
		const struct pq_value *owner = &owners->items[i];
		const struct pq_value *controller = pq_value_find(owner, PQ_S("controller"));
		if (pq_value_is_true(controller))
			return pq_string_equal(pq_value_find_string(owner, PQ_S("uid")), uid);
	}
	return false;
}

bool pq_myapp_has_finalizer(const struct pq_value *app)
{
	const struct pq_value *finalizers = pq_value_find(metadata_of(app), PQ_S("finalizers"));
	for (uint32_t i = 0;
	     finalizers != NULL && finalizers->kind == PQ_ARRAY && i < finalizers->length; i++) {
		const struct pq_value *item = &finalizers->items[i];
		if (item->kind == PQ_STRING &&
		    pq_string_is(pq_value_string(item), PQ_MYAPP_FINALIZER))
			return true;
	}
	return false;
}

struct pq_string pq_myapp_selector(struct pq_arena *arena, const struct pq_value *app)
{
	struct pq_string name = pq_value_find_string(metadata_of(app), PQ_S("name"));
	return pq_arena_format(arena,
			       "app.kubernetes.io/instance=%.*s,"
			       "app.kubernetes.io/managed-by=pratique",
			       PQ_STRING_ARGUMENT(name));
}
