#include "policy/policy.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CRD(name, kind, plural)                                                                    \
	"{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"CustomResourceDefinition\","       \
	"\"metadata\":{\"name\":\"" name "\"},\"spec\":{\"group\":\"example.com\",\"scope\":"      \
	"\"Namespaced\",\"names\":{\"kind\":\"" kind "\",\"plural\":\"" plural                     \
	"\"},\"versions\":[{\"name\":\"v1\",\"served\":true,\"storage\":true,\"schema\":{"         \
	"\"openAPIV3Schema\":{\"type\":\"object\"}}}]}}"
#define OVERLAY(name, match, more)                                                                 \
	"{\"apiVersion\":\"admission.pratique.dev/v1\",\"kind\":\"AdmissionSchema\","              \
	"\"metadata\":{\"name\":\"" name "\"},\"spec\":{\"match\":" match more "}}"
#define RULES(kind, conversions)                                                                   \
	"{\"apiVersion\":\"conversion.pratique.dev/v1\",\"kind\":\"ConversionRules\","             \
	"\"metadata\":{\"name\":\"" kind                                                           \
	"s\"},\"spec\":{\"group\":\"example.com\",\"kind\":\"" kind                                \
	"\",\"conversions\":" conversions "}}"
#define DEPLOYMENTS "\"groups\":[\"apps\"],\"versions\":[\"v1\"],\"resources\":[\"deployments\"]"
#define SCHEMA      ",\"openAPIV3Schema\":{\"required\":[\"spec\"]}"

static struct pq_value read(struct pq_arena *arena, const char *text)
{
	struct pq_value value;
	struct pq_error error;
	if (!pq_json_read_copy(arena, pq_string_from(text), NULL, &value, &error))
		fail_msg("%s: %s", text, error.message);
	return value;
}

static enum pq_policy_addition add(struct pq_policy_builder *builder, const char *text,
				   const char *origin, struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_value document = read(&arena, text);
	return pq_policy_builder_add(builder, &document, pq_string_from(origin),
				     pq_string_from(text), error);
}

static const struct pq_policy *build(const char *const *texts, size_t count)
{
	struct pq_policy_builder *builder = pq_policy_builder_new();
	struct pq_error error;
	assert_non_null(builder);
	for (size_t i = 0; i < count; i++) {
		if (add(builder, texts[i], "test", &error) != PQ_POLICY_ADDED)
			fail_msg("%s", error.message);
	}
	const struct pq_policy *policy = pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	assert_non_null(policy);
	return policy;
}

struct addition_case {
	const char *name;
	const char *document;
	enum pq_policy_addition want;
	const char *message;
};

