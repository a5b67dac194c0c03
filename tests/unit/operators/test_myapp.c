#include "operators/contains.h"
#include "operators/myapp/decide.h"
#include "json/patch.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* 2026-11-23T00:00:00Z */
enum { NOW = 1795392000 };

static const char app_text[] =
	"{\"apiVersion\":\"apps.example.com/v1\",\"kind\":\"MyApp\",\"metadata\":{"
	"\"name\":\"hello\",\"namespace\":\"ns\",\"uid\":\"u-app\",\"resourceVersion\":\"41\","
	"\"generation\":3,\"finalizers\":[\"apps.example.com/pratique\"]},\"spec\":{"
	"\"replicas\":2,\"image\":\"example.com/app:1\",\"version\":\"1.2.3+build.7\","
	"\"ports\":[{\"name\":\"http\",\"containerPort\":8080,\"servicePort\":80,"
	"\"protocol\":\"TCP\"},{\"name\":\"dns\",\"containerPort\":53,\"protocol\":\"UDP\"}],"
	"\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"EMPTY\",\"value\":\"\"}],"
	"\"resources\":{\"requests\":{\"cpu\":\"0.1\",\"memory\":1024}},"
	"\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":\"25%\"}},"
	"\"suspend\":false}}";

/* A Deployment of somebody else, and parts of the metadata of ours. */
static const char foreign[] = "{\"metadata\":{\"name\":\"hello\",\"uid\":\"u-x\"},\"spec\":{}}";

static struct pq_arena arena;

