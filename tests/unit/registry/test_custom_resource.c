#include "registry/custom_resource.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char crd_text[] =
	"{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"CustomResourceDefinition\","
	"\"metadata\":{\"name\":\"things.example.com\"},\"spec\":{\"group\":\"example.com\","
	"\"scope\":\"Namespaced\",\"names\":{\"kind\":\"Thing\",\"plural\":\"things\"},"
	"\"versions\":[{\"name\":\"v1\",\"served\":true,\"storage\":true,\"subresources\":{"
	"\"status\":{},\"scale\":{\"specReplicasPath\":\".spec.replicas\",\"statusReplicasPath\":"
	"\".status.replicas\"}},\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\","
	"\"properties\":{"
	"\"spec\":{\"type\":\"object\",\"properties\":{\"replicas\":{\"type\":\"integer\","
	"\"default\":1},\"size\":{\"type\":\"string\",\"enum\":[\"s\",\"l\"]},\"template\":{"
	"\"type\":\"object\",\"x-kubernetes-embedded-resource\":true,"
	"\"x-kubernetes-preserve-unknown-fields\":true}}},\"status\":{\"type\":\"object\","
	"\"properties\":{\"replicas\":{\"type\":\"integer\"}}}}}}},{\"name\":\"v1beta1\","
	"\"served\":true,\"storage\":false,\"deprecated\":true,\"schema\":{\"openAPIV3Schema\":{"
	"\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}}},{\"name\":"
	"\"v1alpha1\","
	"\"served\":false,\"storage\":false,\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\"}}}"
	"]}}";

#define OBJECT(metadata, rest)                                                                     \
	"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"metadata\":" metadata rest "}"
#define STORED                                                                                     \
	OBJECT("{\"name\":\"a\",\"namespace\":\"default\",\"uid\":\"u\",\"resourceVersion\":"      \
	       "\"7\",\"generation\":3}",                                                          \
	       ",\"spec\":{\"replicas\":2},\"status\":{\"replicas\":1}")

struct request_case {
	const char *name;
	const char *version;
	const char *body;
	const char *old;
	enum pq_subresource subresource;
	enum pq_field_validation fields;
	int code;
	const char *want; /* the object, or the message of the refusal */
	const char *warning;
};