/* All go into one builder, one after the other. */
static const struct addition_case additions[] = {
	{ "a CRD", CRD("things.example.com", "Thing", "things"), PQ_POLICY_ADDED, NULL },
	{ "a second CRD for the kind", CRD("others.example.com", "Thing", "others"),
	  PQ_POLICY_REFUSED, "kind Thing.example.com is defined already, in first.yaml" },
	{ "another kind", CRD("others.example.com", "Other", "others"), PQ_POLICY_ADDED, NULL },
	{ "the same name again", CRD("others.example.com", "Third", "others"), PQ_POLICY_REFUSED,
	  "CustomResourceDefinition others.example.com is defined already, in first.yaml" },
	{ "its kind was not taken by that", CRD("thirds.example.com", "Third", "thirds"),
	  PQ_POLICY_ADDED, NULL },
	{ "a CRD that is not valid", CRD("x.example.com", "X", "xs"), PQ_POLICY_REFUSED,
	  "metadata.name: Invalid value: \"x.example.com\": must be "
	  "spec.names.plural+\".\"+spec.group" },
	{ "something else", "{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}", PQ_POLICY_NOT_OURS, NULL },
	{ "an AdmissionSchema", OVERLAY("a", "{" DEPLOYMENTS "}", SCHEMA), PQ_POLICY_ADDED, NULL },
	{ "the same name again", OVERLAY("a", "{" DEPLOYMENTS "}", SCHEMA), PQ_POLICY_REFUSED,
	  "AdmissionSchema a is defined already, in first.yaml" },
	{ "no match", OVERLAY("b", "null", SCHEMA), PQ_POLICY_REFUSED,
	  "spec.match: Required value" },
	{ "no groups", OVERLAY("b", "{\"versions\":[\"v1\"]}", SCHEMA), PQ_POLICY_REFUSED,
	  "spec.match.groups: Required value" },
	{ "no schema", OVERLAY("b", "{" DEPLOYMENTS "}", ""), PQ_POLICY_REFUSED,
	  "spec.openAPIV3Schema: Required value" },
	{ "a schema with two faults",
	  OVERLAY("b", "{" DEPLOYMENTS "}",
		  ",\"openAPIV3Schema\":{\"properties\":{\"a\":{\"type\":\"x\"},"
		  "\"b\":{\"type\":\"y\"}}}"),
	  PQ_POLICY_REFUSED,
	  "spec.openAPIV3Schema.properties[a].type: Unsupported value: \"x\": supported values: "
	  "\"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\" (and 1 more)" },
	{ "a kind for a resource",
	  OVERLAY("b",
		  "{\"groups\":[\"apps\"],\"versions\":[\"v1\"],\"resources\":[\"*\","
		  "\"Deployment\"]}",
		  SCHEMA),
	  PQ_POLICY_REFUSED,
	  "spec.match.resources: must be \"*\" or a resource's name in the plural and in small "
	  "letters, such as deployments" },
	{ "an unknown action",
	  OVERLAY("b", "{" DEPLOYMENTS "}", SCHEMA ",\"validationActions\":[\"deny\"]"),
	  PQ_POLICY_REFUSED, "spec.validationActions: must be a set of Deny, Warn and Audit" },
	{ "actions that exclude each other",
	  OVERLAY("b", "{" DEPLOYMENTS "}", SCHEMA ",\"validationActions\":[\"Deny\",\"Warn\"]"),
	  PQ_POLICY_REFUSED,
	  "spec.validationActions: Deny and Warn exclude each other, since a refusal says "
	  "everything a warning would" },
	{ "ConversionRules", RULES("Thing", "[]"), PQ_POLICY_ADDED, NULL },
	{ "ConversionRules for another kind", RULES("Other", "[]"), PQ_POLICY_ADDED, NULL },
	{ "a second document for a kind", RULES("Thing", "[]"), PQ_POLICY_REFUSED,
	  "conversion of Thing.example.com is defined already, in first.yaml" },
	{ "ConversionRules with a mistake", RULES("Third", "{}"), PQ_POLICY_REFUSED,
	  "spec: conversions must be a list" },
	{ "an unknown operator",
	  OVERLAY("b",
		  "{" DEPLOYMENTS ",\"objectSelector\":{\"matchExpressions\":[{\"key\":\"a\","
		  "\"operator\":\"Is\"}]}}",
		  SCHEMA),
	  PQ_POLICY_REFUSED,
	  "spec.match.objectSelector: operator must be In, NotIn, Exists or DoesNotExist" },
	{ "a misspelt field",
	  OVERLAY("b", "{" DEPLOYMENTS "}", SCHEMA ",\"validationAction\":[\"Deny\"]"),
	  PQ_POLICY_REFUSED,
	  "spec: unknown field \"validationAction\", did you mean \"validationActions\"?" },
	{ "a misspelt field of the match",
	  OVERLAY("b", "{" DEPLOYMENTS ",\"namespaceSelektor\":{}}", SCHEMA), PQ_POLICY_REFUSED,
	  "spec.match: unknown field \"namespaceSelektor\", did you mean \"namespaceSelector\"?" },
	{ "a misspelt field of a selector",
	  OVERLAY("b", "{" DEPLOYMENTS ",\"objectSelector\":{\"matchLabel\":{\"a\":\"b\"}}}",
		  SCHEMA),
	  PQ_POLICY_REFUSED,
	  "spec.match.objectSelector: unknown field \"matchLabel\", did you mean "
	  "\"matchLabels\"?" },
	{ "a misspelt field of metadata",
	  "{\"apiVersion\":\"admission.pratique.dev/v1\",\"kind\":\"AdmissionSchema\","
	  "\"metadata\":{\"name\":\"b\",\"lables\":{}},\"spec\":{}}",
	  PQ_POLICY_REFUSED, "metadata: unknown field \"lables\", did you mean \"labels\"?" },
	{ "metadata that is a text",
	  "{\"apiVersion\":\"admission.pratique.dev/v1\",\"kind\":\"AdmissionSchema\","
	  "\"metadata\":\"b\",\"spec\":{}}",
	  PQ_POLICY_REFUSED, "metadata: must be an object" },
	{ "metadata that is null",
	  "{\"apiVersion\":\"admission.pratique.dev/v1\",\"kind\":\"AdmissionSchema\","
	  "\"metadata\":null,\"spec\":{}}",
	  PQ_POLICY_REFUSED, "metadata.name: Required value" },
	{ "labels that are a list",
	  OVERLAY("b", "{" DEPLOYMENTS ",\"objectSelector\":{\"matchLabels\":[]}}", SCHEMA),
	  PQ_POLICY_REFUSED, "spec.match.objectSelector: matchLabels must be an object" },
	{ "expressions that are an object",
	  OVERLAY("b", "{" DEPLOYMENTS ",\"objectSelector\":{\"matchExpressions\":{}}}", SCHEMA),
	  PQ_POLICY_REFUSED, "spec.match.objectSelector: matchExpressions must be a list" },
	{ "a misspelt keyword",
	  OVERLAY("b", "{" DEPLOYMENTS "}",
		  ",\"openAPIV3Schema\":{\"properties\":{\"a\":{\"minLenght\":1}}}"),
	  PQ_POLICY_REFUSED,
	  "spec.openAPIV3Schema.properties[a].minLenght: Invalid value: unknown keyword, did "
	  "you mean \"minLength\"?" },
	{ "a misspelt field of a rule",
	  OVERLAY("b", "{" DEPLOYMENTS "}",
		  ",\"openAPIV3Schema\":{\"type\":\"object\",\"x-kubernetes-validations\":[{"
		  "\"rule\":\"true\",\"mesage\":\"x\"}]}"),
	  PQ_POLICY_REFUSED,
	  "spec.openAPIV3Schema.x-kubernetes-validations[0].mesage: Invalid value: unknown field, "
	  "did you mean \"message\"?" },
	{ "a field of a rule that is of a wrong type",
	  OVERLAY("b", "{" DEPLOYMENTS "}",
		  ",\"openAPIV3Schema\":{\"allOf\":[{\"type\":\"object\","
		  "\"x-kubernetes-validations\":[null,{\"reason\":null,\"optionalOldSelf\":"
		  "\"true\"}]}]}"),
	  PQ_POLICY_REFUSED,
	  "spec.openAPIV3Schema.allOf[0].x-kubernetes-validations[1].optionalOldSelf: Invalid "
	  "value: must be a boolean" },
	{ "a misspelt field of externalDocs",
	  OVERLAY("b", "{" DEPLOYMENTS "}",
		  ",\"openAPIV3Schema\":{\"externalDocs\":{\"uri\":\"x\"}}"),
	  PQ_POLICY_REFUSED,
	  "spec.openAPIV3Schema.externalDocs.uri: Invalid value: unknown field, did you mean "
	  "\"url\"?" },
	{ "externalDocs that are a text",
	  OVERLAY("b", "{" DEPLOYMENTS "}", ",\"openAPIV3Schema\":{\"externalDocs\":\"x\"}"),
	  PQ_POLICY_REFUSED,
	  "spec.openAPIV3Schema.externalDocs: Invalid value: must be an object" },
	{ "items that are no schema",
	  OVERLAY("b", "{" DEPLOYMENTS "}",
		  ",\"openAPIV3Schema\":{\"properties\":{\"a\":{\"items\":5}}}"),
	  PQ_POLICY_REFUSED,
	  "spec.openAPIV3Schema.properties[a].items: Invalid value: must be an object" },
	{ "items that are a list of what is no schema",
	  OVERLAY("b", "{" DEPLOYMENTS "}",
		  ",\"openAPIV3Schema\":{\"properties\":{\"a\":{\"items\":[5]}}}"),
	  PQ_POLICY_REFUSED,
	  "spec.openAPIV3Schema.properties[a].items: Invalid value: must be an object" },
	{ "items that are a list of schemas",
	  OVERLAY("b", "{" DEPLOYMENTS "}",
		  ",\"openAPIV3Schema\":{\"properties\":{\"a\":{\"items\":[{}]}}}"),
	  PQ_POLICY_REFUSED,
	  "spec.openAPIV3Schema.properties[a].items: Forbidden: items must be a schema object and "
	  "not an array" },
};