static int start(void **state)
{
	(void)state;
	pq_arena_init(&arena, 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	pq_arena_done(&arena);
	return 0;
}

static const struct pq_value *parse(struct pq_string text)
{
	struct pq_value *value = pq_arena_alloc(&arena, sizeof *value);
	struct pq_error error;
	if (!pq_json_read_copy(&arena, text, NULL, value, &error))
		fail_msg("%s in %.*s", error.message, PQ_STRING_ARGUMENT(text));
	return value;
}

static const struct pq_value *parse_text(const char *text)
{
	return text == NULL ? NULL : parse(pq_string_from(text));
}

/* A document changed by a merge patch; NULL for no change. */
static const struct pq_value *changed(const struct pq_value *document, const char *patch)
{
	struct pq_value *result = pq_arena_alloc(&arena, sizeof *result);
	if (patch == NULL || document == NULL)
		return document;
	assert_true(pq_merge_patch_apply(&arena, document, parse_text(patch), result));
	return result;
}

static struct pq_myapp_plan decide(const struct pq_value *app, const struct pq_value *deployment,
				   const struct pq_value *service)
{
	struct pq_myapp_state state = {
		.app = app, .deployment = deployment, .service = service, .now = NOW
	};
	struct pq_myapp_plan plan;
	assert_true(pq_myapp_decide(&arena, &state, &plan));
	return plan;
}

/* The objects as the API server would store what we apply: with defaults, amounts in canonical
 * form, empty values dropped. */
static const struct pq_value *stored_deployment(const struct pq_value *app)
{
	return changed(parse(decide(app, NULL, NULL).deployment_apply),
		       "{\"metadata\":{\"uid\":\"u-d\",\"generation\":5},"
		       "\"spec\":{\"revisionHistoryLimit\":10,\"template\":{\"spec\":{"
		       "\"restartPolicy\":\"Always\",\"containers\":[{\"name\":\"sidecar\"},"
		       "{\"name\":\"app\",\"image\":\"example.com/app:1\","
		       "\"imagePullPolicy\":\"IfNotPresent\","
		       "\"env\":[{\"name\":\"EMPTY\"},{\"name\":\"A\",\"value\":\"1\"}],"
		       "\"ports\":[{\"name\":\"http\",\"containerPort\":8080,\"protocol\":\"TCP\"},"
		       "{\"name\":\"dns\",\"containerPort\":53,\"protocol\":\"UDP\"}],"
		       "\"resources\":{\"requests\":{\"cpu\":\"100m\",\"memory\":\"1024\"}}}]}}}}");
}

static const struct pq_value *stored_service(const struct pq_value *app)
{
	return changed(parse(decide(app, NULL, NULL).service_apply),
		       "{\"metadata\":{\"uid\":\"u-s\"},\"spec\":{\"clusterIP\":\"10.0.0.9\"}}");
}

/* Letters of what a plan does, in order. */
static const char *actions(const struct pq_myapp_plan *plan)
{
	static char text[16];
	snprintf(text, sizeof text, "%s%s%s%s%s%s%s", plan->finalizer_patch.length > 0 ? "F" : "",
		 plan->deployment_apply.length > 0 ? "D" : "",
		 plan->service_apply.length > 0 ? "S" : "", plan->delete_deployment ? "d" : "",
		 plan->delete_service ? "s" : "", plan->release_patch.length > 0 ? "R" : "",
		 plan->obstacle.length > 0 ? "!" : "");
	return text;
}

#define DELETED "{\"metadata\":{\"deletionTimestamp\":\"2026-11-23T00:00:00Z\"}}"

static void a_plan_does_what_is_missing(void **state)
{
	(void)state;
	/* Patches to the app, to its stored Deployment and its stored Service. Children: which are
	 * there ("d", "s"), or are somebody else's ("D"). */
	static const struct {
		const char *name, *children, *app, *deployment, *service, *want;
	} cases[] = {
		{ "new", "", "{\"metadata\":{\"finalizers\":null}}", NULL, NULL, "FDS" },
		{ "interrupted", "", NULL, NULL, NULL, "DS" },
		{ "as wanted", "ds", NULL, NULL, NULL, "" },
		{ "another finalizer", "ds", "{\"metadata\":{\"finalizers\":[\"x/y\"]}}", NULL,
		  NULL, "F" },
		{ "replicas by hand", "ds", NULL, "{\"spec\":{\"replicas\":7}}", NULL, "D" },
		{ "image by hand", "ds", NULL,
		  "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"app\"}]}}}}",
		  NULL, "D" },
		{ "label gone", "ds", NULL,
		  "{\"metadata\":{\"labels\":{\"app.kubernetes.io/name\":null}}}", NULL, "D" },
		{ "selector by hand", "ds", NULL, NULL,
		  "{\"spec\":{\"selector\":{\"a\":\"b\","
		  "\"app.kubernetes.io/instance\":\"x\"}}}",
		  "S" },
		{ "labels of others", "ds", NULL, "{\"metadata\":{\"labels\":{\"team\":\"a\"}}}",
		  NULL, "" },
		{ "new image", "ds", "{\"spec\":{\"image\":\"example.com/app:2\"}}", NULL, NULL,
		  "D" },
		/* Nothing that is wanted is missing; what is wanted no more has to go. */
		{ "less env", "ds", "{\"spec\":{\"env\":[{\"name\":\"A\",\"value\":\"1\"}]}}", NULL,
		  NULL, "D" },
		{ "suspended", "ds", "{\"spec\":{\"suspend\":true}}", NULL, NULL, "D" },
		{ "no ports", "ds", "{\"spec\":{\"ports\":[]}}", NULL, NULL, "Ds" },
		{ "service lost", "d", NULL, NULL, NULL, "S" },
		{ "being deleted", "ds", NULL, DELETED, NULL, "" },
		{ "name taken", "Ds", NULL, NULL, NULL, "!" },
		{ "deleted", "ds", DELETED, NULL, NULL, "ds" },
		{ "deleted, under way", "ds", DELETED, DELETED, NULL, "s" },
		{ "deleted, all gone", "", DELETED, NULL, NULL, "R" },
		{ "deleted, name taken", "D", DELETED, NULL, NULL, "R" },
		{ "deleted, not ours", "ds",
		  "{\"metadata\":{\"deletionTimestamp\":\"x\",\"finalizers\":[\"x/y\"]}}", NULL,
		  NULL, "" },
	};
	const struct pq_value *plain = parse_text(app_text);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct pq_value *deployment = NULL, *service = NULL;
		if (strchr(cases[i].children, 'd') != NULL)
			deployment = changed(stored_deployment(plain), cases[i].deployment);
		else if (strchr(cases[i].children, 'D') != NULL)
			deployment = parse_text(foreign);
		if (strchr(cases[i].children, 's') != NULL)
			service = changed(stored_service(plain), cases[i].service);
		struct pq_myapp_plan plan =
			decide(changed(plain, cases[i].app), deployment, service);
		if (strcmp(actions(&plan), cases[i].want) != 0)
			fail_msg("%s: %s, wanted %s", cases[i].name, actions(&plan), cases[i].want);
	}
}

