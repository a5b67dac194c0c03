#include "registry/custom_resource.h"
#include "json/patch.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char base_text[] =
	"{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"CustomResourceDefinition\","
	"\"metadata\":{\"name\":\"things.example.com\",\"resourceVersion\":\"1\"},"
	"\"spec\":{\"group\":\"example.com\",\"scope\":\"Namespaced\",\"names\":{\"kind\":"
	"\"Thing\","
	"\"plural\":\"things\",\"shortNames\":[\"th\"]},\"versions\":[{\"name\":\"v1\",\"served\":"
	"true,\"storage\":true,\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\",\"properties\":"
	"{"
	"\"spec\":{\"type\":\"object\",\"properties\":{\"size\":{\"type\":\"integer\"}}}}}}}]}}";

static struct pq_value read(struct pq_arena *arena, const char *text)
{
	struct pq_value value;
	struct pq_error error;
	if (!pq_json_read_copy(arena, pq_string_from(text), NULL, &value, &error))
		fail_msg("%s: %s", text, error.message);
	return value;
}

/* The base document changed by a JSON Patch. */
static struct pq_value change(struct pq_arena *arena, const char *patch_text)
{
	struct pq_value document = read(arena, base_text), operations = read(arena, patch_text);
	struct pq_patch patch;
	struct pq_error error;
	pq_patch_init(&patch, arena);
	if (!pq_patch_read(&operations, &patch, &error) ||
	    !pq_patch_apply(arena, &document, &patch, &document, &error))
		fail_msg("%s: %s", patch_text, error.message);
	return document;
}

static const char *list(struct pq_arena *arena, const struct pq_findings *findings)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	for (size_t i = 0; i < findings->count; i++)
		pq_buffer_append_format(&text, "%s%.*s: %.*s", i == 0 ? "" : "\n",
					PQ_STRING_ARGUMENT(findings->items[i].field),
					PQ_STRING_ARGUMENT(findings->items[i].message));
	pq_buffer_append_byte(&text, '\0');
	return text.data;
}

#define LABEL                                                                                      \
	"a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with "  \
	"an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "    \
	"'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
#define ADD(path, value) "[{\"op\":\"add\",\"path\":\"" path "\",\"value\":" value "}]"

struct create_case {
	const char *name;
	const char *patch;
	const char *want;
};

