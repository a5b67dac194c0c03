#include "operator/reflector.h"

#include "base/hash.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

#include <stdio.h>

enum { SCRATCH_KEPT = 256 * 1024 };
#define SCRATCH_MAX  ((size_t)512 << 20)
#define CONTINUE_MAX ((size_t)64 << 10)
#define WATCH_GRACE  (30 * PQ_SECOND) /* that a server may overrun timeoutSeconds */
#define WATCH_SHORT  PQ_SECOND        /* a watch that ends sooner counts as a failure */

void pq_reflector_init(struct pq_reflector *reflector, struct pq_kube_client *client,
		       const struct pq_kube_resource *resource, struct pq_cache *cache,
		       uint64_t (*random)(void))
{
	*reflector = (struct pq_reflector){
		.client = client,
		.resource = resource,
		.cache = cache,
		.random = random,
		.state = PQ_REFLECTOR_LIST_DUE,
		.due = INT64_MIN,
	};
	pq_arena_init(&reflector->scratch, SCRATCH_MAX);
	pq_buffer_init(&reflector->continue_token, CONTINUE_MAX);
}

void pq_reflector_done(struct pq_reflector *reflector)
{
	struct pq_http_transport *transport = reflector->client->transport;
	if (reflector->call != NULL)
		transport->cancel(transport, reflector->call);
	reflector->call = NULL;
	pq_arena_done(&reflector->scratch);
	pq_buffer_done(&reflector->continue_token);
}

int64_t pq_reflector_next(const struct pq_reflector *reflector)
{
	bool is_due = reflector->state == PQ_REFLECTOR_LIST_DUE ||
		      reflector->state == PQ_REFLECTOR_WATCH_DUE;
	return is_due ? reflector->due : INT64_MAX;
}

static int64_t now(const struct pq_reflector *reflector)
{
	return pq_clock_monotonic(reflector->client->clock);
}

static void set_due(struct pq_reflector *reflector, enum pq_reflector_state state, int64_t delay)
{
	reflector->state = state;
	reflector->due = now(reflector) + delay;
}

/* Doubles up to a cap; of which a random half is taken, lest all replicas come back at once. */
static int64_t backoff(struct pq_reflector *reflector)
{
	int64_t delay = PQ_REFLECTOR_BACKOFF_MIN;
	for (unsigned i = 1; i < reflector->failures && delay < PQ_REFLECTOR_BACKOFF_MAX; i++)
		delay *= 2;
	if (delay > PQ_REFLECTOR_BACKOFF_MAX)
		delay = PQ_REFLECTOR_BACKOFF_MAX;
	return delay / 2 + (int64_t)(reflector->random() % (uint64_t)(delay / 2));
}

/* Only these mean that trying again is of no use. */
static bool is_fatal(enum pq_error_code code)
{
	return code == PQ_ERROR_MEMORY || code == PQ_ERROR_TOO_LARGE;
}

static const char *advice_for(enum pq_error_code code)
{
	switch (code) {
	case PQ_ERROR_NOT_FOUND:
		return "apply the CustomResourceDefinition of this resource";
	case PQ_ERROR_FORBIDDEN:
		return "grant the rights to list and watch it";
	default:
		return "look at the API server if this goes on";
	}
}

/* Goes back to the list or watch that failed, later. The first failure of a row is logged. */
static void fail(struct pq_reflector *reflector, const struct pq_error *error, int64_t retry_after)
{
	bool expired = error->code == PQ_ERROR_EXPIRED;
	bool was_watching = reflector->state == PQ_REFLECTOR_WATCHING;
	bool fatal = is_fatal(error->code); /* whoever started the core tells */
	if (reflector->failures++ == 0 && !expired && !fatal)
		pq_log(PQ_LOG_WARNING, "watching a resource failed; trying again",
		       PQ_LOG_TEXT_FIELD("resource", pq_string_from(reflector->resource->plural)),
		       PQ_LOG_TEXT_FIELD("error", pq_string_from(error->message)),
		       PQ_LOG_TEXT_FIELD("do", pq_string_from(advice_for(error->code))));
	reflector->error = *error;
	reflector->failed = fatal;
	int64_t delay = backoff(reflector);
	if (retry_after > delay)
		delay = retry_after;
	if (expired && was_watching)
		delay = 0; /* an old resourceVersion is nobody's fault */
	reflector->continue_token.length = 0;
	set_due(reflector,
		was_watching && !expired ? PQ_REFLECTOR_WATCH_DUE : PQ_REFLECTOR_LIST_DUE, delay);
}

static void fail_response(struct pq_reflector *reflector, const struct pq_http_response *response)
{
	struct pq_error error;
	pq_kube_error_from_response(response, &error);
	fail(reflector, &error, response->retry_after);
}

static void recover(struct pq_reflector *reflector)
{
	reflector->failures = 0;
	reflector->error = (struct pq_error){ .code = PQ_ERROR_NONE };
}