static const struct request_case cases[] = {
	{ "a create is defaulted, counted and put into the namespace", "v1",
	  OBJECT("{\"name\":\"a\"}", ",\"spec\":{}"), NULL, 0, 0, 0,
	  "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"generation\":1,"
	  "\"name\":\"a\",\"namespace\":\"default\"},\"spec\":{\"replicas\":1}}",
	  NULL },
	{ "a create drops status and what only the server sets", "v1",
	  OBJECT("{\"name\":\"a\",\"uid\":\"x\",\"selfLink\":\"/\"}",
		 ",\"status\":{\"replicas\":\"x\"}"),
	  NULL, 0, 0, 0,
	  "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"generation\":1,"
	  "\"name\":\"a\",\"namespace\":\"default\"}}",
	  NULL },
	{ "unknown fields are pruned with a warning", "v1",
	  OBJECT("{\"name\":\"a\"}", ",\"spec\":{\"foo\":1}"), NULL, 0, PQ_FIELDS_WARN, 0,
	  "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"generation\":1,"
	  "\"name\":\"a\",\"namespace\":\"default\"},\"spec\":{\"replicas\":1}}",
	  "unknown field \"spec.foo\"" },
	{ "or refused", "v1",
	  OBJECT("{\"name\":\"a\"}", ",\"spec\":{\"foo\":1,\"replicas\":1,\"replicas\":2}"), NULL,
	  0, PQ_FIELDS_STRICT, 400,
	  "Thing in version \"v1\" cannot be handled as a Thing: strict decoding error: duplicate "
	  "field \"spec.replicas\", unknown field \"spec.foo\"",
	  NULL },
	{ "a generated name has a stand-in for what is random", "v1",
	  OBJECT("{\"generateName\":\"a-\"}", ""), NULL, 0, 0, 0,
	  "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"generateName\":"
	  "\"a-\",\"generation\":1,\"name\":\"a-xxxxx\",\"namespace\":\"default\"}}",
	  NULL },
	{ "another namespace", "v1", OBJECT("{\"name\":\"a\",\"namespace\":\"b\"}", ""), NULL, 0, 0,
	  400,
	  "the namespace of the provided object does not match the namespace sent on the request",
	  NULL },
	{ "another version", "v1", "{\"apiVersion\":\"example.com/v1beta1\",\"kind\":\"Thing\"}",
	  NULL, 0, 0, 400,
	  "the API version in the data (example.com/v1beta1) does not match the expected API "
	  "version (example.com/v1)",
	  NULL },
	{ "another kind", "v1",
	  "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Other\",\"metadata\":{\"name\":\"a\"}}",
	  NULL, 0, 0, 422,
	  "Other.example.com \"a\" is invalid: kind: Invalid value: \"Other\": must be Thing",
	  NULL },
	{ "no JSON", "v1", "{\"a\"", NULL, 0, 0, 400,
	  "the object provided is unrecognized (must be of type Thing): couldn't get version/kind; "
	  "json parse error: unexpected end of JSON input ({\"a\")",
	  NULL },
	{ "no kind", "v1", "{}", NULL, 0, PQ_FIELDS_IGNORE, 400,
	  "Thing in version \"v1\" cannot be handled as a Thing: Object 'Kind' is missing in '{}'",
	  NULL },
	{ "a version that is not served", "v1alpha1", "{}", NULL, 0, 0, 404,
	  "the server could not find the requested resource", NULL },
	{ "a deprecated version", "v1beta1",
	  "{\"apiVersion\":\"example.com/"
	  "v1beta1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"a\"},"
	  "\"gone\":1}",
	  NULL, 0, 0, 0,
	  "{\"apiVersion\":\"example.com/"
	  "v1beta1\",\"kind\":\"Thing\",\"metadata\":{\"generation\":1,"
	  "\"name\":\"a\",\"namespace\":\"default\"}}",
	  "example.com/v1beta1 Thing is deprecated; use example.com/v1 Thing" },
	{ "metadata of an embedded resource", "v1",
	  OBJECT("{\"name\":\"a\"}", ",\"spec\":{\"template\":{\"apiVersion\":\"v1\",\"kind\":"
				     "\"Pod\",\"metadata\":{\"labels\":1}}}"),
	  NULL, 0, 0, 400,
	  "Thing in version \"v1\" cannot be handled as a Thing: spec.template.metadata: Invalid "
	  "value: {\"labels\":1}: json: cannot unmarshal number into Go struct field "
	  "ObjectMeta.labels of type map[string]string",
	  NULL },
	{ "an embedded resource without a kind", "v1",
	  OBJECT("{\"name\":\"a\"}", ",\"spec\":{\"template\":{\"apiVersion\":\"v1\"}}"), NULL, 0,
	  0, 422, "Thing.example.com \"a\" is invalid: spec.template.kind: Required value", NULL },
	{ "an update keeps status and counts generations", "v1",
	  OBJECT("{\"name\":\"a\",\"resourceVersion\":\"7\"}",
		 ",\"spec\":{\"replicas\":5},\"status\":{\"replicas\":9}"),
	  STORED, 0, 0, 0,
	  "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"generation\":4,"
	  "\"name\":\"a\",\"namespace\":\"default\",\"resourceVersion\":\"7\",\"uid\":\"u\"},"
	  "\"spec\":{\"replicas\":5},\"status\":{\"replicas\":1}}",
	  NULL },
	{ "an update of labels counts none", "v1",
	  OBJECT("{\"name\":\"a\",\"resourceVersion\":\"7\",\"labels\":{\"x\":\"y\"}}",
		 ",\"spec\":{\"replicas\":2}"),
	  STORED, 0, 0, 0,
	  "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"generation\":3,"
	  "\"labels\":{\"x\":\"y\"},\"name\":\"a\",\"namespace\":\"default\",\"resourceVersion\":"
	  "\"7\",\"uid\":\"u\"},\"spec\":{\"replicas\":2},\"status\":{\"replicas\":1}}",
	  NULL },
	{ "an update without a resourceVersion", "v1", OBJECT("{\"name\":\"a\"}", ""), STORED, 0, 0,
	  422,
	  "things.example.com \"a\" is invalid: metadata.resourceVersion: Invalid value: 0: must "
	  "be specified for an update",
	  NULL },
	{ "a conflict", "v1", OBJECT("{\"name\":\"a\",\"resourceVersion\":\"6\"}", ""), STORED, 0,
	  0, 409,
	  "Operation cannot be fulfilled on things.example.com \"a\": the object has been "
	  "modified; please apply your changes to the latest version and try again",
	  NULL },
	{ "another name than the URL's", "v1", OBJECT("{\"name\":\"b\"}", ""), STORED, 0, 0, 400,
	  "the name of the object (b) does not match the name on the URL (a)", NULL },
	{ "a status update changes nothing but status", "v1",
	  OBJECT("{\"name\":\"a\",\"resourceVersion\":\"7\",\"labels\":{\"x\":\"y\"}}",
		 ",\"spec\":{\"replicas\":5},\"status\":{\"replicas\":9}"),
	  STORED, PQ_SUBRESOURCE_STATUS, 0, 0,
	  "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"generation\":3,"
	  "\"name\":\"a\",\"namespace\":\"default\",\"resourceVersion\":\"7\",\"uid\":\"u\"},"
	  "\"spec\":{\"replicas\":2},\"status\":{\"replicas\":9}}",
	  NULL },
	{ "a scale sets the replicas", "v1",
	  "{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"Scale\",\"metadata\":{\"name\":\"a\","
	  "\"namespace\":\"default\"},\"spec\":{\"replicas\":8}}",
	  STORED, PQ_SUBRESOURCE_SCALE, 0, 0,
	  "{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"Scale\",\"metadata\":{\"name\":\"a\","
	  "\"namespace\":\"default\",\"resourceVersion\":\"7\",\"uid\":\"u\"},\"spec\":{"
	  "\"replicas\":8},\"status\":{\"replicas\":1}}",
	  NULL },
	{ "a scale below zero", "v1",
	  "{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"Scale\",\"metadata\":{\"name\":\"a\"},"
	  "\"spec\":{\"replicas\":-1}}",
	  STORED, PQ_SUBRESOURCE_SCALE, 0, 422,
	  "Thing.example.com \"a\" is invalid: .spec.replicas: Invalid value: -1: should be a "
	  "non-negative integer",
	  NULL },
};