static const struct create_case creates[] = {
	{ "nothing wrong", "[]", "" },
	{ "a name that does not fit", ADD("/metadata/name", "\"x.example.com\""),
	  "metadata.name: Invalid value: \"x.example.com\": must be "
	  "spec.names.plural+\".\"+spec.group" },
	{ "an unknown scope", ADD("/spec/scope", "\"cluster\""),
	  "spec.scope: Unsupported value: \"cluster\": supported values: \"Cluster\", "
	  "\"Namespaced\"" },
	{ "a bad short name", ADD("/spec/names/shortNames/0", "\"T_\""),
	  "spec.names.shortNames[0]: Invalid value: \"T_\": " LABEL },
	{ "kind and listKind alike", ADD("/spec/names/listKind", "\"Thing\""),
	  "spec.names.listKind: Invalid value: \"Thing\": kind and listKind may not be the same" },
	{ "no storage version", ADD("/spec/versions/0/storage", "false"),
	  "spec.versions: Invalid value: [{\"Name\":\"v1\",\"Served\":true,\"Storage\":false,"
	  "\"Deprecated\":false,\"DeprecationWarning\":null,\"Schema\":null,\"Subresources\":null,"
	  "\"AdditionalPrinterColumns\":null,\"SelectableFields\":null}]: must have exactly one "
	  "version marked as storage version\n"
	  "status.storedVersions: Invalid value: null: must have at least one stored version" },
	{ "no schema", "[{\"op\":\"remove\",\"path\":\"/spec/versions/0/schema\"}]",
	  "spec.versions[0].schema.openAPIV3Schema: Required value" },
	{ "one version's schema stands at the top",
	  ADD("/spec/versions/0/schema/openAPIV3Schema/type", "\"array\""),
	  "spec.validation.openAPIV3Schema.items: Required value: must be specified\n"
	  "spec.validation.openAPIV3Schema.type: Invalid value: \"array\": must be object at the "
	  "root" },
	{ "versions that differ stand in their places",
	  ADD("/spec/versions/-",
	      "{\"name\":\"v2\",\"served\":true,\"storage\":false,\"schema\":{\"openAPIV3Schema\":{"
	      "\"type\":\"string\"}}}"),
	  "spec.versions[1].schema.openAPIV3Schema.type: Invalid value: \"string\": must be object "
	  "at the root" },
	{ "a deprecation warning of a version that is not deprecated",
	  ADD("/spec/versions/0/deprecationWarning", "\"x\""),
	  "spec.versions[0].deprecationWarning: Invalid value: \"x\": can only be set for "
	  "deprecated versions" },
	{ "a bad column",
	  ADD("/spec/versions/0/additionalPrinterColumns", "[{\"name\":\"a\","
							   "\"type\":\"int\","
							   "\"jsonPath\":\"x\"}]"),
	  "spec.additionalPrinterColumns[0].type: Invalid value: \"int\": must be one of "
	  "boolean,date,integer,number,string\n"
	  "spec.additionalPrinterColumns[0].JSONPath: Invalid value: \"x\": must be a simple json "
	  "path starting with ." },
	{ "scale paths in the wrong places",
	  ADD("/spec/versions/0/subresources", "{\"scale\":{\"specReplicasPath\":\".replicas\","
					       "\"statusReplicasPath\":\"\"}}"),
	  "spec.subresources.scale.specReplicasPath: Invalid value: \".replicas\": should be a "
	  "json path under .spec\n"
	  "spec.subresources.scale.statusReplicasPath: Required value" },
	{ "a webhook without a client", ADD("/spec/conversion", "{\"strategy\":\"Webhook\"}"),
	  "spec.conversion.webhookClientConfig: Required value: required when strategy is set to "
	  "Webhook\n"
	  "spec.conversion.conversionReviewVersions: Required value" },
	{ "a webhook by http",
	  ADD("/spec/conversion",
	      "{\"strategy\":\"Webhook\",\"webhook\":{\"clientConfig\":{\"url\":"
	      "\"http://a/b?c#d\"},\"conversionReviewVersions\":[\"v1\"]}}"),
	  "spec.conversion.webhookClientConfig.url: Invalid value: \"http\": 'https' is the only "
	  "allowed URL scheme; desired format: https://host[/path]\n"
	  "spec.conversion.webhookClientConfig.url: Invalid value: \"d\": fragments are not "
	  "permitted in the URL\n"
	  "spec.conversion.webhookClientConfig.url: Invalid value: \"c\": query parameters are not "
	  "permitted in the URL" },
	{ "a protected group",
	  "[{\"op\":\"add\",\"path\":\"/spec/group\",\"value\":\"x.k8s.io\"},{\"op\":\"add\","
	  "\"path\":\"/metadata/name\",\"value\":\"things.x.k8s.io\"}]",
	  "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must "
	  "have approval annotation \"api-approved.kubernetes.io\", see "
	  "https://github.com/kubernetes/enhancements/pull/1111" },
	{ "preserveUnknownFields", ADD("/spec/preserveUnknownFields", "true"),
	  "spec.preserveUnknownFields: Invalid value: true: cannot set to true, set "
	  "x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead" },
	{ "a selectable field that is an object",
	  ADD("/spec/versions/0/selectableFields", "[{\"jsonPath\":\".spec\"}]"),
	  "spec.selectableFields[0].jsonPath: Invalid value: \".spec\": must point to a field of "
	  "type string, boolean or integer. Enum string fields and strings with formats are "
	  "allowed." },
	{ "no CRD at all", "[{\"op\":\"replace\",\"path\":\"/spec\",\"value\":[]}]",
	  "spec: json: cannot unmarshal array into Go struct field CustomResourceDefinition.spec "
	  "of type v1.CustomResourceDefinitionSpec" },
};

static void test_creates(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof creates / sizeof creates[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_findings findings;
		pq_arena_init(&arena, 0);
		pq_findings_init(&findings, &arena, 0);
		struct pq_value document = change(&arena, creates[i].patch);
		print_message("%s\n", creates[i].name);
		assert_true(pq_crd_validate(&arena, &document, NULL, &findings));
		assert_string_equal(list(&arena, &findings), creates[i].want);
	}
}

struct update_case {
	const char *name;
	const char *old; /* patches */
	const char *now;
	const char *want;
};

#define ESTABLISHED                                                                                \
	ADD("/status", "{\"conditions\":[{\"type\":\"Established\",\"status\":\"True\"}],"         \
		       "\"storedVersions\":[\"v1\"]}")

static const struct update_case updates[] = {
	{ "nothing changes", ESTABLISHED, "[]", "" },
	{ "scope, once established", ESTABLISHED, ADD("/spec/scope", "\"Cluster\""),
	  "spec.scope: Invalid value: \"Cluster\": field is immutable" },
	{ "scope, before", "[]", ADD("/spec/scope", "\"Cluster\""), "" },
	{ "plural, always", "[]", ADD("/spec/names/plural", "\"others\""),
	  "spec.names.plural: Invalid value: \"others\": field is immutable" },
	{ "a stored version that goes", ESTABLISHED, ADD("/spec/versions/0/name", "\"v2\""),
	  "status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions; v1 was "
	  "previously a storage version, and must remain in spec.versions until a storage "
	  "migration ensures no data remains persisted in v1 and removes v1 from "
	  "status.storedVersions" },
};

static void test_updates(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof updates / sizeof updates[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_findings findings;
		pq_arena_init(&arena, 0);
		pq_findings_init(&findings, &arena, 0);
		struct pq_value old = change(&arena, updates[i].old);
		struct pq_value now = change(&arena, updates[i].now);
		print_message("%s\n", updates[i].name);
		assert_true(pq_crd_validate(&arena, &now, &old, &findings));
		assert_string_equal(list(&arena, &findings), updates[i].want);
	}
}