/* False when the version is longer than any the API server makes. */
static bool keep_version(struct pq_reflector *reflector, struct pq_string version)
{
	if (version.length == 0 || version.length >= sizeof reflector->version)
		return false;
	memcpy(reflector->version, version.data, version.length);
	reflector->version[version.length] = '\0';
	return true;
}

static void count_objects(const struct pq_reflector *reflector)
{
	struct pq_string label = pq_string_from(reflector->resource->plural);
	pq_metric_set(PQ_METRIC_CACHE_OBJECTS, &label, (double)reflector->cache->slots.count);
}

static struct pq_member member_of(struct pq_string key, struct pq_string text)
{
	return (struct pq_member){ .key = key,
				   .hash = pq_hash(key),
				   .offset = PQ_OFFSET_NONE,
				   .value = pq_value_from_string(text) };
}

/* An object that the cache never takes is passed over: it must not keep the others from being seen.
 */
static bool store(struct pq_reflector *reflector, const struct pq_value *object,
		  struct pq_error *error)
{
	if (pq_cache_put(reflector->cache, object, error))
		return true;
	if (error->code != PQ_ERROR_INVALID)
		return false;
	pq_log(PQ_LOG_WARNING, "an object is passed over",
	       PQ_LOG_TEXT_FIELD("resource", pq_string_from(reflector->resource->plural)),
	       PQ_LOG_TEXT_FIELD("namespace", pq_kube_metadata(object, PQ_S("namespace"))),
	       PQ_LOG_TEXT_FIELD("name", pq_kube_metadata(object, PQ_S("name"))),
	       PQ_LOG_TEXT_FIELD("error", pq_string_from(error->message)));
	return true;
}

/* Items of a list lack apiVersion and kind, which watched objects have. In the cache all have them,
 * so that nobody takes the difference for a change. */