static struct pq_value read(struct pq_arena *arena, const char *text)
{
	struct pq_value value;
	struct pq_error error;
	if (!pq_json_read_copy(arena, pq_string_from(text), NULL, &value, &error))
		fail_msg("%s: %s", text, error.message);
	return value;
}

static const struct pq_crd *compile(void)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	struct pq_value document = read(&arena, crd_text);
	const struct pq_crd *crd = pq_crd_compile(&document, &error);
	if (crd == NULL)
		fail_msg("%s", error.message);
	return crd;
}

static void check_outcome(struct pq_arena *arena, const struct request_case *test,
			  const struct pq_resource_outcome *outcome)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	if (outcome->status.code == 0)
		pq_json_write(&text, &outcome->object, PQ_JSON_SORT_KEYS);
	else
		pq_buffer_append_string(&text, outcome->status.message);
	pq_buffer_append_byte(&text, '\0');
	assert_string_equal(text.data, test->want);
	assert_int_equal(outcome->status.code, test->code);
	assert_int_equal(outcome->warning_count, test->warning != NULL);
	if (test->warning != NULL)
		assert_true(pq_string_is(outcome->warnings[0], test->warning));
}

static void test_requests(void **state)
{
	(void)state;
	const struct pq_crd *crd = compile();
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct request_case *test = &cases[i];
		pq_cleanup_arena struct pq_arena arena;
		struct pq_resource_outcome outcome;
		struct pq_value old;
		pq_arena_init(&arena, 0);
		struct pq_resource_request request = {
			.crd = crd,
			.version = pq_crd_find_version(crd, pq_string_from(test->version)),
			.namespace = PQ_S("default"),
			.subresource = test->subresource,
			.field_validation = test->fields,
			.body = pq_string_from(test->body),
		};
		if (test->old != NULL) {
			old = read(&arena, test->old);
			request.old = &old;
			request.name = PQ_S("a");
		}
		print_message("%s\n", test->name);
		pq_custom_resource_judge(&arena, &request, &outcome);
		check_outcome(&arena, test, &outcome);
	}
	pq_crd_unref(crd);
}

static void test_limits(void **state)
{
	(void)state;
	const struct pq_crd *crd = compile();
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_arena struct pq_arena small;
	struct pq_resource_outcome outcome;
	pq_arena_init(&arena, 0);
	pq_arena_init(&small, 64);
	struct pq_resource_request request = {
		.crd = crd,
		.version = &crd->versions[0],
		.namespace = PQ_S("default"),
		.body = pq_string_from(OBJECT("{\"name\":\"a\"}", "")),
	};
	pq_custom_resource_judge(&small, &request, &outcome);
	assert_int_equal(outcome.status.code, 413);
	request.body.length = PQ_REQUEST_BODY_MAX + 1;
	pq_custom_resource_judge(&arena, &request, &outcome);
	assert_int_equal(outcome.status.code, 413);
	assert_true(
		pq_string_is(outcome.status.message, "Request entity too large: limit is 3145728"));
	pq_crd_unref(crd);
}