static void test_defaults(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value document, result;
	struct pq_buffer text;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&text, &arena, 0);
	document = read(&arena, "{\"spec\":{\"names\":{\"kind\":\"MyThing\"},\"conversion\":{"
				"\"webhook\":{\"clientConfig\":{\"service\":{\"name\":\"a\"}}}}}}");
	assert_true(pq_crd_default(&arena, &document, &result));
	pq_json_write(&text, &result, PQ_JSON_SORT_KEYS);
	pq_buffer_append_byte(&text, '\0');
	assert_string_equal(
		text.data, "{\"spec\":{\"conversion\":{\"webhook\":{\"clientConfig\":{\"service\":{"
			   "\"name\":\"a\",\"port\":443}}}},\"names\":{\"kind\":\"MyThing\","
			   "\"listKind\":\"MyThingList\",\"singular\":\"mything\"}}}");
}

static void test_compiled_form(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	struct pq_value document = change(
		&arena,
		"[{\"op\":\"add\",\"path\":\"/spec/versions/0/"
		"subresources\",\"value\":{\"status\":{}"
		",\"scale\":{\"specReplicasPath\":\".spec.a\",\"statusReplicasPath\":\".status.b\"}"
		"}},"
		"{\"op\":\"add\",\"path\":\"/spec/versions/0/schema/openAPIV3Schema/properties/"
		"spec/"
		"properties/size/x-kubernetes-validations\",\"value\":[{\"rule\":\"self > 0\"}]}]");
	const struct pq_crd *crd = pq_crd_compile(&document, &error);
	assert_non_null(crd);
	const struct pq_crd_version *version = pq_crd_find_version(crd, PQ_S("v1"));
	assert_non_null(version);
	assert_true(version->served && version->storage && version->has_status);
	assert_true(version->has_scale && pq_schema_has_rules(version->schema));
	assert_true(pq_string_is(version->spec_replicas_path, ".spec.a"));
	assert_true(pq_string_is(version->status_replicas_path, ".status.b"));
	assert_null(version->label_selector_path.data);
	assert_null(version->deprecation_warning.data);
	assert_true(crd->namespaced);
	assert_int_equal(crd->short_name_count, 1);
	assert_true(pq_string_is(crd->short_names[0], "th"));
	assert_null(pq_crd_find_version(crd, PQ_S("v2")));
	pq_crd_unref(pq_crd_ref(crd));
	assert_true(pq_string_is(crd->singular, "thing"));
	pq_crd_unref(crd);
	pq_crd_unref(NULL);
}

static void test_unknown_formats_warn(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_resource_outcome outcome;
	pq_arena_init(&arena, 0);
	struct pq_value document = change(
		&arena,
		ADD("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/"
		    "format",
		    "\"int33\""));
	const struct pq_resource_request request = { .document = &document };
	pq_crd_judge(&arena, &request, &outcome);
	assert_int_equal(outcome.status.code, 0);
	assert_int_equal(outcome.warning_count, 1);
	assert_true(pq_string_is(outcome.warnings[0], "unrecognized format \"int33\""));
	const struct pq_value *stored =
		pq_value_find_path(&outcome.object, 2, "status", "storedVersions");
	assert_true(pq_string_is(pq_value_string(&stored->items[0]), "v1"));
}

/* A schema in a schema in a schema, this often. */
static struct pq_value nest(struct pq_arena *arena, size_t depth)
{
	static const char open[] = "{\"type\":\"object\",\"properties\":{\"a\":";
	struct pq_buffer patch;
	pq_buffer_init_in(&patch, arena, 0);
	pq_buffer_append_text(&patch, "[{\"op\":\"add\",\"path\":\"/spec/versions/0/schema/"
				      "openAPIV3Schema\",\"value\":");
	for (size_t i = 0; i < depth; i++)
		pq_buffer_append_text(&patch, open);
	pq_buffer_append_text(&patch, "{\"type\":\"object\"}");
	for (size_t i = 0; i < depth; i++)
		pq_buffer_append_text(&patch, "}}");
	pq_buffer_append_text(&patch, "}]");
	pq_buffer_append_byte(&patch, '\0');
	return change(arena, patch.data);
}

static void test_deep_schemas_end(void **state)
{
	static const struct {
		size_t depth;
		bool fine;
	} depths[] = { { 900, true }, { 1100, false }, { 4900, false } };
	(void)state;
	for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_findings findings;
		pq_arena_init(&arena, 0);
		pq_findings_init(&findings, &arena, 0);
		struct pq_value document = nest(&arena, depths[i].depth);
		assert_true(pq_crd_validate(&arena, &document, NULL, &findings));
		assert_int_equal(pq_findings_is_empty(&findings), depths[i].fine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_creates),
		cmocka_unit_test(test_updates),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_compiled_form),
		cmocka_unit_test(test_unknown_formats_warn),
		cmocka_unit_test(test_deep_schemas_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
