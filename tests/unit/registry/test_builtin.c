#include "registry/builtin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct builtin_case {
	const char *name;
	const char *group; /* NULL: the core group's v1 */
	const char *kind;
	const char *body;
	int code;
	const char *want; /* "field: message" of the first finding, or of the first unknown field */
};

#define NAMED        "{\"metadata\":{\"name\":\"a\"},"
#define PODS         "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\""
#define POD(rest)    NAMED PODS rest "]}}"
#define PORTS(ports) NAMED "\"spec\":{\"ports\":[" ports "]}}"
#define LEASE(time)  NAMED "\"spec\":{\"renewTime\":\"" time "\"}}"

static const struct builtin_case cases[] = {
	{ "kind and apiVersion may be absent", NULL, "Pod", POD("}"), 0, NULL },
	{ "the core group may have its slash", NULL, "ConfigMap",
	  "{\"apiVersion\":\"/v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}", 0,
	  NULL },
	{ "another kind", NULL, "ConfigMap",
	  "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\"}}", 400, NULL },
	{ "an unknown field", NULL, "Pod", POD(",\"imag\":1}"), 400,
	  "spec.containers[0].imag: unknown field \"spec.containers[0].imag\"" },
	{ "names differ by case", NULL, "Pod", POD(",\"Image\":\"i\"}"), 400,
	  "spec.containers[0].Image: unknown field \"spec.containers[0].Image\"" },
	{ "a field twice", NULL, "ConfigMap", NAMED "\"immutable\":true,\"immutable\":true}", 400,
	  "immutable: duplicate field \"immutable\"" },
	{ "a number for a string", NULL, "ConfigMap", NAMED "\"data\":{\"a\":1}}", 400,
	  "data[a]: Invalid value: \"number\": must be of type string" },
	{ "a list for a struct", NULL, "Pod", NAMED "\"spec\":[]}", 400,
	  "spec: Invalid value: \"array\": must be of type v1.PodSpec" },
	{ "null fits every type", NULL, "Pod",
	  POD(",\"env\":null,\"stdin\":null,\"resources\":{\"limits\":{\"cpu\":null}}}"), 0, NULL },
	{ "an integer with a fraction of zero is none", NULL, "Service", PORTS("{\"port\":80.0}"),
	  400, "spec.ports[0].port: Invalid value: \"number\": must be of type int32" },
	{ "an integer beyond 32 bits", NULL, "Service", PORTS("{\"port\":2147483648}"), 400,
	  "spec.ports[0].port: Invalid value: \"number\": must be of type int32" },
	{ "a port may be a name", NULL, "Service", PORTS("{\"port\":1,\"targetPort\":\"a\"}"), 0,
	  NULL },
	{ "a port may be no list", NULL, "Service", PORTS("{\"port\":1,\"targetPort\":[]}"), 400,
	  "spec.ports[0].targetPort: Invalid value: \"array\": must be of type int-or-string" },
	{ "a quantity may be a number or have white space around it", NULL, "Pod",
	  POD(",\"resources\":{\"limits\":{\"cpu\":1.5,\"memory\":\" 1Gi \"}}}"), 0, NULL },
	{ "a quantity with an unknown suffix", NULL, "Pod",
	  POD(",\"resources\":{\"limits\":{\"memory\":\"1K\"}}}"), 400,
	  "spec.containers[0].resources.limits[memory]: Invalid value: \"1K\": unable to parse "
	  "quantity's suffix" },
	{ "base64 over two lines", NULL, "Secret", NAMED "\"data\":{\"a\":\"YQ\\n==\"}}", 0, NULL },
	{ "base64 without padding", NULL, "Secret", NAMED "\"data\":{\"a\":\"YQ\"}}", 400,
	  "data[a]: Invalid value: illegal base64 data at input byte 0" },
	{ "bytes as a list of numbers", NULL, "Secret", NAMED "\"data\":{\"a\":[0,255]}}", 0,
	  NULL },
	{ "more than a byte", NULL, "Secret", NAMED "\"data\":{\"a\":[256]}}", 400,
	  "data[a]: Invalid value: \"array\": must be of type []uint8" },
	{ "six decimals of a second", "coordination.k8s.io", "Lease",
	  LEASE("2026-11-23T00:00:00.000000Z"), 0, NULL },
	{ "no decimals of a second", "coordination.k8s.io", "Lease", LEASE("2026-11-23T00:00:00Z"),
	  400,
	  "spec.renewTime: Invalid value: \"2026-11-23T00:00:00Z\": the seconds must have six "
	  "decimals" },
	{ "a required field", NULL, "Pod", NAMED "\"spec\":{\"containers\":[]}}", 422,
	  "spec.containers: Required value" },
	{ "a required field that the server does not ask for", NULL, "LimitRange",
	  NAMED "\"spec\":{}}", 0, NULL },
	{ "null in a list is a struct without fields", NULL, "Pod",
	  NAMED "\"spec\":{\"containers\":[null]}}", 422,
	  "spec.containers[0].name: Required value" },
	{ "a struct that was not sent is there all the same", "batch", "CronJob",
	  NAMED "\"spec\":{\"schedule\":\"@daily\"}}", 422,
	  "spec.jobTemplate.spec.template.spec.containers: Required value" },
	{ "a pointer to one is not", NULL, "Pod", POD(",\"lifecycle\":null}"), 0, NULL },
	{ "a struct twice", NULL, "Pod",
	  NAMED "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]},\"spec\":{}}", 400,
	  "spec: duplicate field \"spec\"" },
	{ "what a status requires is not asked for", NULL, "Pod",
	  NAMED "\"status\":{\"conditions\":[{}]}," PODS "}]}}", 0, NULL },
	{ "a value outside of an enum", NULL, "Pod", POD(",\"imagePullPolicy\":\"Maybe\"}"), 422,
	  "spec.containers[0].imagePullPolicy: Unsupported value: \"Maybe\": supported values: "
	  "\"Always\", \"IfNotPresent\", \"Never\"" },
	{ "an empty value of an enum gets the default", NULL, "Pod",
	  POD(",\"imagePullPolicy\":\"\"}"), 0, NULL },
	{ "a selector that misses the template's labels", "apps", "Deployment",
	  NAMED "\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{"
		"\"metadata\":{\"labels\":{\"a\":\"c\"}}," PODS "}]}}}}",
	  422,
	  "spec.template.metadata.labels: Invalid value: {\"a\":\"c\"}: `selector` does not match "
	  "template `labels`" },
	{ "a selector that finds them", "apps", "Deployment",
	  NAMED "\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{"
		"\"metadata\":{\"labels\":{\"a\":\"b\",\"c\":\"d\"}}," PODS "}]}}}}",
	  0, NULL },
	{ "a key twice", NULL, "Pod", POD("},{\"name\":\"c\",\"image\":\"i\"}"), 422,
	  "spec.containers[1].name: Duplicate value: \"c\"" },
	{ "a port twice, once with the default protocol", NULL, "Service",
	  PORTS("{\"name\":\"a\",\"port\":1},{\"name\":\"b\",\"port\":1,\"protocol\":\"TCP\"}"),
	  422,
	  "spec.ports[1]: Duplicate value: {\"Name\":\"\",\"Protocol\":\"TCP\","
	  "\"AppProtocol\":null,\"Port\":1,\"TargetPort\":0,\"NodePort\":0}" },
	{ "a key twice where the server lets it pass", NULL, "Pod",
	  POD(",\"env\":[{\"name\":\"A\"},{\"name\":\"A\"}]}"), 0, NULL },
	{ "an annotation that is to hold a number", "apps", "DaemonSet",
	  "{\"metadata\":{\"name\":\"a\",\"annotations\":{"
	  "\"deprecated.daemonset.template.generation\":\"12x\"}}}",
	  400,
	  "metadata.annotations[deprecated.daemonset.template.generation]: Invalid value: \"12x\": "
	  "invalid syntax" },
	{ "a number of more than 64 bits, whatever stands behind it", "apps", "Deployment",
	  "{\"metadata\":{\"name\":\"a\",\"annotations\":{"
	  "\"deprecated.deployment.rollback.to\":\"99999999999999999999x\"}}}",
	  400,
	  "metadata.annotations[deprecated.deployment.rollback.to]: Invalid value: "
	  "\"99999999999999999999x\": value out of range" },
	{ "no name", NULL, "ConfigMap", "{}", 422,
	  "metadata.name: Required value: name or generateName is required" },
	{ "a LimitRange is named by the server", NULL, "LimitRange", "{\"spec\":{}}", 0, NULL },
	{ "a name that is no subdomain", NULL, "ConfigMap", "{\"metadata\":{\"name\":\"A\"}}", 422,
	  NULL },
	{ "roles may have colons in their names", "rbac.authorization.k8s.io", "ClusterRole",
	  "{\"metadata\":{\"name\":\"system:a\"}}", 0, NULL },
	{ "reviews have no name", "authorization.k8s.io", "SubjectAccessReview", "{\"spec\":{}}", 0,
	  NULL },
};

