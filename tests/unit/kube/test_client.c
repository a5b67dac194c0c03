#include "harness/scripted.h"
#include "kube/list.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct pq_kube_resource pods = { "", "v1", "pods", "Pod", true };
static const struct pq_kube_resource apps = { "apps.example.com", "v1", "myapps", "MyApp", true };
static const struct pq_kube_resource nodes = { "", "v1", "nodes", "Node", false };

struct fixture {
	struct test_scripted cluster;
	struct pq_kube_config config;
	struct pq_kube_client client;
	struct pq_arena arena;
};

static void start(struct fixture *fixture, const struct test_answer *answers, size_t count)
{
	test_scripted_init(&fixture->cluster, answers, count);
	fixture->config = (struct pq_kube_config){ .server = "https://cluster/prefix" };
	fixture->client = (struct pq_kube_client){
		.transport = &fixture->cluster.transport,
		.config = &fixture->config,
		.clock = &fixture->cluster.clock,
		.field_manager = "pratique",
	};
	pq_arena_init(&fixture->arena, 0);
}

static void end(struct fixture *fixture)
{
	pq_arena_done(&fixture->arena);
	test_scripted_done(&fixture->cluster);
}

static void urls_are_built_and_encoded(void **state)
{
	(void)state;
	static const struct pq_kube_parameter parameters[] = {
		{ .name = "labelSelector", .value = PQ_LITERAL("app=a b&c") },
		{ .name = "continue", .value = PQ_LITERAL("A-._~/+=\xc3\xa9") },
	};
	static const struct {
		struct pq_kube_request request;
		const char *want;
	} cases[] = {
		{ { .resource = &pods }, "S/api/v1/pods" },
		{ { .resource = &pods, .namespace = PQ_LITERAL("ns") },
		  "S/api/v1/namespaces/ns/pods" },
		{ { .resource = &pods,
		    .namespace = PQ_LITERAL("ns"),
		    .name = PQ_LITERAL("p"),
		    .subresource = "status" },
		  "S/api/v1/namespaces/ns/pods/p/status" },
		{ { .resource = &apps,
		    .namespace = PQ_LITERAL("ns"),
		    .name = PQ_LITERAL("a/../b") },
		  "S/apis/apps.example.com/v1/namespaces/ns/myapps/a%2F..%2Fb" },
		{ { .resource = &nodes, .namespace = PQ_LITERAL("ns"), .name = PQ_LITERAL("n") },
		  "S/api/v1/nodes/n" },
		{ { .resource = &nodes, .parameters = parameters, .parameter_count = 2 },
		  "S/api/v1/nodes?labelSelector=app%3Da%20b%26c&continue=A-._~%2F%2B%3D%C3%A9" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_buffer url;
		pq_buffer_init(&url, 0);
		pq_kube_write_url(&url, "S", &cases[i].request);
		assert_string_equal(url.data, cases[i].want);
		pq_buffer_done(&url);
	}
}

static void apply_is_forced_and_has_a_manager(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		{ .request = "PATCH https://cluster/prefix/apis/apps.example.com/v1/namespaces/ns/"
			     "myapps/a?fieldManager=pratique&force=true",
		  .status = 201,
		  .body = "{\"metadata\":{\"resourceVersion\":\"5\"}}" },
	};
	struct fixture fixture;
	struct pq_value result;
	struct pq_error error;
	struct pq_kube_target target = { .resource = &apps,
					 .namespace = PQ_S("ns"),
					 .name = PQ_S("a") };
	start(&fixture, answers, 1);
	assert_true(pq_kube_apply(&fixture.client, &fixture.arena, &target, PQ_S("{\"spec\":1}"),
				  &result, &error));
	assert_true(pq_string_is(pq_kube_metadata(&result, PQ_S("resourceVersion")), "5"));
	const struct test_request *request = test_scripted_last(&fixture.cluster, "PATCH");
	assert_string_equal(request->body, "{\"spec\":1}");
	assert_non_null(strstr(request->headers, "Content-Type: application/apply-patch+yaml\n"));
	assert_null(strstr(request->headers, "Authorization"));
	end(&fixture);
}

/* Without tracing of our own the parent's context is passed on. */
static void calls_name_the_trace_they_are_part_of(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		{ .request = "GET https://cluster/prefix/api/v1/nodes/n",
		  .status = 200,
		  .body = "{}" },
		{ .request = "GET https://cluster/prefix/api/v1/nodes/n",
		  .status = 200,
		  .body = "{}" },
	};
	static const char header[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
	struct fixture fixture;
	struct pq_value result;
	struct pq_error error;
	struct pq_trace_context trace;
	struct pq_kube_target target = { .resource = &nodes, .name = PQ_S("n") };
	start(&fixture, answers, 2);
	assert_true(pq_kube_get(&fixture.client, &fixture.arena, &target, &result, &error));
	assert_null(strstr(test_scripted_last(&fixture.cluster, "GET")->headers, "traceparent"));
	assert_true(pq_trace_context_parse(pq_string_from(header), &trace));
	fixture.client.trace = &trace;
	assert_true(pq_kube_get(&fixture.client, &fixture.arena, &target, &result, &error));
	const char *headers = test_scripted_last(&fixture.cluster, "GET")->headers;
	assert_non_null(strstr(headers, "traceparent: "));
	assert_non_null(strstr(headers, header));
	assert_ptr_equal(fixture.client.trace, &trace);
	end(&fixture);
}

