#include "harness/scripted.h"
#include "operator/manager.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct pq_kube_resource apps = { "example.com", "v1", "apps", "App", true };
static const struct pq_kube_resource pods = { "", "v1", "pods", "Pod", true };

#define APPS "GET https://cluster/apis/example.com/v1/apps?"
#define PODS "GET https://cluster/api/v1/pods?"
#define APP(name, version)                                                                         \
	"{\"metadata\":{\"namespace\":\"ns\",\"name\":\"" name "\",\"uid\":\"u-" name              \
	"\",\"resourceVersion\":\"" version "\"}}"
#define POD(name, version, kind, owner)                                                            \
	"{\"metadata\":{\"namespace\":\"ns\",\"name\":\"" name "\",\"uid\":\"u-" name              \
	"\",\"resourceVersion\":\"" version                                                        \
	"\",\"ownerReferences\":[{\"controller\":true,\"uid\":\"u-" owner "\",\"kind\":\"" kind    \
	"\",\"name\":\"" owner "\"}]}}"
#define LIST_OF(items) "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[" items "]}"

static struct {
	struct test_scripted cluster;
	struct pq_kube_config config;
	struct pq_kube_client client;
	struct pq_manager *manager;
	struct pq_buffer log; /* "ns/a(pods) " for each call */
	struct pq_outcome outcome;
	void (*during)(struct pq_reconcile *reconcile);
} fixture;

static void count_visit(void *context, const struct pq_cached_object *object)
{
	(void)object;
	++*(int *)context;
}

static struct pq_outcome reconcile(struct pq_reconcile *reconcile)
{
	const struct pq_cached_object *app =
		pq_reconcile_find(reconcile, &apps, reconcile->namespace, reconcile->name);
	int owned = 0;
	if (app != NULL)
		pq_reconcile_visit_owned(reconcile, &pods, app->uid, count_visit, &owned);
	if (fixture.during != NULL)
		fixture.during(reconcile);
	pq_buffer_append_format(
		&fixture.log, "%.*s/%.*s(%s%d) ", PQ_STRING_ARGUMENT(reconcile->namespace),
		PQ_STRING_ARGUMENT(reconcile->name), app == NULL ? "gone " : "", owned);
	pq_error_set(&reconcile->error, PQ_ERROR_UNAVAILABLE, "scripted");
	return fixture.outcome;
}

static bool is_not_boring(const struct pq_cached_object *before,
			  const struct pq_cached_object *after)
{
	const struct pq_cached_object *object = after != NULL ? after : before;
	return !pq_string_is(object->name, "boring");
}

static const struct pq_watched_resource watched[] = {
	{ .resource = &apps, .mapping = PQ_KEY_OWN },
	{ .resource = &pods, .mapping = PQ_KEY_OWNER, .is_relevant = is_not_boring },
};
static const struct pq_controller_registration controller = {
	.name = "test",
	.watched = watched,
	.watched_count = 2,
	.reconcile = reconcile,
};
static const struct pq_controller_registration *const controllers[] = { &controller, NULL };

static uint64_t no_chance(void)
{
	return 0;
}

static void start(const struct test_answer *answers, size_t count)
{
	struct pq_error error;
	memset(&fixture, 0, sizeof fixture);
	test_scripted_init(&fixture.cluster, answers, count);
	pq_buffer_init(&fixture.log, 0);
	fixture.config = (struct pq_kube_config){ .server = "https://cluster" };
	fixture.client = (struct pq_kube_client){
		.transport = &fixture.cluster.transport,
		.config = &fixture.config,
		.clock = &fixture.cluster.clock,
		.field_manager = "pratique",
	};
	struct pq_manager_options options = {
		.client = &fixture.client,
		.clock = &fixture.cluster.clock,
		.random = no_chance,
		.controllers = controllers,
	};
	fixture.manager = pq_manager_new(&options, &error);
	assert_non_null(fixture.manager);
}

static void end(void)
{
	pq_manager_free(fixture.manager);
	pq_buffer_done(&fixture.log);
	test_scripted_done(&fixture.cluster);
}

/* Runs until nothing more happens by itself. */
static void settle(void)
{
	struct pq_error error;
	while (pq_manager_turn(fixture.manager, INT64_MAX, &error))
		;
	assert_int_equal(error.code, PQ_ERROR_STOPPED);
}

/* Asserts the calls since the last time. */
static void assert_log(const char *want)
{
	pq_buffer_append_byte(&fixture.log, '\0');
	assert_string_equal(fixture.log.data, want);
	fixture.log.length = 0;
}

#define BOTH_WATCHES                                                                               \
	{ .request = APPS "watch*", .status = 200, .stays_open = true },                           \
	{                                                                                          \
		.request = PODS "watch*", .status = 200, .stays_open = true                        \
	}