static const struct pq_finding *find_first(const struct pq_resource_outcome *outcome)
{
	if (outcome->findings.count > 0)
		return &outcome->findings.items[0];
	return outcome->strict.count > 0 ? &outcome->strict.items[0] : NULL;
}

static void check_first(const struct builtin_case *test, const struct pq_resource_outcome *outcome)
{
	char text[512] = "";
	const struct pq_finding *first = find_first(outcome);
	if (first != NULL)
		snprintf(text, sizeof text, "%.*s: %.*s", PQ_STRING_ARGUMENT(first->field),
			 PQ_STRING_ARGUMENT(first->message));
	if (test->want != NULL)
		assert_string_equal(text, test->want);
}

static void judge(const struct pq_openapi *openapi, struct pq_arena *arena,
		  const struct builtin_case *test, enum pq_field_validation fields,
		  struct pq_resource_outcome *outcome)
{
	struct pq_openapi_kind kind;
	const struct pq_resource_request request = {
		.namespace = PQ_S("default"),
		.field_validation = fields,
		.body = pq_string_from(test->body),
	};
	assert_true(pq_openapi_find_kind(openapi,
					 pq_string_from(test->group == NULL ? "" : test->group),
					 PQ_S("v1"), pq_string_from(test->kind), &kind));
	pq_builtin_judge(arena, openapi, &kind, &request, outcome);
}

