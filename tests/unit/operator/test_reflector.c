#include "harness/scripted.h"
#include "operator/reflector.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct pq_kube_resource pods = {
	.group = "",
	.version = "v1",
	.plural = "pods",
	.kind = "Pod",
	.namespaced = true,
};

#define PODS     "GET https://cluster/api/v1/pods"
#define LIST     PODS "?limit=500"
#define WATCH(v) PODS "?watch=true&allowWatchBookmarks=true&resourceVersion=" v "&timeoutSeconds=*"
#define POD(name, version)                                                                         \
	"{\"metadata\":{\"namespace\":\"ns\",\"name\":\"" name "\",\"uid\":\"u-" name              \
	"\",\"resourceVersion\":\"" version "\"}}"
#define EVENT(type, object) "{\"type\":\"" type "\",\"object\":" object "}\n"
#define LIST_OF(version, items)                                                                    \
	"{\"metadata\":{\"resourceVersion\":\"" version "\"},\"items\":[" items "]}"

struct fixture {
	struct test_scripted cluster;
	struct pq_kube_config config;
	struct pq_kube_client client;
	struct pq_cache cache;
	struct pq_reflector reflector;
};

static uint64_t no_chance(void)
{
	return 0;
}

static void start(struct fixture *fixture, const struct test_answer *answers, size_t count)
{
	test_scripted_init(&fixture->cluster, answers, count);
	fixture->config = (struct pq_kube_config){ .server = "https://cluster" };
	fixture->client = (struct pq_kube_client){
		.transport = &fixture->cluster.transport,
		.config = &fixture->config,
		.clock = &fixture->cluster.clock,
		.field_manager = "pratique",
	};
	pq_cache_init(&fixture->cache, 0, NULL, NULL);
	pq_reflector_init(&fixture->reflector, &fixture->client, &pods, &fixture->cache, no_chance);
}

static void end(struct fixture *fixture)
{
	pq_reflector_done(&fixture->reflector);
	pq_cache_done(&fixture->cache);
	test_scripted_done(&fixture->cluster);
}

#define START(fixture, answers) start(fixture, answers, sizeof(answers) / sizeof((answers)[0]))

/* Runs until nothing more happens by itself. */
static void settle(struct fixture *fixture)
{
	struct pq_http_transport *transport = &fixture->cluster.transport;
	struct pq_error error;
	do
		assert_true(pq_reflector_advance(&fixture->reflector, &error));
	while (transport->run(transport, pq_reflector_next(&fixture->reflector), &error));
}

static bool has(const struct fixture *fixture, const char *name)
{
	return pq_cache_find(&fixture->cache, PQ_S("ns"), pq_string_from(name)) != NULL;
}

static void a_list_comes_in_pages_then_a_watch(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		{ .request = LIST,
		  .status = 200,
		  .body = "{\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"x/y=\"},"
			  "\"items\":[" POD("a", "5") "]}" },
		{ .request = LIST "&continue=x%2Fy%3D",
		  .status = 200,
		  .body = LIST_OF("7", POD("b", "6")) },
		{ .request = WATCH("7"),
		  .status = 200,
		  .stays_open = true,
		  .body = EVENT("ADDED", POD("c", "8")) EVENT("DELETED", POD("a", "9"))
			  EVENT("MODIFIED", POD("c", "10")) },
	};
	struct fixture fixture;
	START(&fixture, answers);
	settle(&fixture);
	assert_true(fixture.reflector.synced);
	assert_false(has(&fixture, "a"));
	assert_true(has(&fixture, "b"));
	assert_true(has(&fixture, "c"));
	assert_string_equal(fixture.reflector.version, "10");
	const struct pq_value *listed =
		&pq_cache_find(&fixture.cache, PQ_S("ns"), PQ_S("b"))->value;
	assert_true(pq_string_is(pq_value_find_string(listed, PQ_S("kind")), "Pod"));
	assert_true(pq_string_is(pq_value_find_string(listed, PQ_S("apiVersion")), "v1"));
	end(&fixture);
}

static void an_object_above_its_cap_hides_no_other(void **state)
{
	(void)state;
	enum { ITEMS = PQ_CACHE_OBJECT_BYTES_MAX / sizeof(struct pq_value) };
	struct pq_arena arena;
	struct pq_buffer body;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&body, &arena, 0);
	pq_buffer_append_text(&body,
			      "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":["
			      "{\"metadata\":{\"name\":\"huge\",\"namespace\":\"ns\"},\"spec\":[1");
	for (size_t i = 0; i < ITEMS; i++)
		pq_buffer_append_text(&body, ",1");
	pq_buffer_append_text(&body, "]}," POD("small", "5") "]}");
	pq_buffer_append_byte(&body, '\0');
	assert_false(pq_buffer_failed(&body));
	const struct test_answer answers[] = {
		{ .request = LIST, .status = 200, .body = body.data },
		{ .request = WATCH("7"), .status = 200, .stays_open = true },
	};
	struct fixture fixture;
	START(&fixture, answers);
	settle(&fixture);
	assert_true(fixture.reflector.synced);
	assert_false(has(&fixture, "huge"));
	assert_true(has(&fixture, "small"));
	end(&fixture);
	pq_arena_done(&arena);
}

