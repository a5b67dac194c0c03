#include "operator/manager.h"

#include "operator/reflector.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "telemetry/span.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { RECONCILE_KEPT = 64 * 1024 };
#define RECONCILE_MAX ((size_t)64 << 20)

struct controller {
	const struct pq_controller_registration *registration;
	struct pq_queue queue;
};

/* A resource that somebody watches. */
struct watch {
	struct pq_manager *manager;
	const struct pq_kube_resource *resource;
	struct pq_cache cache;
	struct pq_reflector reflector;
};

struct pq_manager {
	struct pq_manager_options options;
	struct controller *controllers;
	size_t controller_count;
	struct watch *watches;
	size_t watch_count;
	struct pq_arena arena; /* of the reconcile under way */
	atomic_bool synced;
};

/* References that a reconciler holds until it returns. */
struct pq_reconcile_held {
	const struct pq_cached_object *object;
	struct pq_reconcile_held *next;
};

static bool same_resource(const struct pq_kube_resource *a, const struct pq_kube_resource *b)
{
	return a == b || (strcmp(a->group, b->group) == 0 && strcmp(a->version, b->version) == 0 &&
			  strcmp(a->plural, b->plural) == 0);
}

static struct watch *find_watch(struct pq_manager *manager, const struct pq_kube_resource *resource)
{
	for (size_t i = 0; i < manager->watch_count; i++) {
		if (same_resource(manager->watches[i].resource, resource))
			return &manager->watches[i];
	}
	return NULL;
}

static void update_depth(const struct controller *controller)
{
	struct pq_string label = pq_string_from(controller->registration->name);
	pq_metric_set(PQ_METRIC_WORKQUEUE_DEPTH, &label, (double)controller->queue.ready);
}

static void enqueue(struct controller *controller, struct pq_string namespace,
		    struct pq_string name)
{
	char text[PQ_CACHE_KEY_MAX];
	struct pq_buffer key = { .data = text, .capacity = sizeof text, .limit = sizeof text };
	if (namespace.length > 0) {
		pq_buffer_append_string(&key, namespace);
		pq_buffer_append_byte(&key, '/');
	}
	pq_buffer_append_string(&key, name);
	if (pq_buffer_failed(&key) || !pq_queue_add(&controller->queue, pq_buffer_view(&key)))
		return;
	struct pq_string label = pq_string_from(controller->registration->name);
	pq_metric_add(PQ_METRIC_WORKQUEUE_ADDS, &label, 1);
	update_depth(controller);
}

static void enqueue_for(struct controller *controller, const struct pq_watched_resource *watched,
			const struct pq_cached_object *object)
{
	const struct pq_kube_resource *own = controller->registration->watched[0].resource;
	if (watched->mapping == PQ_KEY_OWN)
		enqueue(controller, object->namespace, object->name);
	else if (pq_string_is(object->owner_kind, own->kind))
		enqueue(controller, own->namespaced ? object->namespace : PQ_S(""),
			object->owner_name);
}

/* A cache has changed: every controller that watches the resource may get a key. */
static void take_change(void *context, const struct pq_cached_object *before,
			const struct pq_cached_object *after)
{
	struct watch *watch = context;
	struct pq_manager *manager = watch->manager;
	for (size_t i = 0; i < manager->controller_count; i++) {
		struct controller *controller = &manager->controllers[i];
		const struct pq_controller_registration *registration = controller->registration;
		for (size_t j = 0; j < registration->watched_count; j++) {
			const struct pq_watched_resource *watched = &registration->watched[j];
			if (!same_resource(watched->resource, watch->resource))
				continue;
			if (watched->is_relevant != NULL && !watched->is_relevant(before, after))
				continue;
			/* An object may have changed hands: both owners look. */
			if (before != NULL)
				enqueue_for(controller, watched, before);
			if (after != NULL)
				enqueue_for(controller, watched, after);
		}
	}
}

static void add_watch(struct pq_manager *manager, const struct pq_kube_resource *resource)
{
	if (find_watch(manager, resource) != NULL)
		return;
	struct watch *watch = &manager->watches[manager->watch_count++];
	watch->manager = manager;
	watch->resource = resource;
	pq_cache_init(&watch->cache, manager->options.cache_bytes_max, take_change, watch);
	pq_reflector_init(&watch->reflector, manager->options.client, resource, &watch->cache,
			  manager->options.random);
}