static void what_is_applied_says_all(void **state)
{
	(void)state;
	struct pq_myapp_plan plan = decide(parse_text(app_text), NULL, NULL);
	static const char deployment[] =
		"{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{"
		"\"name\":\"hello\",\"namespace\":\"ns\",\"labels\":{"
		"\"app.kubernetes.io/name\":\"hello\",\"app.kubernetes.io/instance\":\"hello\","
		"\"app.kubernetes.io/managed-by\":\"pratique\","
		"\"app.kubernetes.io/version\":\"1.2.3_build.7\"},"
		"\"ownerReferences\":[{\"apiVersion\":\"apps.example.com/v1\",\"kind\":\"MyApp\","
		"\"name\":\"hello\",\"uid\":\"u-app\",\"controller\":true,"
		"\"blockOwnerDeletion\":true}]},\"spec\":{\"replicas\":2,\"selector\":{"
		"\"matchLabels\":{\"app.kubernetes.io/instance\":\"hello\","
		"\"app.kubernetes.io/managed-by\":\"pratique\"}},\"strategy\":{"
		"\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":\"25%\"}},"
		"\"template\":{\"metadata\":{\"labels\":{\"app.kubernetes.io/"
		"instance\":\"hello\"}},"
		"\"spec\":{\"containers\":[{\"name\":\"app\",\"image\":\"example.com/app:1\","
		"\"ports\":[{\"name\":\"http\",\"containerPort\":8080,\"protocol\":\"TCP\"},"
		"{\"name\":\"dns\",\"containerPort\":53,\"protocol\":\"UDP\"}],"
		"\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"EMPTY\"}],"
		"\"resources\":{\"requests\":{\"cpu\":\"0.1\",\"memory\":1024}}}]}}}}";
	static const char service[] =
		"{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"hello\"},"
		"\"spec\":{\"selector\":{\"app.kubernetes.io/instance\":\"hello\","
		"\"app.kubernetes.io/managed-by\":\"pratique\"},"
		"\"ports\":[{\"name\":\"http\",\"port\":80,\"targetPort\":8080,"
		"\"protocol\":\"TCP\"},{\"name\":\"dns\",\"port\":53,\"targetPort\":53,"
		"\"protocol\":\"UDP\"}]}}";
	assert_true(pq_value_contains(parse(plan.deployment_apply), parse_text(deployment)));
	assert_true(pq_value_contains(parse(plan.service_apply), parse_text(service)));
}