static void test_verdicts(void **state)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_resource_outcome outcome;
		pq_arena_init(&arena, 0);
		judge(*state, &arena, &cases[i], PQ_FIELDS_STRICT, &outcome);
		if (outcome.status.code != cases[i].code)
			fail_msg("%s: %d %.*s", cases[i].name, outcome.status.code,
				 PQ_STRING_ARGUMENT(outcome.status.message));
		check_first(&cases[i], &outcome);
	}
}

static void test_message(void **state)
{
	static const struct builtin_case wrong = {
		.kind = "Pod", .body = POD(",\"ports\":[{\"containerPort\":\"x\"}]}")
	};
	pq_cleanup_arena struct pq_arena arena;
	struct pq_resource_outcome outcome;
	pq_arena_init(&arena, 0);
	judge(*state, &arena, &wrong, PQ_FIELDS_STRICT, &outcome);
	assert_true(pq_string_is(
		outcome.status.message,
		"Pod in version \"v1\" cannot be handled as a Pod: json: cannot unmarshal string "
		"into Go struct field ContainerPort.spec.containers.ports.containerPort of type "
		"int32"));
}

/* Without Strict unknown fields are dropped, and with Warn they are told. */
static void test_unknown_fields(void **state)
{
	static const struct builtin_case unknown = { .kind = "ConfigMap",
						     .body = NAMED "\"a~/b\":1,\"data\":{}}" };
	static const struct {
		enum pq_field_validation fields;
		size_t warnings;
	} modes[] = { { PQ_FIELDS_WARN, 1 }, { PQ_FIELDS_IGNORE, 0 } };
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_resource_outcome outcome;
		pq_arena_init(&arena, 0);
		judge(*state, &arena, &unknown, modes[i].fields, &outcome);
		assert_int_equal(outcome.status.code, 0);
		assert_int_equal(outcome.warning_count, modes[i].warnings);
		assert_null(pq_value_find(&outcome.object, PQ_S("a~/b")));
		assert_non_null(pq_value_find(&outcome.object, PQ_S("data")));
	}
}

/* A document of somebody's may refer to itself. */
static void test_depth(void **state)
{
	static const char document[] = "{\"kinds\":{\"/v1/Node\":\"cluster N\"},"
				       "\"types\":{\"N\":{\"metadata\":\"any\",\"n\":\"N\"}}}";
	struct builtin_case deep = { .kind = "Node" };
	pq_cleanup_arena struct pq_arena arena;
	struct pq_resource_outcome outcome;
	struct pq_buffer body;
	struct pq_error error;
	(void)state;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&body, &arena, 0);
	pq_buffer_append_text(&body, "{\"metadata\":{\"name\":\"a\"}");
	for (size_t i = 0; i < PQ_BUILTIN_DEPTH_MAX; i++)
		pq_buffer_append_text(&body, i == 0 ? ",\"n\":{" : "\"n\":{");
	for (size_t i = 0; i <= PQ_BUILTIN_DEPTH_MAX; i++)
		pq_buffer_append_byte(&body, '}');
	pq_buffer_append_byte(&body, '\0');
	deep.body = body.data;
	struct pq_openapi *openapi = pq_openapi_new(PQ_S(document), &error);
	assert_non_null(openapi);
	judge(openapi, &arena, &deep, PQ_FIELDS_STRICT, &outcome);
	assert_int_equal(outcome.status.code, 400);
	assert_int_equal(outcome.findings.count, 1);
	pq_openapi_free(openapi);
}

static int set_up(void **state)
{
	struct pq_error error;
	*state = pq_openapi_new_embedded(&error);
	return *state == NULL;
}

static int tear_down(void **state)
{
	pq_openapi_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_unknown_fields),
		cmocka_unit_test(test_depth),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