static void test_additions(void **state)
{
	(void)state;
	struct pq_policy_builder *builder = pq_policy_builder_new();
	assert_non_null(builder);
	for (size_t i = 0; i < sizeof additions / sizeof additions[0]; i++) {
		const struct addition_case *test = &additions[i];
		struct pq_error error = { 0 };
		print_message("%s\n", test->name);
		assert_int_equal(add(builder, test->document, "first.yaml", &error), test->want);
		if (test->message != NULL)
			assert_string_equal(error.message, test->message);
	}
	const struct pq_policy *policy = pq_policy_builder_finish(builder);
	assert_int_equal(pq_policy_crd_count(policy), 3);
	assert_int_equal(pq_policy_overlay_count(policy), 1);
	assert_int_equal(pq_policy_conversion_count(policy), 2);
	assert_string_equal(pq_conversion_kind(pq_policy_find_conversion(
						       policy, PQ_S("example.com"), PQ_S("Thing")))
				    .data,
			    "Thing");
	assert_null(pq_policy_find_conversion(policy, PQ_S("example.org"), PQ_S("Thing")));
	pq_policy_unref(policy);
	pq_policy_builder_free(builder);
}

static void test_refusal_has_a_place(void **state)
{
	(void)state;
	struct pq_policy_builder *builder = pq_policy_builder_new();
	struct pq_error error;
	static const char text[] =
		"{\"apiVersion\":\"admission.pratique.dev/v1\",\"kind\":\"AdmissionSchema\",\n"
		"\"metadata\":{\"name\":\"a\"},\"spec\":{\"match\":{" DEPLOYMENTS "},\n"
		"  \"openAPIV3Schema\":7}}";
	assert_int_equal(add(builder, text, "a.yaml", &error), PQ_POLICY_REFUSED);
	assert_int_equal(error.line, 3);
	assert_int_equal(error.column, 21);
	pq_policy_builder_free(builder);
}

