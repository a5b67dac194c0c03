/* The MyApp reconciler as a whole, against a scripted API server. */
#include "harness/scripted.h"
#include "operator/manager.h"
#include "operators/shipped.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define CLUSTER     "https://cluster"
#define APPS        CLUSTER "/apis/apps.example.com/v1/"
#define DEPLOYMENTS CLUSTER "/apis/apps/v1/"
#define SERVICES    CLUSTER "/api/v1/"
#define IN_NS       "namespaces/ns/"
#define APP         APPS IN_NS "myapps/a"
#define DEPLOYMENT  DEPLOYMENTS IN_NS "deployments/a"
#define SERVICE     SERVICES IN_NS "services/a"

#define OBJECT(more)                                                                               \
	"{\"metadata\":{\"namespace\":\"ns\",\"name\":\"a\",\"generation\":1,\"uid\":\"u-a\","     \
	"\"resourceVersion\":\"5\"" more "},\"spec\":{\"replicas\":1,\"image\":\"x:1\","           \
	"\"ports\":[{\"name\":\"http\",\"containerPort\":80}]}}"
#define FINALIZER ",\"finalizers\":[\"apps.example.com/pratique\"]"
#define DELETED   ",\"deletionTimestamp\":\"2026-11-23T00:00:00Z\"" FINALIZER
#define CHILD(uid)                                                                                 \
	"{\"metadata\":{\"namespace\":\"ns\",\"name\":\"a\",\"uid\":\"" uid                        \
	"\",\"resourceVersion\":\"6\",\"ownerReferences\":[{\"controller\":true,"                  \
	"\"kind\":\"MyApp\",\"name\":\"a\",\"uid\":\"u-a\"}]}}"
#define LIST_OF(items) "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[" items "]}"
#define STATUS(code, reason, message)                                                              \
	"{\"kind\":\"Status\",\"code\":" #code ",\"reason\":\"" reason "\",\"message\":\"" message \
	"\"}"

/* What every case needs first: three lists, of which one has the app, and three watches. */
#define CACHES(app, deployment, service)                                                           \
	{ .request = "GET " APPS "myapps?limit*", .status = 200, .body = LIST_OF(app) },           \
		{ .request = "GET " DEPLOYMENTS "deployments?limit*",                              \
		  .status = 200,                                                                   \
		  .body = LIST_OF(deployment) },                                                   \
		{ .request = "GET " SERVICES "services?limit*",                                    \
		  .status = 200,                                                                   \
		  .body = LIST_OF(service) },                                                      \
		{ .request = "GET " APPS "myapps?watch*", .status = 200, .stays_open = true },     \
		{ .request = "GET " DEPLOYMENTS "deployments?watch*",                              \
		  .status = 200,                                                                   \
		  .stays_open = true },                                                            \
	{                                                                                          \
		.request = "GET " SERVICES "services?watch*", .status = 200, .stays_open = true    \
	}

static struct {
	struct test_scripted cluster;
	struct pq_kube_config config;
	struct pq_kube_client client;
	struct pq_manager *manager;
} fixture;

static uint64_t no_chance(void)
{
	return 0;
}

static void start(const struct test_answer *answers, size_t count)
{
	struct pq_error error;
	memset(&fixture, 0, sizeof fixture);
	test_scripted_init(&fixture.cluster, answers, count);
	fixture.config = (struct pq_kube_config){ .server = CLUSTER };
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
		.controllers = pq_controllers_shipped,
	};
	fixture.manager = pq_manager_new(&options, &error);
	assert_non_null(fixture.manager);
}

static void end(void)
{
	pq_manager_free(fixture.manager);
	test_scripted_done(&fixture.cluster);
}

#define START(answers) start(answers, sizeof(answers) / sizeof((answers)[0]))

static void settle(void)
{
	struct pq_error error;
	while (pq_manager_turn(fixture.manager, INT64_MAX, &error))
		;
	assert_int_equal(error.code, PQ_ERROR_STOPPED);
}