struct pq_manager *pq_manager_new(const struct pq_manager_options *options, struct pq_error *error)
{
	size_t controllers = 0, watches = 0;
	for (; options->controllers[controllers] != NULL; controllers++)
		watches += options->controllers[controllers]->watched_count;
	struct pq_manager *manager = calloc(1, sizeof *manager);
	if (manager == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a manager"), NULL;
	manager->options = *options;
	atomic_init(&manager->synced, false);
	pq_arena_init(&manager->arena, RECONCILE_MAX);
	manager->controllers = calloc(controllers + 1, sizeof *manager->controllers);
	manager->watches = calloc(watches + 1, sizeof *manager->watches);
	if (manager->controllers == NULL || manager->watches == NULL) {
		pq_manager_free(manager);
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a manager"), NULL;
	}
	for (size_t i = 0; i < controllers; i++) {
		struct controller *controller = &manager->controllers[manager->controller_count++];
		controller->registration = options->controllers[i];
		pq_queue_init(&controller->queue, options->clock, 0);
		for (size_t j = 0; j < controller->registration->watched_count; j++)
			add_watch(manager, controller->registration->watched[j].resource);
	}
	return manager;
}

void pq_manager_free(struct pq_manager *manager)
{
	if (manager == NULL)
		return;
	for (size_t i = 0; i < manager->watch_count; i++) {
		pq_reflector_done(&manager->watches[i].reflector);
		pq_cache_done(&manager->watches[i].cache);
	}
	for (size_t i = 0; i < manager->controller_count; i++)
		pq_queue_done(&manager->controllers[i].queue);
	free(manager->watches);
	free(manager->controllers);
	pq_arena_done(&manager->arena);
	free(manager);
}

bool pq_manager_is_synced(const struct pq_manager *manager)
{
	return atomic_load(&manager->synced);
}

const struct pq_cached_object *pq_reconcile_find(struct pq_reconcile *reconcile,
						 const struct pq_kube_resource *resource,
						 struct pq_string namespace, struct pq_string name)
{
	struct watch *watch = find_watch(reconcile->manager, resource);
	const struct pq_cached_object *object =
		watch == NULL ? NULL : pq_cache_find(&watch->cache, namespace, name);
	struct pq_reconcile_held *held = pq_arena_alloc(reconcile->arena, sizeof *held);
	if (object == NULL || held == NULL)
		return NULL;
	held->object = pq_cached_object_ref(object);
	held->next = reconcile->held;
	reconcile->held = held;
	return object;
}

void pq_reconcile_visit_owned(struct pq_reconcile *reconcile,
			      const struct pq_kube_resource *resource, struct pq_string owner_uid,
			      void (*visit)(void *context, const struct pq_cached_object *object),
			      void *context)
{
	struct watch *watch = find_watch(reconcile->manager, resource);
	if (watch != NULL)
		pq_cache_visit_owned(&watch->cache, owner_uid, visit, context);
}

struct pq_outcome pq_reconcile_fail(struct pq_reconcile *reconcile, const struct pq_error *error)
{
	reconcile->error = *error;
	bool final = error->code == PQ_ERROR_INVALID || error->code == PQ_ERROR_REJECTED ||
		     error->code == PQ_ERROR_UNSUPPORTED;
	return (struct pq_outcome){ .kind = final ? PQ_OUTCOME_TERMINAL : PQ_OUTCOME_RETRY };
}

static const char *outcome_name(enum pq_outcome_kind kind)
{
	static const char *const names[] = {
		[PQ_OUTCOME_OK] = "success",
		[PQ_OUTCOME_AFTER] = "requeue_after",
		[PQ_OUTCOME_RETRY] = "error",
		[PQ_OUTCOME_TERMINAL] = "terminal_error",
	};
	return names[kind];
}

static bool is_failure(struct pq_outcome outcome)
{
	return outcome.kind == PQ_OUTCOME_RETRY || outcome.kind == PQ_OUTCOME_TERMINAL;
}

static void report(const struct controller *controller, struct pq_string key,
		   struct pq_outcome outcome, const struct pq_error *error, int64_t duration)
{
	struct pq_string name = pq_string_from(controller->registration->name);
	struct pq_string labels[] = { name, pq_string_from(outcome_name(outcome.kind)) };
	pq_metric_add(PQ_METRIC_RECONCILE_TOTAL, labels, 1);
	pq_metric_observe(PQ_METRIC_RECONCILE_SECONDS, &name, (double)duration / (double)PQ_SECOND);
	bool failed = is_failure(outcome);
	if (outcome.kind == PQ_OUTCOME_RETRY)
		pq_metric_add(PQ_METRIC_WORKQUEUE_RETRIES, &name, 1);
	/* A conflict or a stop is the ordinary course of things. */
	if (!failed || error->code == PQ_ERROR_STOPPED || error->code == PQ_ERROR_CONFLICT)
		return;
	char text[PQ_ERROR_TEXT_MAX];
	pq_error_format(error, text, sizeof text);
	pq_log(outcome.kind == PQ_OUTCOME_RETRY ? PQ_LOG_WARNING : PQ_LOG_ERROR, "reconcile failed",
	       PQ_LOG_TEXT_FIELD("controller", name), PQ_LOG_TEXT_FIELD("key", key),
	       PQ_LOG_TEXT_FIELD("outcome", pq_string_from(outcome_name(outcome.kind))),
	       PQ_LOG_TEXT_FIELD("error", pq_string_from(text)));
}

/* The calls that the reconciler makes are below it. */
static struct pq_span *start_span(const struct controller *controller,
				  const struct pq_reconcile *reconcile)
{
	struct pq_span *span = pq_span_start("reconcile", PQ_SPAN_INTERNAL, NULL);
	pq_span_set_text(span, "pratique.controller",
			 pq_string_from(controller->registration->name));
	pq_span_set_text(span, "k8s.object.namespace", reconcile->namespace);
	pq_span_set_text(span, "k8s.object.name", reconcile->name);
	if (span != NULL)
		reconcile->client->trace = &span->context;
	return span;
}

static void end_span(struct pq_span *span, const struct pq_reconcile *reconcile,
		     struct pq_outcome outcome)
{
	reconcile->client->trace = NULL;
	pq_span_set_text(span, "pratique.outcome", pq_string_from(outcome_name(outcome.kind)));
	if (is_failure(outcome))
		pq_span_fail(span);
	pq_span_end(span);
}

/* Works on one key; false when none is ready. */
static bool reconcile_next(struct pq_manager *manager, struct controller *controller)
{
	struct pq_string key;
	if (!pq_queue_take(&controller->queue, &key))
		return false;
	update_depth(controller);
	struct pq_reconcile reconcile = {
		.name = key,
		.arena = &manager->arena,
		.client = manager->options.client,
		.clock = manager->options.clock,
		.manager = manager,
	};
	ptrdiff_t slash = pq_string_find_byte(key, '/');
	if (slash >= 0) {
		reconcile.namespace = pq_string_slice(key, 0, (size_t)slash);
		reconcile.name = pq_string_slice(key, (size_t)slash + 1, SIZE_MAX);
	}
	int64_t start = pq_clock_monotonic(manager->options.clock);
	struct pq_span *span = start_span(controller, &reconcile);
	struct pq_outcome outcome = controller->registration->reconcile(&reconcile);
	end_span(span, &reconcile, outcome);
	int64_t duration = pq_clock_monotonic(manager->options.clock) - start;
	for (struct pq_reconcile_held *held = reconcile.held; held != NULL; held = held->next)
		pq_cached_object_unref(held->object);
	pq_arena_reset(&manager->arena, RECONCILE_KEPT);
	report(controller, key, outcome, &reconcile.error, duration);
	pq_queue_finish(&controller->queue, key, outcome);
	update_depth(controller);
	return true;
}

static void enqueue_visited(void *context, const struct pq_cached_object *object)
{
	enqueue(context, object->namespace, object->name);
}

/* A queue that had to refuse a key gets all of them again once it has room. */
static void refill(struct pq_manager *manager, struct controller *controller)
{
	if (!controller->queue.overflowed || controller->queue.ready > 0)
		return;
	controller->queue.overflowed = false;
	struct watch *own = find_watch(manager, controller->registration->watched[0].resource);
	pq_cache_visit(&own->cache, enqueue_visited, controller);
}

static bool all_synced(const struct pq_manager *manager)
{
	for (size_t i = 0; i < manager->watch_count; i++) {
		if (!manager->watches[i].reflector.synced)
			return false;
	}
	return true;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

bool pq_manager_turn(struct pq_manager *manager, int64_t until, struct pq_error *error)
{
	for (size_t i = 0; i < manager->watch_count; i++) {
		if (!pq_reflector_advance(&manager->watches[i].reflector, error))
			return false;
	}
	bool synced = all_synced(manager);
	if (synced && !atomic_exchange(&manager->synced, true))
		pq_log(PQ_LOG_INFO, "caches are filled; reconciling");
	for (size_t i = 0; synced && i < manager->controller_count; i++) {
		struct controller *controller = &manager->controllers[i];
		reconcile_next(manager, controller);
		refill(manager, controller);
		until = earlier(until, pq_queue_next(&controller->queue));
	}
	for (size_t i = 0; i < manager->watch_count; i++)
		until = earlier(until, pq_reflector_next(&manager->watches[i].reflector));
	struct pq_http_transport *transport = manager->options.client->transport;
	return transport->run(transport, until, error);
}