static void nothing_is_reconciled_before_all_caches_are_filled(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		{ .request = APPS "limit*", .status = 200, .body = LIST_OF(APP("a", "5")) },
		{ .request = PODS "limit*", .error = PQ_ERROR_UNAVAILABLE },
		{ .request = PODS "limit*",
		  .status = 200,
		  .body = LIST_OF(POD("p", "6", "App", "a") "," POD("q", "6", "App", "a")) },
		BOTH_WATCHES,
	};
	start(answers, 5);
	settle();
	assert_true(pq_manager_is_synced(fixture.manager));
	assert_log("ns/a(2) "); /* once, and it saw both */
	end();
}

static void events_lead_to_keys(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		{ .request = APPS "limit*",
		  .status = 200,
		  .body = LIST_OF(APP("a", "5") "," APP("b", "5")) },
		{ .request = PODS "limit*", .status = 200, .body = LIST_OF("") },
		BOTH_WATCHES,
	};
	static const struct {
		const char *watch, *line, *want;
	} cases[] = {
		{ PODS, "{\"type\":\"ADDED\",\"object\":" POD("p", "8", "App", "a") "}",
		  "ns/a(1) " },
		/* It changes hands: both look. */
		{ PODS, "{\"type\":\"MODIFIED\",\"object\":" POD("p", "9", "App", "b") "}",
		  "ns/a(0) ns/b(1) " },
		{ PODS, "{\"type\":\"DELETED\",\"object\":" POD("p", "10", "App", "b") "}",
		  "ns/b(0) " },
		{ PODS, "{\"type\":\"ADDED\",\"object\":" POD("q", "11", "ReplicaSet", "a") "}",
		  "" },
		{ PODS, "{\"type\":\"ADDED\",\"object\":" POD("boring", "12", "App", "a") "}", "" },
		{ APPS, "{\"type\":\"DELETED\",\"object\":" APP("b", "13") "}", "ns/b(gone 0) " },
	};
	start(answers, 4);
	settle();
	assert_log("ns/a(0) ns/b(0) ");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char watch[128];
		snprintf(watch, sizeof watch, "%swatch", cases[i].watch);
		test_scripted_push(&fixture.cluster, watch, cases[i].line);
		settle();
		assert_log(cases[i].want);
	}
	end();
}

static const struct test_answer quiet[] = {
	{ .request = APPS "limit*", .status = 200, .body = LIST_OF(APP("a", "5")) },
	{ .request = PODS "limit*", .status = 200, .body = LIST_OF("") },
	BOTH_WATCHES,
};

/* Turns until the clock has passed a time. */
static void run_for(int64_t duration)
{
	struct pq_error error;
	int64_t until = fixture.cluster.now + duration;
	while (fixture.cluster.now < until)
		assert_true(pq_manager_turn(fixture.manager, until, &error));
}

static void outcomes_decide_when_a_key_comes_again(void **state)
{
	(void)state;
	start(quiet, 4);
	fixture.outcome = (struct pq_outcome){ .kind = PQ_OUTCOME_RETRY };
	run_for(36 * PQ_MILLISECOND); /* 0, 5, 15 and 35 ms */
	assert_log("ns/a(0) ns/a(0) ns/a(0) ns/a(0) ");
	fixture.outcome = pq_outcome_after(PQ_MINUTE);
	run_for(50 * PQ_MILLISECOND); /* 75 ms */
	assert_log("ns/a(0) ");
	fixture.outcome = (struct pq_outcome){ .kind = PQ_OUTCOME_TERMINAL };
	run_for(PQ_MINUTE);
	assert_log("ns/a(0) ");
	run_for(5 * PQ_MINUTE);
	assert_log("");
	end();
}

/* While a reconciler waits for an answer, its object changes and goes away. */
static void call_api(struct pq_reconcile *reconcile)
{
	struct pq_kube_target target = { .resource = &apps,
					 .namespace = reconcile->namespace,
					 .name = reconcile->name };
	struct pq_error error;
	struct pq_value result;
	const struct pq_cached_object *held =
		pq_reconcile_find(reconcile, &apps, reconcile->namespace, reconcile->name);
	fixture.during = NULL;
	test_scripted_push(&fixture.cluster, APPS "watch",
			   "{\"type\":\"DELETED\",\"object\":" APP("a", "9") "}");
	assert_true(pq_kube_get(reconcile->client, reconcile->arena, &target, &result, &error));
	assert_null(pq_reconcile_find(reconcile, &apps, reconcile->namespace, reconcile->name));
	assert_true(pq_string_is(held->resource_version, "5")); /* what was found stays */
}

static void caches_go_on_while_a_reconciler_waits(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		{ .request = APPS "limit*", .status = 200, .body = LIST_OF(APP("a", "5")) },
		{ .request = PODS "limit*", .status = 200, .body = LIST_OF("") },
		BOTH_WATCHES,
		{ .request = "GET https://cluster/apis/example.com/v1/namespaces/ns/apps/a",
		  .status = 200,
		  .body = APP("a", "5") },
	};
	start(answers, 5);
	fixture.during = call_api;
	settle();
	assert_log("ns/a(0) ns/a(gone 0) ");
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_reconciled_before_all_caches_are_filled),
		cmocka_unit_test(events_lead_to_keys),
		cmocka_unit_test(outcomes_decide_when_a_key_comes_again),
		cmocka_unit_test(caches_go_on_while_a_reconciler_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