/* The writes in order, by method and object. */
static void assert_writes(const char *const *want, size_t count)
{
	size_t found = 0;
	for (size_t i = 0; i < fixture.cluster.request_count; i++) {
		const char *line = fixture.cluster.requests[i].line;
		if (strncmp(line, "GET ", 4) == 0)
			continue;
		assert_true(found < count);
		assert_true(strncmp(line, want[found], strlen(want[found])) == 0);
		found++;
	}
	assert_int_equal(found, count);
}

static void the_finalizer_comes_before_everything_else(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		CACHES(OBJECT(""), "", ""),
		{ .request = "PATCH " APP "?*", .status = 200, .body = OBJECT(FINALIZER) },
		{ .request = "PATCH " DEPLOYMENT "?*", .status = 201, .body = CHILD("u-d") },
		{ .request = "PATCH " SERVICE "?*", .status = 201, .body = CHILD("u-s") },
		{ .request = "PATCH " APP "/status?*", .status = 200, .body = OBJECT(FINALIZER) },
	};
	static const char *const writes[] = { "PATCH " APP "?", "PATCH " DEPLOYMENT,
					      "PATCH " SERVICE, "PATCH " APP "/status" };
	START(answers);
	settle();
	assert_writes(writes, 4);
	assert_non_null(strstr(test_scripted_last(&fixture.cluster, "PATCH " APP "/status")->body,
			       "\"phase\":\"Progressing\""));
	end();
}

static void nothing_is_made_without_the_finalizer(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		CACHES(OBJECT(""), "", ""),
		{ .request = "PATCH " APP "?*",
		  .status = 409,
		  .body = STATUS(409, "Conflict", "changed") },
		{ .request = "PATCH " APP "?*", .error = PQ_ERROR_TIMEOUT },
		{ .request = "PATCH " APP "?*",
		  .status = 404,
		  .body = STATUS(404, "NotFound", "") },
		{ .request = "PATCH " APP "?*", .status = 422, .body = STATUS(422, "Invalid", "") },
	};
	static const char *const writes[] = { "PATCH " APP, "PATCH " APP, "PATCH " APP,
					      "PATCH " APP };
	START(answers);
	settle(); /* the last answer is final: no more tries */
	assert_writes(writes, 4);
	end();
}

static void a_refused_deployment_is_told_in_the_status(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		CACHES(OBJECT(FINALIZER), "", ""),
		{ .request = "PATCH " DEPLOYMENT "?*",
		  .status = 422,
		  .body = STATUS(422, "Invalid", "image is denied") },
		{ .request = "PATCH " APP "/status?*", .status = 200, .body = OBJECT(FINALIZER) },
	};
	START(answers);
	settle();
	const char *body = test_scripted_last(&fixture.cluster, "PATCH " APP "/status")->body;
	assert_non_null(strstr(body, "\"phase\":\"Degraded\""));
	assert_non_null(strstr(body, "image is denied"));
	end();
}

static void an_outage_is_nobodys_fault(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		CACHES(OBJECT(FINALIZER), "", ""),
		{ .request = "PATCH " DEPLOYMENT "?*", .error = PQ_ERROR_UNAVAILABLE },
		{ .request = "PATCH " DEPLOYMENT "?*", .status = 201, .body = CHILD("u-d") },
		{ .request = "PATCH " SERVICE "?*", .status = 201, .body = CHILD("u-s") },
		{ .request = "PATCH " APP "/status?*", .status = 200, .body = OBJECT(FINALIZER) },
	};
	static const char *const writes[] = { "PATCH " DEPLOYMENT, "PATCH " DEPLOYMENT,
					      "PATCH " SERVICE, "PATCH " APP "/status" };
	START(answers);
	settle();
	assert_writes(writes, 4);
	end();
}