static void test_find_kind(void **state)
{
	(void)state;
	const char *texts[] = { CRD("things.example.com", "Thing", "things") };
	const struct pq_policy *policy = build(texts, 1);
	const struct pq_crd_version *version = NULL;
	const struct pq_crd *crd = pq_policy_find_kind(policy, PQ_S("example.com"), PQ_S("v1"),
						       PQ_S("Thing"), &version);
	assert_non_null(crd);
	assert_true(pq_string_is(crd->plural, "things"));
	assert_true(pq_string_is(crd->singular, "thing"));
	assert_true(pq_string_is(crd->list_kind, "ThingList"));
	assert_true(pq_string_is(version->name, "v1"));
	version = NULL;
	assert_null(pq_policy_find_kind(policy, PQ_S("example.com"), PQ_S("v2"), PQ_S("Thing"),
					&version));
	assert_null(pq_policy_find_kind(policy, PQ_S("example.org"), PQ_S("v1"), PQ_S("Thing"),
					&version));
	assert_null(version);
	pq_policy_unref(policy);
}

struct match_case {
	const char *name;
	const char *match;    /* of the one AdmissionSchema */
	const char *resource; /* NULL: guessed */
	const char *kind;
	const char *namespace;
	const char *object; /* JSON or NULL */
	const char *old;
	const char *namespace_labels;
	int want; /* 1, 0, or -1 for an error */
};