static void a_watch_goes_on_from_the_last_bookmark(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		{ .request = LIST, .status = 200, .body = LIST_OF("7", POD("a", "5")) },
		{ .request = WATCH("7"), .status = 200, .stays_open = true },
		{ .request = WATCH("20"), .status = 200, .stays_open = true },
	};
	struct fixture fixture;
	START(&fixture, answers);
	settle(&fixture);
	test_scripted_push(&fixture.cluster, PODS "?watch",
			   "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{"
			   "\"resourceVersion\":\"20\"}}}");
	settle(&fixture);
	fixture.cluster.now += 300 * PQ_SECOND;
	test_scripted_close(&fixture.cluster, PODS "?watch");
	settle(&fixture);
	assert_int_equal(test_scripted_count(&fixture.cluster, LIST), 1);
	assert_true(has(&fixture, "a"));
	end(&fixture);
}

static void an_expired_version_lists_again(void **state)
{
	(void)state;
	static const char gone[] = "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\","
				   "\"message\":\"too old resource version\"}";
	static const char error_event[] =
		"{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,"
		"\"reason\":\"Expired\",\"message\":\"too old resource version\"}}\n";
	static const struct test_answer answers[] = {
		{ .request = LIST, .status = 200, .body = LIST_OF("7", POD("a", "5")) },
		{ .request = WATCH("7"), .status = 410, .body = gone },
		{ .request = LIST, .status = 200, .body = LIST_OF("9", POD("b", "8")) },
		{ .request = WATCH("9"), .status = 200, .body = error_event },
		{ .request = LIST, .status = 200, .body = LIST_OF("11", POD("c", "10")) },
		{ .request = WATCH("11"), .status = 200, .stays_open = true },
	};
	struct fixture fixture;
	START(&fixture, answers);
	settle(&fixture);
	/* What disappeared while nobody watched is gone. */
	assert_false(has(&fixture, "a"));
	assert_false(has(&fixture, "b"));
	assert_true(has(&fixture, "c"));
	end(&fixture);
}

static void failures_are_tried_again_later(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		{ .request = LIST, .error = PQ_ERROR_UNAVAILABLE },
		{ .request = LIST, .error = PQ_ERROR_UNAVAILABLE },
		{ .request = LIST, .status = 429, .retry_after = 9 * PQ_SECOND, .body = "busy" },
		{ .request = LIST, .status = 500, .body = "{}" },
		{ .request = LIST, .status = 200, .body = LIST_OF("7", "") },
		{ .request = WATCH("7"), .error = PQ_ERROR_UNAVAILABLE },
		{ .request = WATCH("7"), .status = 200, .stays_open = true },
	};
	static const int64_t wanted[] = {
		100 * PQ_MILLISECOND, 200 * PQ_MILLISECOND, 9 * PQ_SECOND, 800 * PQ_MILLISECOND, 0,
		100 * PQ_MILLISECOND,
	};
	struct fixture fixture;
	START(&fixture, answers);
	settle(&fixture);
	const struct test_request *requests = fixture.cluster.requests;
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		assert_int_equal(requests[i + 1].time - requests[i].time, wanted[i]);
	end(&fixture);
}

static void nonsense_from_the_server_is_survived(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		{ .request = LIST, .status = 200, .body = "<html>" },
		{ .request = LIST, .status = 200, .body = "{\"items\":[]}" },
		{ .request = LIST, .status = 200, .body = LIST_OF("7", POD("a", "5")) },
		{ .request = WATCH("7"), .status = 200, .body = "{\"type\":" },
		{ .request = WATCH("7"), .status = 200, .body = EVENT("EATEN", POD("a", "8")) },
		{ .request = WATCH("7"), .status = 200, .body = "{\"type\":\"ADDED\"}\n" },
		{ .request = WATCH("7"), .status = 200, .stays_open = true },
	};
	struct fixture fixture;
	START(&fixture, answers);
	settle(&fixture);
	assert_true(has(&fixture, "a"));
	end(&fixture);
}

static void a_cache_that_is_full_ends_the_core(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		{ .request = LIST, .status = 200, .body = LIST_OF("7", POD("a", "5")) },
	};
	struct fixture fixture;
	struct pq_error error;
	START(&fixture, answers);
	fixture.cache.bytes_max = 100;
	assert_true(pq_reflector_advance(&fixture.reflector, &error));
	assert_true(fixture.cluster.transport.run(&fixture.cluster.transport, 0, &error));
	assert_false(pq_reflector_advance(&fixture.reflector, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_string_equal(error.path, "pods");
	end(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_comes_in_pages_then_a_watch),
		cmocka_unit_test(an_object_above_its_cap_hides_no_other),
		cmocka_unit_test(a_watch_goes_on_from_the_last_bookmark),
		cmocka_unit_test(an_expired_version_lists_again),
		cmocka_unit_test(failures_are_tried_again_later),
		cmocka_unit_test(nonsense_from_the_server_is_survived),
		cmocka_unit_test(a_cache_that_is_full_ends_the_core),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