static void deletion_ends_with_the_finalizer(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		CACHES(OBJECT(DELETED), CHILD("u-d"), CHILD("u-s")),
		{ .request = "DELETE " DEPLOYMENT, .status = 200, .body = "{}" },
		{ .request = "DELETE " SERVICE,
		  .status = 404,
		  .body = STATUS(404, "NotFound", "") },
		{ .request = "PATCH " APP "/status?*", .status = 200, .body = OBJECT(DELETED) },
		{ .request = "DELETE " SERVICE,
		  .status = 404,
		  .body = STATUS(404, "NotFound", "") },
		{ .request = "PATCH " APP "/status?*", .status = 200, .body = OBJECT(DELETED) },
		/* The cache has neither any more, the API server still has one; then it has not. */
		{ .request = "GET " DEPLOYMENT, .status = 200, .body = CHILD("u-d") },
		{ .request = "GET " SERVICE, .status = 404, .body = STATUS(404, "NotFound", "") },
		{ .request = "GET " DEPLOYMENT,
		  .status = 404,
		  .body = STATUS(404, "NotFound", "") },
		{ .request = "GET " SERVICE, .status = 404, .body = STATUS(404, "NotFound", "") },
		{ .request = "PATCH " APP "?*",
		  .status = 200,
		  .body = OBJECT(",\"finalizers\":[]") },
	};
	START(answers);
	settle();
	assert_non_null(strstr(test_scripted_last(&fixture.cluster, "DELETE " DEPLOYMENT)->body,
			       "\"preconditions\":{\"uid\":\"u-d\"}"));
	test_scripted_push(&fixture.cluster, "GET " DEPLOYMENTS "deployments?watch",
			   "{\"type\":\"DELETED\",\"object\":" CHILD("u-d") "}");
	settle();
	test_scripted_push(&fixture.cluster, "GET " SERVICES "services?watch",
			   "{\"type\":\"DELETED\",\"object\":" CHILD("u-s") "}");
	settle();
	assert_string_equal(test_scripted_last(&fixture.cluster, "PATCH " APP "?")->body,
			    "{\"metadata\":{\"finalizers\":[],\"resourceVersion\":\"5\"}}");
	end();
}

/* What the API server lists after a write: without apiVersion and kind. */
static const char *listed(struct pq_arena *arena, const char *request)
{
	const char *body = test_scripted_last(&fixture.cluster, request)->body;
	return pq_arena_format(arena, LIST_OF("{%s"), strstr(body, "\"metadata\"")).data;
}

static void a_new_start_writes_nothing(void **state)
{
	(void)state;
	static const struct test_answer first[] = {
		CACHES(OBJECT(FINALIZER), "", ""),
		{ .request = "PATCH " DEPLOYMENT "?*", .status = 201, .body = CHILD("u-d") },
		{ .request = "PATCH " SERVICE "?*", .status = 201, .body = CHILD("u-s") },
		{ .request = "PATCH " APP "/status?*", .status = 200, .body = OBJECT(FINALIZER) },
	};
	START(first);
	settle();
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	const char *status = test_scripted_last(&fixture.cluster, "PATCH " APP "/status")->body;
	static const char open[] = "{\"metadata\":{\"resourceVersion\":\"5\"},";
	static const char app[] = OBJECT(FINALIZER);
	assert_int_equal(strncmp(status, open, strlen(open)), 0);
	struct test_answer second[] = { CACHES("", "", "") };
	second[0].body = pq_arena_format(&arena, LIST_OF("%.*s,%s"), (int)strlen(app) - 1, app,
					 status + strlen(open))
				 .data;
	second[1].body = listed(&arena, "PATCH " DEPLOYMENT);
	second[2].body = listed(&arena, "PATCH " SERVICE);
	end();
	START(second);
	settle();
	assert_writes(NULL, 0);
	assert_true(pq_manager_is_synced(fixture.manager));
	end();
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_finalizer_comes_before_everything_else),
		cmocka_unit_test(nothing_is_made_without_the_finalizer),
		cmocka_unit_test(a_refused_deployment_is_told_in_the_status),
		cmocka_unit_test(an_outage_is_nobodys_fault),
		cmocka_unit_test(deletion_ends_with_the_finalizer),
		cmocka_unit_test(a_new_start_writes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