#define WITH(more) "{" DEPLOYMENTS "," more "}"
#define LABEL_A    "{\"metadata\":{\"labels\":{\"a\":\"1\"}}}"
#define SELECT_A   "{\"matchLabels\":{\"a\":\"1\"}}"
#define NOT_KUBE                                                                                   \
	"{\"matchExpressions\":[{\"key\":\"kubernetes.io/metadata.name\",\"operator\":\"NotIn\","  \
	"\"values\":[\"kube-system\"]}]}"

static const struct match_case matches[] = {
	{ "group, version and resource", "{" DEPLOYMENTS "}", "deployments", "Deployment", "n",
	  NULL, NULL, NULL, 1 },
	{ "another resource", "{" DEPLOYMENTS "}", "daemonsets", "DaemonSet", "n", NULL, NULL, NULL,
	  0 },
	{ "stars", "{\"groups\":[\"*\"],\"versions\":[\"*\"],\"resources\":[\"*\"]}", "daemonsets",
	  "DaemonSet", "n", NULL, NULL, NULL, 1 },
	{ "a guessed resource", "{" DEPLOYMENTS "}", NULL, "Deployment", "n", NULL, NULL, NULL, 1 },
	{ "a guess with y",
	  "{\"groups\":[\"*\"],\"versions\":[\"*\"],\"resources\":[\"networkpolicies\"]}", NULL,
	  "NetworkPolicy", "n", NULL, NULL, NULL, 1 },
	{ "a guess with s",
	  "{\"groups\":[\"*\"],\"versions\":[\"*\"],\"resources\":[\"ingresses\"]}", NULL,
	  "Ingress", "n", NULL, NULL, NULL, 1 },
	{ "objectSelector and the object", WITH("\"objectSelector\":" SELECT_A), "deployments",
	  "Deployment", "n", LABEL_A, "{}", NULL, 1 },
	{ "objectSelector and the old one", WITH("\"objectSelector\":" SELECT_A), "deployments",
	  "Deployment", "n", "{}", LABEL_A, NULL, 1 },
	{ "objectSelector and neither", WITH("\"objectSelector\":" SELECT_A), "deployments",
	  "Deployment", "n", "{}", "{}", NULL, 0 },
	{ "objectSelector and nothing", WITH("\"objectSelector\":" SELECT_A), "deployments",
	  "Deployment", "n", NULL, NULL, NULL, 0 },
	{ "objectSelector of nulls",
	  WITH("\"objectSelector\":{\"matchLabels\":null,\"matchExpressions\":null}"),
	  "deployments", "Deployment", "n", "{}", NULL, NULL, 1 },
	{ "objectSelector that is null", WITH("\"objectSelector\":null"), "deployments",
	  "Deployment", "n", "{}", NULL, NULL, 1 },
	{ "namespaceSelector by name alone", WITH("\"namespaceSelector\":" NOT_KUBE), "deployments",
	  "Deployment", "n", NULL, NULL, NULL, 1 },
	{ "namespaceSelector by name, excluded", WITH("\"namespaceSelector\":" NOT_KUBE),
	  "deployments", "Deployment", "kube-system", NULL, NULL, NULL, 0 },
	{ "namespaceSelector with known labels", WITH("\"namespaceSelector\":" SELECT_A),
	  "deployments", "Deployment", "n", NULL, NULL, "{\"a\":\"1\"}", 1 },
	{ "namespaceSelector with other labels", WITH("\"namespaceSelector\":" SELECT_A),
	  "deployments", "Deployment", "n", NULL, NULL, "{\"a\":\"2\"}", 0 },
	{ "namespaceSelector with unknown labels", WITH("\"namespaceSelector\":" SELECT_A),
	  "deployments", "Deployment", "n", NULL, NULL, NULL, -1 },
	{ "what has no namespace always matches", WITH("\"namespaceSelector\":" SELECT_A),
	  "deployments", "Deployment", "", NULL, NULL, NULL, 1 },
};

