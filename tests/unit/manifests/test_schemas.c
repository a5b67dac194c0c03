#include "manifests/manifests.h"

#include "yaml/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define CRD(group, scope, versions)                                                                \
	"{kind: CustomResourceDefinition, spec: {group: " group ", scope: " scope                  \
	", names: {kind: Gadget, plural: gadgets}, versions: [" versions "]}}\n---\n"
#define VERSION(name, served, schema)                                                              \
	"{name: " name ", served: " served ", schema: {openAPIV3Schema: " schema "}}"
#define OVERLAY(actions, schema)                                                                   \
	"{kind: AdmissionSchema, spec: {match: {groups: [''], versions: [v1], resources: "         \
	"[pods]}" actions ", openAPIV3Schema: " schema "}}\n---\n"

static const struct {
	const char *name;
	const char *in;   /* documents */
	const char *want; /* a line for each rule */
} schemas[] = {
	{ "a CRD", CRD("example.com", "Namespaced", VERSION("v1", "true", "{type: object}")),
	  "[\"example.com\"] [\"v1\"] [\"gadgets\"] Namespaced denies\n" },
	{ "of a cluster's own kind", CRD("example.com", "Cluster", VERSION("v1", "true", "{}")),
	  "[\"example.com\"] [\"v1\"] [\"gadgets\"] Cluster denies\n" },
	{ "versions that are served",
	  CRD("example.com", "Namespaced",
	      VERSION("v1", "true", "{}") ", " VERSION(
		      "v1beta1", "false", "{default: {}}") ", " VERSION("v2", "true", "{}")),
	  "[\"example.com\"] [\"v1\",\"v2\"] [\"gadgets\"] Namespaced denies\n" },
	{ "no version that is served",
	  CRD("example.com", "Namespaced", VERSION("v1", "false", "{}")), "" },
	{ "defaults of an item of a list of a map",
	  CRD("example.com", "Namespaced",
	      VERSION("v1", "true",
		      "{properties: {a: {additionalProperties: {items: {properties: "
		      "{b: {default: 1}}}}}}}")),
	  "[\"example.com\"] [\"v1\"] [\"gadgets\"] Namespaced denies defaults\n" },
	{ "a property that is called default",
	  CRD("example.com", "Namespaced",
	      VERSION("v1", "true", "{properties: {default: {type: string}}}")),
	  "[\"example.com\"] [\"v1\"] [\"gadgets\"] Namespaced denies\n" },
	{ "pratique's own configuration",
	  CRD("admission.pratique.dev", "Cluster", VERSION("v1", "true", "{}")), "" },
	{ "an AdmissionSchema that says nothing of its actions", OVERLAY("", "{default: {}}"),
	  "[\"\"] [\"v1\"] [\"pods\"] * denies defaults\n" },
	{ "one that warns", OVERLAY(", validationActions: [Warn, Audit]", "{}"),
	  "[\"\"] [\"v1\"] [\"pods\"] *\n" },
	{ "two for the same",
	  OVERLAY(", validationActions: [Warn]", "{default: {}}")
		  OVERLAY(", validationActions: [Audit, Deny]", "{}"),
	  "[\"\"] [\"v1\"] [\"pods\"] * denies defaults\n" },
	{ "another kind", "{kind: ConfigMap}\n", "" },
};

static void add_documents(struct pq_manifest_schemas *collected, const char *text)
{
	struct pq_value document;
	struct pq_error error;
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream =
		pq_yaml_stream_new(pq_string_from(text), NULL);
	assert_non_null(stream);
	for (;;) {
		enum pq_yaml_result result =
			pq_yaml_stream_next(stream, collected->arena, &document, NULL, &error);
		if (result == PQ_YAML_END)
			return;
		if (result == PQ_YAML_FAILED)
			fail_msg("%s in %s", error.message, text);
		assert_true(pq_manifest_add_schema(collected, &document, &error));
	}
}

static void write_rules(struct pq_buffer *text, const struct pq_manifest_schemas *collected)
{
	for (size_t i = 0; i < collected->rule_count; i++) {
		const struct pq_manifest_rule *rule = &collected->rules[i];
		pq_json_write(text, &rule->groups, 0);
		pq_buffer_append_byte(text, ' ');
		pq_json_write(text, &rule->versions, 0);
		pq_buffer_append_byte(text, ' ');
		pq_json_write(text, &rule->resources, 0);
		pq_buffer_append_format(text, " %s%s%s\n", rule->scope,
					rule->denies ? " denies" : "",
					rule->defaults ? " defaults" : "");
	}
}

static void test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_cleanup_buffer struct pq_buffer text;
		pq_arena_init(&arena, 0);
		pq_buffer_init(&text, 0);
		struct pq_manifest_schemas collected = { .arena = &arena };
		add_documents(&collected, schemas[i].in);
		write_rules(&text, &collected);
		if (!pq_string_is(pq_buffer_view(&text), schemas[i].want))
			fail_msg("%s: got\n%.*s, not\n%s", schemas[i].name,
				 PQ_STRING_ARGUMENT(pq_buffer_view(&text)), schemas[i].want);
	}
}

static void test_many(void **state)
{
	(void)state;
	enum { COUNT = 100 };
	pq_cleanup_arena struct pq_arena arena;
	char text[1024];
	pq_arena_init(&arena, 0);
	struct pq_manifest_schemas collected = { .arena = &arena };
	for (int i = 0; i < COUNT; i++) {
		snprintf(text, sizeof text,
			 CRD("g%d.example.com", "Namespaced", VERSION("v1", "true", "{}")), i);
		add_documents(&collected, text);
	}
	assert_int_equal(collected.rule_count, COUNT);
	assert_int_equal(collected.crd_count, COUNT);
	assert_string_equal(collected.rules[COUNT - 1].groups.items[0].bytes, "g99.example.com");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