static bool put_item(struct pq_reflector *reflector, const struct pq_value *item,
		     struct pq_error *error)
{
	const struct pq_kube_resource *resource = reflector->resource;
	struct pq_arena *arena = &reflector->scratch;
	if (item->kind != PQ_OBJECT || pq_value_find(item, PQ_S("kind")) != NULL)
		return store(reflector, item, error);
	bool is_core = resource->group[0] == '\0';
	struct pq_string api_version = pq_arena_format(arena, "%s%s%s", resource->group,
						       is_core ? "" : "/", resource->version);
	struct pq_object *object = pq_object_new(arena, (size_t)item->object->count + 2);
	if (api_version.data == NULL || object == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a list");
	struct pq_member members[] = {
		member_of(PQ_S("apiVersion"), api_version),
		member_of(PQ_S("kind"), pq_string_from(resource->kind)),
	};
	pq_object_put(object, &members[0]);
	pq_object_put(object, &members[1]);
	for (uint32_t i = 0; i < item->object->count; i++)
		pq_object_put(object, &item->object->members[i]);
	struct pq_value whole = pq_value_from_object(object);
	return store(reflector, &whole, error);
}

/* Stores one page; *last tells whether it was the last one. */
static bool take_page(struct pq_reflector *reflector, struct pq_string body, bool *last,
		      struct pq_error *error)
{
	struct pq_kube_list list;
	if (!pq_kube_list_read(&reflector->scratch, body, &list, error))
		return false;
	for (uint32_t i = 0; list.items != NULL && i < list.items->length; i++) {
		if (!put_item(reflector, &list.items->items[i], error))
			return false;
	}
	if (!keep_version(reflector, list.resource_version))
		return pq_error_set(error, PQ_ERROR_UNAVAILABLE, "a list's resourceVersion is odd");
	reflector->continue_token.length = 0;
	pq_buffer_append_string(&reflector->continue_token, list.continue_token);
	if (pq_buffer_failed(&reflector->continue_token))
		return pq_error_set(error, PQ_ERROR_TOO_LARGE, "a continue token is too long");
	*last = list.continue_token.length == 0;
	return true;
}

static void finish_list(void *context, const struct pq_http_response *response,
			const struct pq_error *transport_error)
{
	struct pq_reflector *reflector = context;
	pq_kube_count_request("GET", response);
	reflector->call = NULL;
	if (response == NULL) {
		fail(reflector, transport_error, 0);
		return;
	}
	if (response->status != 200) {
		fail_response(reflector, response);
		return;
	}
	struct pq_error error;
	bool last = false;
	bool ok = take_page(reflector, response->body, &last, &error);
	pq_arena_reset(&reflector->scratch, SCRATCH_KEPT);
	if (!ok) {
		fail(reflector, &error, 0);
		return;
	}
	if (!last) {
		set_due(reflector, PQ_REFLECTOR_LIST_DUE, 0);
		return;
	}
	pq_cache_finish_replace(reflector->cache);
	count_objects(reflector);
	reflector->synced = true;
	recover(reflector);
	set_due(reflector, PQ_REFLECTOR_WATCH_DUE, 0);
}

static bool start_list(struct pq_reflector *reflector, struct pq_error *error)
{
	char limit[16];
	snprintf(limit, sizeof limit, "%d", PQ_REFLECTOR_PAGE);
	struct pq_kube_parameter parameters[] = {
		{ .name = "limit", .value = pq_string_from(limit) },
		{ .name = "continue", .value = pq_buffer_view(&reflector->continue_token) },
	};
	bool is_first = reflector->continue_token.length == 0;
	struct pq_kube_request request = {
		.method = "GET",
		.resource = reflector->resource,
		.parameters = parameters,
		.parameter_count = is_first ? 1 : 2,
	};
	struct pq_http_handler handler = { .context = reflector, .done = finish_list };
	if (is_first)
		pq_cache_start_replace(reflector->cache);
	reflector->state = PQ_REFLECTOR_LISTING;
	return pq_kube_start(reflector->client, &request, &handler, &reflector->call, error);
}

static bool take_event(struct pq_reflector *reflector, struct pq_string line)
{
	struct pq_error *error = &reflector->line_error;
	struct pq_kube_event event;
	if (!pq_kube_event_read(&reflector->scratch, line, &event, error))
		return false;
	const struct pq_value *object = event.object;
	if (event.type == PQ_KUBE_DELETED)
		pq_cache_remove(reflector->cache, pq_kube_metadata(object, PQ_S("namespace")),
				pq_kube_metadata(object, PQ_S("name")));
	else if (event.type != PQ_KUBE_BOOKMARK && !store(reflector, object, error))
		return false;
	if (!keep_version(reflector, pq_kube_metadata(object, PQ_S("resourceVersion"))))
		return pq_error_set(error, PQ_ERROR_EXPIRED, "an event has no resourceVersion");
	recover(reflector);
	count_objects(reflector);
	return true;
}

static bool take_line(void *context, struct pq_string line)
{
	struct pq_reflector *reflector = context;
	bool go_on = take_event(reflector, line);
	pq_arena_reset(&reflector->scratch, SCRATCH_KEPT);
	return go_on;
}

static void finish_watch(void *context, const struct pq_http_response *response,
			 const struct pq_error *transport_error)
{
	struct pq_reflector *reflector = context;
	struct pq_string label = pq_string_from(reflector->resource->plural);
	pq_metric_add(PQ_METRIC_WATCH_RESTARTS, &label, 1);
	pq_kube_count_request("GET", response);
	reflector->call = NULL;
	if (reflector->line_error.code != PQ_ERROR_NONE) {
		fail(reflector, &reflector->line_error, 0);
	} else if (response == NULL) {
		fail(reflector, transport_error, 0);
	} else if (response->status != 200) {
		fail_response(reflector, response);
	} else if (now(reflector) - reflector->watch_started < WATCH_SHORT) {
		struct pq_error error;
		pq_error_set(&error, PQ_ERROR_UNAVAILABLE,
			     "a watch was closed as soon as it began");
		fail(reflector, &error, 0);
	} else {
		recover(reflector);
		set_due(reflector, PQ_REFLECTOR_WATCH_DUE, 0);
	}
}

static bool start_watch(struct pq_reflector *reflector, struct pq_error *error)
{
	int64_t jitter = (int64_t)(reflector->random() % (uint64_t)PQ_REFLECTOR_WATCH_MIN);
	int64_t duration = PQ_REFLECTOR_WATCH_MIN + jitter;
	char seconds[32];
	snprintf(seconds, sizeof seconds, "%lld", (long long)(duration / PQ_SECOND));
	struct pq_kube_parameter parameters[] = {
		{ .name = "watch", .value = PQ_S("true") },
		{ .name = "allowWatchBookmarks", .value = PQ_S("true") },
		{ .name = "resourceVersion", .value = pq_string_from(reflector->version) },
		{ .name = "timeoutSeconds", .value = pq_string_from(seconds) },
	};
	struct pq_kube_request request = {
		.method = "GET",
		.resource = reflector->resource,
		.parameters = parameters,
		.parameter_count = sizeof parameters / sizeof parameters[0],
		.timeout = duration + WATCH_GRACE,
	};
	struct pq_http_handler handler = {
		.context = reflector,
		.line = take_line,
		.done = finish_watch,
	};
	reflector->line_error = (struct pq_error){ .code = PQ_ERROR_NONE };
	reflector->watch_started = now(reflector);
	reflector->state = PQ_REFLECTOR_WATCHING;
	return pq_kube_start(reflector->client, &request, &handler, &reflector->call, error);
}

bool pq_reflector_advance(struct pq_reflector *reflector, struct pq_error *error)
{
	if (reflector->failed) {
		*error = reflector->error;
		pq_error_add_path(error, pq_string_from(reflector->resource->plural));
		return false;
	}
	if (pq_reflector_next(reflector) > now(reflector))
		return true;
	return reflector->state == PQ_REFLECTOR_LIST_DUE ? start_list(reflector, error)
							 : start_watch(reflector, error);
}