static void run_match(const struct match_case *test)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_buffer text;
	struct pq_value object, old, labels;
	struct pq_error error;
	const struct pq_overlay *matched[PQ_OVERLAYS_MATCHED_MAX];
	size_t count = 99;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&text, &arena, 0);
	pq_buffer_append_format(&text, OVERLAY("a", "%s", SCHEMA), test->match);
	pq_buffer_append_byte(&text, '\0');
	const char *texts[] = { text.data };
	const struct pq_policy *policy = build(texts, 1);
	if (test->object != NULL)
		object = read(&arena, test->object);
	if (test->old != NULL)
		old = read(&arena, test->old);
	if (test->namespace_labels != NULL)
		labels = read(&arena, test->namespace_labels);
	const struct pq_policy_subject subject = {
		.group = PQ_S("apps"),
		.version = PQ_S("v1"),
		.resource = pq_string_from(test->resource),
		.kind = pq_string_from(test->kind),
		.namespace = pq_string_from(test->namespace),
		.object = test->object == NULL ? NULL : &object,
		.old = test->old == NULL ? NULL : &old,
		.namespace_labels = test->namespace_labels == NULL ? NULL : &labels,
	};
	print_message("%s\n", test->name);
	bool fine = pq_policy_match(policy, &subject, matched, &count, &error);
	assert_int_equal(fine, test->want >= 0);
	assert_int_equal(fine ? (int)count : -1, test->want);
	if (!fine)
		assert_int_equal(error.code, PQ_ERROR_UNAVAILABLE);
	pq_policy_unref(policy);
}

static void test_match(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof matches / sizeof matches[0]; i++)
		run_match(&matches[i]);
}

static void test_matches_come_by_name(void **state)
{
	(void)state;
	const char *texts[] = { OVERLAY("b", "{" DEPLOYMENTS "}", SCHEMA),
				OVERLAY("a", "{" DEPLOYMENTS "}",
					SCHEMA ",\"validationActions\":[\"Warn\",\"Audit\"]") };
	const struct pq_policy *policy = build(texts, 2);
	const struct pq_overlay *matched[PQ_OVERLAYS_MATCHED_MAX];
	struct pq_error error;
	size_t count;
	const struct pq_policy_subject subject = {
		.group = PQ_S("apps"),
		.version = PQ_S("v1"),
		.resource = PQ_S("deployments"),
		.kind = PQ_S("Deployment"),
	};
	assert_true(pq_policy_match(policy, &subject, matched, &count, &error));
	assert_int_equal(count, 2);
	assert_true(pq_string_is(matched[0]->name, "a"));
	assert_int_equal(matched[0]->actions, PQ_ACTION_WARN | PQ_ACTION_AUDIT);
	assert_int_equal(matched[1]->actions, PQ_ACTION_DENY);
	pq_policy_unref(policy);
}

static void test_readers_follow_the_publisher(void **state)
{
	(void)state;
	const char *texts[] = { CRD("things.example.com", "Thing", "things") };
	struct pq_policy_publisher *publisher = pq_policy_publisher_new();
	struct pq_policy_reader reader = { 0 };
	assert_non_null(publisher);
	assert_null(pq_policy_read(publisher, &reader));
	const struct pq_policy *first = build(NULL, 0), *second = build(texts, 1);
	pq_policy_publish(publisher, first);
	assert_ptr_equal(pq_policy_read(publisher, &reader), first);
	assert_int_equal(pq_policy_generation(publisher), 1);
	pq_policy_publish(publisher, second);
	/* The reader's reference keeps the first alive until it reads again. */
	assert_int_equal(pq_policy_crd_count(reader.policy), 0);
	assert_ptr_equal(pq_policy_read(publisher, &reader), second);
	pq_policy_publisher_free(publisher);
	assert_int_equal(pq_policy_crd_count(reader.policy), 1);
	pq_policy_reader_done(&reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_additions),
		cmocka_unit_test(test_refusal_has_a_place),
		cmocka_unit_test(test_find_kind),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_matches_come_by_name),
		cmocka_unit_test(test_readers_follow_the_publisher),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