static void a_version_becomes_a_label_that_the_api_server_takes(void **state)
{
	(void)state;
	static const struct {
		const char *version;
		const char *label;
	} cases[] = {
		{ "v1.2.3", "v1.2.3" },
		{ "1.2.3+build.7", "1.2.3_build.7" },
		{ "1.2.3-rc.", "1.2.3-rc" },
		{ "1.2.3-a+b-", "1.2.3-a_b" },
		{ "1.2.3-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b",
		  "1.2.3-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_string patch = pq_arena_format(&arena, "{\"spec\":{\"version\":\"%s\"}}",
							 cases[i].version);
		struct pq_myapp_plan plan =
			decide(changed(parse_text(app_text), patch.data), NULL, NULL);
		struct pq_string label = pq_value_find_string(
			pq_value_find_path(parse(plan.deployment_apply), 2, "metadata", "labels"),
			PQ_S("app.kubernetes.io/version"));
		assert_true(pq_string_is(label, cases[i].label));
	}
}

static void patches_fit_one_version_and_keep_others(void **state)
{
	(void)state;
	const struct pq_value *app =
		changed(parse_text(app_text), "{\"metadata\":{\"finalizers\":[\"x/y\"]}}");
	assert_true(pq_string_is(decide(app, NULL, NULL).finalizer_patch,
				 "{\"metadata\":{\"finalizers\":[\"x/y\","
				 "\"apps.example.com/pratique\"],\"resourceVersion\":\"41\"}}"));
	app = changed(parse_text(app_text),
		      "{\"metadata\":{\"deletionTimestamp\":\"x\",\"finalizers\":["
		      "\"x/y\",\"apps.example.com/pratique\"]}}");
	assert_true(pq_string_is(decide(app, NULL, NULL).release_patch,
				 "{\"metadata\":{\"finalizers\":[\"x/y\"],"
				 "\"resourceVersion\":\"41\"}}"));
}

static const struct pq_value *decide_status(const struct pq_value *app,
					    const struct pq_value *deployment, const char *problem)
{
	struct pq_myapp_state state = { .app = app, .deployment = deployment, .now = NOW };
	struct pq_string patch;
	assert_true(pq_myapp_decide_status(&arena, &state, pq_string_from(problem), &patch));
	return patch.length == 0 ? NULL : parse(patch);
}

static const char *condition_text(const struct pq_value *patch, uint32_t index)
{
	const struct pq_value *list = pq_value_find_path(patch, 2, "status", "conditions");
	const struct pq_value *condition = &list->items[index];
	return pq_arena_format(&arena, "%.*s=%.*s",
			       PQ_STRING_ARGUMENT(pq_value_find_string(condition, PQ_S("type"))),
			       PQ_STRING_ARGUMENT(pq_value_find_string(condition, PQ_S("status"))))
		.data;
}

#define OBSERVED(more) "{\"status\":{\"observedGeneration\":5" more "}}"
#define COUNTS(n)                                                                                  \
	",\"replicas\":" #n ",\"readyReplicas\":" #n ",\"updatedReplicas\":" #n                    \
	",\"availableReplicas\":" #n
#define AVAILABLE        "{\"type\":\"Available\",\"status\":\"True\"}"
#define STUCK            "{\"type\":\"Progressing\",\"status\":\"False\",\"message\":\"too slow\"}"
#define CONDITIONS(text) ",\"conditions\":[" text "]"

static void the_status_tells_the_truth(void **state)
{
	(void)state;
	static const struct {
		const char *name, *app, *deployment, *problem, *phase;
		const char *available, *progressing, *ready;
	} cases[] = {
		{ "nothing yet", NULL, NULL, "", "Pending", "False", "True", "False" },
		{ "not looked at", NULL, "{}", "", "Progressing", "False", "True", "False" },
		{ "an old look", NULL,
		  "{\"status\":{\"observedGeneration\":4" COUNTS(2) CONDITIONS(AVAILABLE) "}}", "",
		  "Progressing", "False", "True", "False" },
		{ "no pods", NULL, OBSERVED(""), "", "Progressing", "False", "True", "False" },
		{ "one of two", NULL, OBSERVED(COUNTS(1) CONDITIONS(AVAILABLE)), "", "Progressing",
		  "True", "True", "False" },
		{ "all", NULL, OBSERVED(COUNTS(2) CONDITIONS(AVAILABLE)), "", "Ready", "True",
		  "False", "True" },
		{ "too many", NULL, OBSERVED(COUNTS(3) CONDITIONS(AVAILABLE)), "", "Progressing",
		  "True", "True", "False" },
		{ "stuck", NULL, OBSERVED(COUNTS(1) CONDITIONS(AVAILABLE "," STUCK)), "",
		  "Degraded", "True", "False", "False" },
		{ "blocked", NULL, OBSERVED(COUNTS(2)), "no quota", "Degraded", "False", "False",
		  "False" },
		{ "suspending", "{\"spec\":{\"suspend\":true}}", OBSERVED(COUNTS(1)), "",
		  "Progressing", "False", "True", "False" },
		{ "suspended", "{\"spec\":{\"suspend\":true}}", OBSERVED(""), "", "Suspended",
		  "False", "False", "False" },
		{ "deleted", DELETED, OBSERVED(COUNTS(2)), "", "Terminating", "False", "False",
		  "False" },
	};
	const struct pq_value *plain = parse_text(app_text);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct pq_value *deployment =
			cases[i].deployment == NULL
				? NULL
				: changed(stored_deployment(plain), cases[i].deployment);
		const struct pq_value *patch =
			decide_status(changed(plain, cases[i].app), deployment, cases[i].problem);
		const struct pq_value *status = pq_value_find(patch, PQ_S("status"));
		print_message("%s\n", cases[i].name);
		assert_true(
			pq_string_is(pq_value_find_string(status, PQ_S("phase")), cases[i].phase));
		assert_string_equal(condition_text(patch, 0) + strlen("Available="),
				    cases[i].available);
		assert_string_equal(condition_text(patch, 1) + strlen("Progressing="),
				    cases[i].progressing);
		assert_string_equal(condition_text(patch, 2) + strlen("Ready="), cases[i].ready);
	}
}