/* The one to use instead is the best by Kubernetes' order, in which names that only look like
 * versions come last. */
static void test_best_version(void **state)
{
	(void)state;
	static const char *const names[] = { "v1beta1",  "v-2",      "v1beta2",
					     "v1beta3x", "v1alpha9", "v99999999999999999999" };
	enum { COUNT = sizeof names / sizeof names[0] };
	const struct pq_crd *crd = compile();
	pq_cleanup_arena struct pq_arena arena;
	struct pq_crd_version versions[COUNT];
	struct pq_crd many = *crd;
	struct pq_resource_outcome outcome;
	pq_arena_init(&arena, 0);
	for (size_t i = 0; i < COUNT; i++) {
		versions[i] = crd->versions[0];
		versions[i].name = pq_string_from(names[i]);
		versions[i].storage = versions[i].deprecated = i == 0;
	}
	many.versions = versions;
	many.version_count = COUNT;
	const struct pq_resource_request request = {
		.crd = &many,
		.version = &versions[0],
		.namespace = PQ_S("default"),
		.body = PQ_S("{\"apiVersion\":\"example.com/v1beta1\",\"kind\":\"Thing\","
			     "\"metadata\":{\"name\":\"a\"}}"),
	};
	pq_custom_resource_judge(&arena, &request, &outcome);
	assert_int_equal(outcome.warning_count, 1);
	assert_true(pq_string_is(
		outcome.warnings[0],
		"example.com/v1beta1 Thing is deprecated; use example.com/v1beta2 Thing"));
	pq_crd_unref(crd);
}

/* What a scale path leads to may lie at any depth. */
static void test_long_scale_path(void **state)
{
	(void)state;
	enum { STEPS = 100 };
	const struct pq_crd *crd = compile();
	pq_cleanup_arena struct pq_arena arena;
	struct pq_resource_outcome outcome;
	struct pq_buffer path;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&path, &arena, 0);
	pq_buffer_append_text(&path, ".spec");
	for (int i = 0; i < STEPS; i++)
		pq_buffer_append_format(&path, ".s%d", i);
	struct pq_crd_version version = crd->versions[1];
	version.has_scale = true;
	version.spec_replicas_path = pq_buffer_view(&path);
	version.status_replicas_path = PQ_S(".status.replicas");
	version.name = PQ_S("v1");
	version.storage = true;
	struct pq_crd alone = *crd;
	alone.versions = &version;
	alone.version_count = 1;
	const struct pq_value old = read(&arena, STORED);
	const struct pq_resource_request request = {
		.crd = &alone,
		.version = &version,
		.namespace = PQ_S("default"),
		.name = PQ_S("a"),
		.subresource = PQ_SUBRESOURCE_SCALE,
		.body = PQ_S("{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"Scale\",\"metadata\":{"
			     "\"name\":\"a\"},\"spec\":{\"replicas\":5}}"),
		.old = &old,
	};
	pq_custom_resource_judge(&arena, &request, &outcome);
	assert_int_equal(outcome.status.code, 0);
	const struct pq_value *replicas =
		pq_value_find_path(&outcome.object, 2, "spec", "replicas");
	assert_non_null(replicas);
	assert_int_equal(replicas->integer, 5);
	pq_crd_unref(crd);
}

static void test_findings_have_places(void **state)
{
	(void)state;
	const struct pq_crd *crd = compile();
	pq_cleanup_arena struct pq_arena arena;
	struct pq_resource_outcome outcome;
	static const char text[] =
		OBJECT("{\"name\":\"a\"}", ",\"spec\":{\"size\":\"xl\",\"foo\":1}");
	pq_arena_init(&arena, 0);
	const struct pq_resource_request request = {
		.crd = crd,
		.version = &crd->versions[0],
		.namespace = PQ_S("default"),
		.field_validation = PQ_FIELDS_IGNORE,
		.body = pq_string_from(text),
	};
	pq_custom_resource_judge(&arena, &request, &outcome);
	assert_int_equal(outcome.findings.count, 1);
	assert_int_equal(outcome.findings.items[0].offset, strstr(text, "\"xl\"") - text);
	assert_int_equal(outcome.strict.count, 1);
	assert_int_equal(outcome.strict.items[0].offset, strstr(text, "\"foo\"") - text);
	pq_crd_unref(crd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_best_version),
		cmocka_unit_test(test_long_scale_path),
		cmocka_unit_test(test_findings_have_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