static void delete_names_the_very_object(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		{ .request = "DELETE https://cluster/prefix/api/v1/namespaces/ns/pods/p",
		  .status = 200,
		  .body = "{}" },
	};
	struct fixture fixture;
	struct pq_error error;
	struct pq_kube_target target = { .resource = &pods,
					 .namespace = PQ_S("ns"),
					 .name = PQ_S("p") };
	struct pq_kube_delete_options options = { .uid = PQ_S("u-1"), .propagation = "Foreground" };
	start(&fixture, answers, 1);
	assert_true(pq_kube_delete(&fixture.client, &fixture.arena, &target, &options, &error));
	assert_string_equal(test_scripted_last(&fixture.cluster, "DELETE")->body,
			    "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\","
			    "\"propagationPolicy\":\"Foreground\","
			    "\"preconditions\":{\"uid\":\"u-1\"}}");
	end(&fixture);
}

#define STATUS(code, reason, message)                                                              \
	"{\"kind\":\"Status\",\"code\":" #code ",\"reason\":\"" reason "\",\"message\":\"" message \
	"\"}"

static void refusals_become_errors(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *body;
		enum pq_error_code code;
		const char *message;
	} cases[] = {
		{ 404, STATUS(404, "NotFound", "pods \\\"p\\\" not found"), PQ_ERROR_NOT_FOUND,
		  "pods \"p\" not found" },
		{ 409, STATUS(409, "AlreadyExists", "exists"), PQ_ERROR_CONFLICT, "exists" },
		{ 409, STATUS(409, "Conflict", "changed"), PQ_ERROR_CONFLICT, "changed" },
		{ 410, STATUS(410, "Expired", "too old"), PQ_ERROR_EXPIRED, "too old" },
		{ 422, STATUS(422, "Invalid", "bad"), PQ_ERROR_REJECTED, "bad" },
		{ 403, STATUS(403, "Forbidden", "no"), PQ_ERROR_FORBIDDEN, "no" },
		{ 429, STATUS(429, "TooManyRequests", "later"), PQ_ERROR_BUSY, "later" },
		{ 500, STATUS(500, "InternalError", "oh"), PQ_ERROR_UNAVAILABLE, "oh" },
		{ 504, STATUS(504, "Timeout", "slow"), PQ_ERROR_TIMEOUT, "slow" },
		{ 401, "Unauthorized\n", PQ_ERROR_UNAUTHORIZED,
		  "the server answered HTTP 401: Unauthorized" },
		{ 502, "", PQ_ERROR_UNAVAILABLE, "the server answered HTTP 502: " },
	};
	struct pq_kube_target target = { .resource = &pods,
					 .namespace = PQ_S("ns"),
					 .name = PQ_S("p") };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct test_answer answer = { .request = "GET *",
					      .status = cases[i].status,
					      .body = cases[i].body };
		struct fixture fixture;
		struct pq_value result;
		struct pq_error error;
		start(&fixture, &answer, 1);
		assert_false(
			pq_kube_get(&fixture.client, &fixture.arena, &target, &result, &error));
		assert_int_equal(error.code, cases[i].code);
		assert_string_equal(error.message, cases[i].message);
		assert_string_equal(error.path, "GET pods ns/p");
		end(&fixture);
	}
}

static void a_lost_server_and_a_stop_end_the_wait(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		{ .request = "GET *", .error = PQ_ERROR_TIMEOUT },
		{ .request = "GET *", .status = 200, .stays_open = true },
	};
	struct fixture fixture;
	struct pq_value result;
	struct pq_error error;
	struct pq_kube_target target = { .resource = &nodes, .name = PQ_S("n") };
	start(&fixture, answers, 2);
	assert_false(pq_kube_get(&fixture.client, &fixture.arena, &target, &result, &error));
	assert_int_equal(error.code, PQ_ERROR_TIMEOUT);
	assert_false(pq_kube_get(&fixture.client, &fixture.arena, &target, &result, &error));
	assert_int_equal(error.code, PQ_ERROR_STOPPED);
	end(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_are_built_and_encoded),
		cmocka_unit_test(apply_is_forced_and_has_a_manager),
		cmocka_unit_test(calls_name_the_trace_they_are_part_of),
		cmocka_unit_test(delete_names_the_very_object),
		cmocka_unit_test(refusals_become_errors),
		cmocka_unit_test(a_lost_server_and_a_stop_end_the_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