static void the_status_has_counts_selector_and_generation(void **state)
{
	(void)state;
	const struct pq_value *app = parse_text(app_text);
	const struct pq_value *patch = decide_status(
		app, changed(stored_deployment(app), OBSERVED(COUNTS(2) CONDITIONS(AVAILABLE))),
		"");
	static const char want[] =
		"{\"metadata\":{\"resourceVersion\":\"41\"},\"status\":{"
		"\"observedGeneration\":3,\"phase\":\"Ready\",\"replicas\":2,\"readyReplicas\":2,"
		"\"selector\":\"app.kubernetes.io/instance=hello,"
		"app.kubernetes.io/managed-by=pratique\"}}";
	assert_true(pq_value_contains(patch, parse_text(want)));
	const struct pq_value *conditions = pq_value_find_path(patch, 2, "status", "conditions");
	static const char ready[] = "{\"type\":\"Ready\",\"status\":\"True\","
				    "\"observedGeneration\":3,\"reason\":\"RolledOut\","
				    "\"lastTransitionTime\":\"2026-11-23T00:00:00Z\","
				    "\"message\":\"all replicas are ready\"}";
	assert_true(pq_value_equal(&conditions->items[2], parse_text(ready)));
}

static void a_true_status_is_not_written_again(void **state)
{
	(void)state;
	const struct pq_value *app = parse_text(app_text);
	const struct pq_value *one = changed(stored_deployment(app), OBSERVED(COUNTS(1)));
	const struct pq_value *two = changed(stored_deployment(app), OBSERVED(COUNTS(2)));
	struct pq_value *earlier = pq_arena_alloc(&arena, sizeof *earlier);
	assert_true(pq_merge_patch_apply(&arena, app, decide_status(app, one, ""), earlier));
	struct pq_myapp_state later = { .app = earlier, .deployment = one, .now = NOW + 60 };
	struct pq_string patch;
	assert_true(pq_myapp_decide_status(&arena, &later, PQ_S(""), &patch));
	assert_int_equal(patch.length, 0);

	/* When it changes, times move only for what changed, and conditions of others stay. */
	later.deployment = two;
	later.app = changed(earlier, "{\"status\":{\"conditions\":[{\"type\":\"Theirs\"},"
				     "{\"type\":\"Available\",\"status\":\"False\","
				     "\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}]}}");
	assert_true(pq_myapp_decide_status(&arena, &later, PQ_S(""), &patch));
	const struct pq_value *list = pq_value_find_path(parse(patch), 2, "status", "conditions");
	assert_int_equal(list->length, 4);
	assert_true(pq_string_is(pq_value_find_string(&list->items[0], PQ_S("lastTransitionTime")),
				 "2026-01-01T00:00:00Z"));
	assert_true(pq_string_is(pq_value_find_string(&list->items[2], PQ_S("lastTransitionTime")),
				 "2026-11-23T00:01:00Z"));
	assert_true(pq_string_is(pq_value_find_string(&list->items[3], PQ_S("type")), "Theirs"));
}

static void exhausted_memory_is_an_answer(void **state)
{
	(void)state;
	const struct pq_value *app = parse_text(app_text);
	struct pq_myapp_state wanted = { .app = app, .now = NOW };
	struct pq_myapp_plan plan;
	struct pq_string patch;
	size_t limit = 0;
	bool planned = false, told = false;
	for (; !planned || !told; limit += 512) {
		struct pq_arena small;
		pq_arena_init(&small, limit + 1);
		planned = pq_myapp_decide(&small, &wanted, &plan);
		told = pq_myapp_decide_status(&small, &wanted, PQ_S(""), &patch);
		pq_arena_done(&small);
	}
	assert_true(limit > 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_plan_does_what_is_missing, start, end),
		cmocka_unit_test_setup_teardown(what_is_applied_says_all, start, end),
		cmocka_unit_test_setup_teardown(a_version_becomes_a_label_that_the_api_server_takes,
						start, end),
		cmocka_unit_test_setup_teardown(patches_fit_one_version_and_keep_others, start,
						end),
		cmocka_unit_test_setup_teardown(the_status_tells_the_truth, start, end),
		cmocka_unit_test_setup_teardown(the_status_has_counts_selector_and_generation,
						start, end),
		cmocka_unit_test_setup_teardown(a_true_status_is_not_written_again, start, end),
		cmocka_unit_test_setup_teardown(exhausted_memory_is_an_answer, start, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
