#include "explain/explain.h"
#include "explain/walk.h"
#include "yaml/read.h"
#include "json/read.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The compact form. */
#define COMPACT                                                                                    \
	"{\"kinds\":{\"/v1/Service\":\"namespaced core.v1.Service\","                              \
	"\"/v1/Event\":\"namespaced core.v1.Event\","                                              \
	"\"a.io/v1/Event\":\"namespaced a.v1.Event\","                                             \
	"\"a.io/v2/Event\":\"namespaced a.v2.Event\"},"                                            \
	"\"types\":{\"core.v1.Service\":{\"metadata\":\"meta.v1.ObjectMeta*\","                    \
	"\"spec\":\"core.v1.Spec*!\"},"                                                            \
	"\"core.v1.Spec\":{\"limits\":\"{}quantity\",\"target\":\"int-or-string\","                \
	"\"ports\":\"[port,protocol]core.v1.Port\",\"type\":\"string=A|B|C|D|E!\","                \
	"\"data\":\"{}byte\",\"at\":\"time\",\"flag\":\"boolean!\",\"free\":\"any\"},"             \
	"\"core.v1.Port\":{\"port\":\"int32!\",\"protocol\":\"string\"},"                          \
	"\"core.v1.Event\":{\"core\":\"string\"},\"a.v1.Event\":{\"one\":\"string\"},"             \
	"\"a.v2.Event\":{\"two\":\"string\"},"                                                     \
	"\"meta.v1.ObjectMeta\":{\"labels\":\"{}string\",\"name\":\"string\"}}}"

/* Maps of lists and of what has fields. */
#define MAPS                                                                                       \
	"{\"kinds\":{\"/v1/Map\":\"namespaced v1.Map\"},\"types\":{"                               \
	"\"v1.Map\":{\"lists\":\"{}[]string\",\"ports\":\"{}v1.Port\"},"                           \
	"\"v1.Port\":{\"number\":\"string\",\"range\":\"v1.Range\"},"                              \
	"\"v1.Range\":{\"end\":\"string\"}}}"

/* What /openapi/v3/… answers. */
#define PLAIN                                                                                      \
	"{\"openapi\":\"3.0.0\",\"components\":{\"schemas\":{"                                     \
	"\"io.k8s.api.core.v1.Service\":{\"description\":\"A service.\",\"type\":\"object\","      \
	"\"properties\":{\"spec\":{\"description\":\"What is wanted.\",\"default\":{},"            \
	"\"allOf\":[{\"$ref\":\"#/components/schemas/io.k8s.api.core.v1.Spec\"}]}},"               \
	"\"x-kubernetes-group-version-kind\":[{\"group\":\"\",\"version\":\"v1\","                 \
	"\"kind\":\"Service\"}]},"                                                                 \
	"\"io.k8s.api.core.v1.Spec\":{\"description\":\"A specification.\",\"type\":\"object\","   \
	"\"required\":[\"name\"],\"properties\":{"                                                 \
	"\"name\":{\"type\":\"string\",\"default\":\"\"},"                                         \
	"\"protocol\":{\"type\":\"string\",\"default\":\"TCP\"},"                                  \
	"\"again\":{\"$ref\":\"#/components/schemas/io.k8s.api.core.v1.Spec\"},"                   \
	"\"all\":{\"type\":\"array\",\"items\":{\"default\":{},\"allOf\":[{\"$ref\":"              \
	"\"#/components/schemas/io.k8s.api.core.v1.Spec\"}]},\"x-kubernetes-list-type\":\"set\"}," \
	"\"loop\":{\"$ref\":\"#/components/schemas/loop\"},"                                       \
	"\"lost\":{\"$ref\":\"#/components/schemas/lost\"}}},"                                     \
	"\"loop\":{\"$ref\":\"#/components/schemas/loop\"},"                                       \
	"\"io.k8s.DeleteOptions\":{\"x-kubernetes-group-version-kind\":["                          \
	"{\"group\":\"\",\"version\":\"v1\",\"kind\":\"DeleteOptions\"},"                          \
	"{\"group\":\"apps\",\"version\":\"v1\",\"kind\":\"DeleteOptions\"}]}}}}"

#define CRD                                                                                        \
	"kind: CustomResourceDefinition\n"                                                         \
	"spec:\n"                                                                                  \
	"  group: example.com\n"                                                                   \
	"  names: {kind: Thing, plural: things, shortNames: [th]}\n"                               \
	"  versions:\n"                                                                            \
	"  - name: v2alpha1\n"                                                                     \
	"    served: true\n"                                                                       \
	"  - name: v3\n"                                                                           \
	"    served: false\n"                                                                      \
	"  - name: v1\n"                                                                           \
	"    served: true\n"                                                                       \
	"    schema:\n"                                                                            \
	"      openAPIV3Schema:\n"                                                                 \
	"        type: object\n"                                                                   \
	"        description: Something.\n"                                                        \
	"        properties:\n"                                                                    \
	"          spec:\n"                                                                        \
	"            type: object\n"                                                               \
	"            required: [size]\n"                                                           \
	"            x-kubernetes-validations: [{rule: 'self.size > 0', message: too small}]\n"    \
	"            properties:\n"                                                                \
	"              size: {type: integer, minimum: 0, maximum: 5, default: 0}\n"                \
	"              mode: {type: string, enum: [A, '', 3], nullable: true}\n"                   \
	"              name: {type: string, pattern: '^a$', maxLength: 9, format: uuid}\n"         \
	"              port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, "         \
	"{type: string}]}\n"                                                                       \
	"              list:\n"                                                                    \
	"                description: The list.\n"                                                 \
	"                type: array\n"                                                            \
	"                x-kubernetes-list-type: map\n"                                            \
	"                x-kubernetes-list-map-keys: [a, b]\n"                                     \
	"                items: {type: object, description: An item., properties: {a: {}}}\n"      \
	"              words: {type: array, items: {type: string, maxLength: 3, enum: [x]}}\n"     \
	"              either: {type: object, oneOf: [{required: [a]}]}\n"

static struct pq_explain *make(const char *openapi)
{
	struct pq_error error;
	struct pq_explain *explain = pq_explain_new();
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value crd;
	pq_arena_init(&arena, 0);
	assert_non_null(explain);
	assert_true(pq_explain_add_openapi(explain, pq_string_from(openapi), &error));
	assert_true(pq_yaml_read(&arena, PQ_S(CRD), NULL, &crd, &error));
	assert_true(pq_explain_add_crd(explain, &crd, &error));
	return explain;
}

/* The explanation, or the error's message. */
static const char *explain_as(const struct pq_explain *explain, const char *request,
			      const char *api_version, bool is_recursive, bool is_json)
{
	static char shown[8192];
	pq_cleanup_buffer struct pq_buffer text;
	struct pq_explain_target target;
	struct pq_error error;
	pq_buffer_init(&text, 0);
	bool fine = pq_explain_find(explain, pq_string_from(request), pq_string_from(api_version),
				    &target, &error) &&
		    (is_json ? pq_explain_write_json(&target, is_recursive, &text, &error)
			     : pq_explain_write_text(&target, is_recursive, 80, &text, &error));
	snprintf(shown, sizeof shown, "%.*s", PQ_STRING_ARGUMENT(pq_buffer_view(&text)));
	if (!fine)
		snprintf(shown, sizeof shown, "%s", error.message);
	return shown;
}

struct explain_case {
	const char *name;
	const char *openapi;
	const char *request;
	bool is_recursive;
	const char *want;
};

static const struct explain_case cases[] = {
	{ "a built-in kind by the compact form", COMPACT, "service.spec", false,
	  "KIND:       Service\nVERSION:    v1\n\nFIELD: spec <Spec> -required-\n\nFIELDS:\n"
	  "  at\t<string>\n    format: date-time\n\n"
	  "  data\t<map[string]string>\n    values.format: byte\n\n"
	  "  flag\t<boolean> -required-\n"
	  "  free\t<Object>\n"
	  "  limits\t<map[string]Quantity>\n"
	  "  ports\t<[]Port>\n    listType: map\n    listMapKeys: port, protocol\n\n"
	  "  target\t<IntOrString>\n"
	  "  type\t<string> -required-\n  enum: A, B, C, D, ....\n" },
	{ "an enum in full", COMPACT, "svc.spec.type", false,
	  "KIND:       Service\nVERSION:    v1\n\nFIELD: type <string> -required-\n\n"
	  "ENUM:\n    A\n    B\n    C\n    D\n    E\n" },
	{ "a path as a finding has it", COMPACT, "services.spec.ports[3].port", false,
	  "KIND:       Service\nVERSION:    v1\n\nFIELD: port <integer> -required-\n\n"
	  "CONSTRAINTS:\n    format: int32\n" },
	{ "a map's key", COMPACT, "service.metadata.labels[a.io/name]", false,
	  "KIND:       Service\nVERSION:    v1\n\nFIELD: labels <map[string]string>\n" },
	{ "a map's key behind a dot", COMPACT, "service.metadata.labels.a.io/name", false,
	  "KIND:       Service\nVERSION:    v1\n\nFIELD: labels <map[string]string>\n" },
	{ "all fields", COMPACT, "Service", true,
	  "KIND:       Service\nVERSION:    v1\n\nFIELDS:\n"
	  "  metadata\t<ObjectMeta>\n    labels\t<map[string]string>\n    name\t<string>\n"
	  "  spec\t<Spec> -required-\n    at\t<string>\n    data\t<map[string]string>\n"
	  "    flag\t<boolean> -required-\n    free\t<Object>\n"
	  "    limits\t<map[string]Quantity>\n    ports\t<[]Port>\n"
	  "      port\t<integer> -required-\n      protocol\t<string>\n"
	  "    target\t<IntOrString>\n    type\t<string> -required-\n    enum: A, B, C, D, "
	  "....\n" },
	{ "descriptions of a plain document; zero values are no defaults", PLAIN, "svc.spec", false,
	  "KIND:       Service\nVERSION:    v1\n\nFIELD: spec <Spec>\n\n"
	  "DESCRIPTION:\n    What is wanted.\n    A specification.\n\nFIELDS:\n"
	  "  again\t<Spec>\n    A specification.\n\n"
	  "  all\t<[]Spec>\n    listType: set\n\n"
	  "  loop\t<loop>\n"
	  "  lost\t<Object>\n"
	  "  name\t<string> -required-\n"
	  "  protocol\t<string>\n    default: \"TCP\"\n" },
	{ "what refers to itself ends", PLAIN, "svc", true,
	  "KIND:       Service\nVERSION:    v1\n\nDESCRIPTION:\n    A service.\n\nFIELDS:\n"
	  "  spec\t<Spec>\n    again\t<Spec>\n    all\t<[]Spec>\n    loop\t<loop>\n"
	  "    lost\t<Object>\n    name\t<string> -required-\n    protocol\t<string>\n" },
	{ "a path that goes in circles", PLAIN, "svc.spec.again.all.again.name", false,
	  "KIND:       Service\nVERSION:    v1\n\nFIELD: name <string> -required-\n" },
	{ "a custom kind", COMPACT, "th.spec", false,
	  "GROUP:      example.com\nKIND:       Thing\nVERSION:    v1\n\nFIELD: spec <Object>\n\n"
	  "CONSTRAINTS:\n    rule: self.size > 0 (too small)\n\nFIELDS:\n"
	  "  either\t<Object>\n    oneOf: [{\"required\":[\"a\"]}]\n\n"
	  "  list\t<[]Object>\n    listType: map\n    listMapKeys: a, b\n    The list.\n\n"
	  "  mode\t<string>\n  enum: A, \"\", 3\n    nullable: true\n\n"
	  "  name\t<string>\n    format: uuid\n    pattern: ^a$\n    maxLength: 9\n\n"
	  "  port\t<IntOrString>\n"
	  "  size\t<integer> -required-\n    default: 0\n    minimum: 0\n    maximum: 5\n\n"
	  "  words\t<[]string>\n    items.enum: x\n    items.maxLength: 3\n" },
	{ "has what every object has", COMPACT, "thing.metadata", false,
	  "GROUP:      example.com\nKIND:       Thing\nVERSION:    v1\n\n"
	  "FIELD: metadata <ObjectMeta>\n\n"
	  "DESCRIPTION:\n    Name, labels and the rest that all objects have.\n\nFIELDS:\n"
	  "  labels\t<map[string]string>\n  name\t<string>\n" },
	{ "a list's own description, and its items'", COMPACT, "things.example.com.spec.list",
	  false,
	  "GROUP:      example.com\nKIND:       Thing\nVERSION:    v1\n\n"
	  "FIELD: list <[]Object>\n\nCONSTRAINTS:\n    listType: map\n    listMapKeys: a, b\n\n"
	  "DESCRIPTION:\n    The list.\n    An item.\n\nFIELDS:\n  a\t<Object>\n" },
	{ "Kubernetes' own group is before others", COMPACT, "event.core", false,
	  "KIND:       Event\nVERSION:    v1\n\nFIELD: core <string>\n" },
	{ "and of others the preferred version", COMPACT, "events.a.io.two", false,
	  "GROUP:      a.io\nKIND:       Event\nVERSION:    v2\n\nFIELD: two <string>\n" },
	{ "no such kind", COMPACT, "servce", false,
	  "there is no kind \"servce\", did you mean \"service\"?" },
	{ "nothing like it", PLAIN, "frobnicator.spec", false,
	  "there is no kind \"frobnicator\"; name the CRD of a custom kind with --schemas" },
	{ "what is of many kinds is none", PLAIN, "deleteoptions", false,
	  "there is no kind \"deleteoptions\"; name the CRD of a custom kind with --schemas" },
	{ "no such field", COMPACT, "service.spec.port", false,
	  "Service has no field \"spec.port\", did you mean \"ports\"?" },
	{ "nothing like that", COMPACT, "service.spec.frobnicate.x", false,
	  "Service has no field \"spec.frobnicate\"" },
	{ "below what has no fields", COMPACT, "service.metadata.name.x", false,
	  "Service has no field \"metadata.name.x\": nothing is known of what is in \"name\"" },
	{ "an empty request", COMPACT, "", false,
	  "there is no kind \"\"; name the CRD of a custom kind with --schemas" },
	{ "a bracket that does not close", COMPACT, "service.spec.ports[1", false,
	  "KIND:       Service\nVERSION:    v1\n\nFIELD: ports <[]Port>\n\n"
	  "CONSTRAINTS:\n    listType: map\n    listMapKeys: port, protocol\n\n"
	  "FIELDS:\n  port\t<integer> -required-\n    format: int32\n\n"
	  "  protocol\t<string>\n" },
	{ "a key with dots of a map of lists", MAPS, "map.lists.a.example.com/name", false,
	  "KIND:       Map\nVERSION:    v1\n\nFIELD: lists <map[string][]string>\n" },
	{ "and an index behind it", MAPS, "map.lists.a.example.com/name[0]", false,
	  "KIND:       Map\nVERSION:    v1\n\nFIELD: lists <map[string][]string>\n" },
	{ "a key that is called as a field", MAPS, "map.ports.range.number", false,
	  "KIND:       Map\nVERSION:    v1\n\nFIELD: number <string>\n" },
	{ "a field that could be a key", MAPS, "map.ports.range.end", false,
	  "KIND:       Map\nVERSION:    v1\n\nFIELD: end <string>\n" },
	{ "no field of what a map holds", MAPS, "map.ports.http.numbr", false,
	  "Map has no field \"ports.http.numbr\", did you mean \"number\"?" },
};

static void test_explanations(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct explain_case *test = &cases[i];
		struct pq_explain *explain = make(test->openapi);
		print_message("%s\n", test->name);
		const char *got = explain_as(explain, test->request, "", test->is_recursive, false);
		assert_string_equal(got, test->want);
		pq_explain_free(explain);
	}
}

static void test_api_version(void **state)
{
	(void)state;
	struct pq_explain *explain = make(COMPACT);
	static const struct {
		const char *request;
		const char *api_version;
		const char *want;
	} versions[] = {
		{ "event.one", "a.io/v1",
		  "GROUP:      a.io\nKIND:       Event\nVERSION:    v1\n\n"
		  "FIELD: one <string>\n" },
		{ "event", "a.io/v9", "there is no kind \"event\" in a.io/v9, but in v1" },
		{ "th.kind", "example.com/v3",
		  "GROUP:      example.com\nKIND:       Thing\nVERSION:    v3\n\n"
		  "FIELD: kind <string>\n\nDESCRIPTION:\n    The kind of the object.\n" },
	};
	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
		assert_string_equal(explain_as(explain, versions[i].request,
					       versions[i].api_version, false, false),
				    versions[i].want);
	pq_explain_free(explain);
}

/* An aggregated server may have kinds with the names of Kubernetes' own. */
static void test_kubernetes_own_kinds_are_before_others(void **state)
{
	(void)state;
	struct pq_explain *explain =
		make("{\"components\":{\"schemas\":{"
		     "\"com.example.v1.Deployment\":{\"x-kubernetes-group-version-kind\":[{"
		     "\"group\":\"example.com\",\"version\":\"v1\",\"kind\":\"Deployment\"}]},"
		     "\"io.k8s.api.apps.v1.Deployment\":{\"x-kubernetes-group-version-kind\":[{"
		     "\"group\":\"apps\",\"version\":\"v1\",\"kind\":\"Deployment\"}]}}}}");
	assert_string_equal(explain_as(explain, "deployments", "", false, false),
			    "GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n");
	assert_string_equal(explain_as(explain, "deployment.example.com", "", false, false),
			    "GROUP:      example.com\nKIND:       Deployment\nVERSION:    v1\n");
	pq_explain_free(explain);
}

static void test_json(void **state)
{
	(void)state;
	struct pq_explain *explain = make(COMPACT);
	assert_string_equal(explain_as(explain, "th.spec.words", "", false, true),
			    "{\"group\":\"example.com\",\"version\":\"v1\",\"kind\":\"Thing\","
			    "\"plural\":\"things\",\"field\":\"spec.words\",\"type\":\"[]string\","
			    "\"required\":false,\"items\":{\"type\":\"string\",\"maxLength\":3,"
			    "\"enum\":[\"x\"]},\"fields\":[]}");
	assert_string_equal(
		explain_as(explain, "service.spec.ports", "", false, true),
		"{\"group\":\"\",\"version\":\"v1\",\"kind\":\"Service\",\"plural\":\"services\","
		"\"field\":\"spec.ports\",\"type\":\"[]Port\",\"required\":false,"
		"\"listType\":\"map\",\"listMapKeys\":[\"port\",\"protocol\"],"
		"\"items\":{\"type\":\"Port\"},\"fields\":["
		"{\"name\":\"port\",\"type\":\"integer\",\"required\":true,\"format\":\"int32\"},"
		"{\"name\":\"protocol\",\"type\":\"string\",\"required\":false}]}");
	const char *whole = explain_as(explain, "svc", "", true, true);
	assert_non_null(strstr(whole, "{\"name\":\"metadata\",\"type\":\"ObjectMeta\","
				      "\"required\":false,\"fields\":[{\"name\":\"labels\""));
	assert_non_null(
		strstr(explain_as(explain, "th.spec", "", false, true),
		       "\"rules\":[{\"rule\":\"self.size > 0\",\"message\":\"too small\"}]"));
	pq_explain_free(explain);
}

/* {"properties":{"a":{"properties":{"a": … */
static void test_depth_is_limited(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value crd;
	struct pq_error error;
	struct pq_buffer text;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&text, &arena, 0);
	pq_buffer_append_text(&text, "{\"kind\":\"CustomResourceDefinition\",\"spec\":{\"names\":"
				     "{\"kind\":\"Deep\"},\"versions\":[{\"name\":\"v1\","
				     "\"schema\":{\"openAPIV3Schema\":");
	for (size_t i = 0; i < PQ_EXPLAIN_DEPTH_MAX + 1; i++)
		pq_buffer_append_text(&text, "{\"properties\":{\"a\":");
	pq_buffer_append_text(&text, "{}");
	for (size_t i = 0; i < PQ_EXPLAIN_DEPTH_MAX + 1; i++)
		pq_buffer_append_text(&text, "}}");
	pq_buffer_append_text(&text, "}}]}}");
	assert_true(pq_json_read(&arena, pq_buffer_view(&text), NULL, &crd, &error));
	struct pq_explain *explain = make(COMPACT);
	assert_true(pq_explain_add_crd(explain, &crd, &error));
	assert_string_equal(explain_as(explain, "deep", "", true, false),
			    "there is more to explain than 200 levels; ask for a field");
	assert_non_null(strstr(explain_as(explain, "deep.a.a.a", "", false, false), "  a\t<"));
	pq_explain_free(explain);
}

/* Each of 20 types has two fields of the next one: a million fields in all. */
static void test_number_of_fields_is_limited(void **state)
{
	(void)state;
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	pq_buffer_append_text(&text, "{\"kinds\":{\"/v1/Wide\":\"cluster t.0\"},\"types\":{");
	for (int i = 0; i < 20; i++)
		pq_buffer_append_format(&text, "\"t.%d\":{\"a\":\"t.%d\",\"b\":\"t.%d\"},", i,
					i + 1, i + 1);
	pq_buffer_append_text(&text, "\"t.20\":{}}}");
	pq_buffer_append_byte(&text, '\0');
	struct pq_explain *explain = make(text.data);
	assert_string_equal(explain_as(explain, "wide", "", true, false),
			    "there is more to explain than 200000 fields; ask for a field");
	pq_explain_free(explain);
}

/* A description of 64 KiB that 2^9 fields have in common. */
static void test_size_is_limited(void **state)
{
	(void)state;
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	pq_buffer_append_text(&text, "{\"components\":{\"schemas\":{\"0\":{\"properties\":{\"a\":{"
				     "\"type\":\"string\",\"description\":\"");
	for (size_t i = 0; i < 65536; i++)
		pq_buffer_append_byte(&text, 'x');
	pq_buffer_append_text(&text, "\"}}}");
	for (int i = 1; i < 10; i++)
		pq_buffer_append_format(
			&text,
			",\"%d\":{\"x-kubernetes-group-version-kind\":[{\"kind\":\"K%d\"}],"
			"\"properties\":{\"a\":{\"$ref\":\"#/components/schemas/%d\"},"
			"\"b\":{\"$ref\":\"#/components/schemas/%d\"}}}",
			i, i, i - 1, i - 1);
	pq_buffer_append_text(&text, "}}}");
	pq_buffer_append_byte(&text, '\0');
	struct pq_explain *explain = make(text.data);
	assert_string_equal(explain_as(explain, "k9", "", true, true),
			    "there is more to explain than 16777216 bytes; ask for a field");
	pq_explain_free(explain);
}

static void test_documents_that_are_none(void **state)
{
	(void)state;
	static const char *const documents[] = { "",
						 "[]",
						 "{}",
						 "{\"components\":{}}",
						 "{\"components\":{\"schemas\":[]}}",
						 "{\"kinds\":{},\"types\":[]}" };
	for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
		struct pq_error error;
		struct pq_explain *explain = pq_explain_new();
		assert_false(pq_explain_add_openapi(explain, pq_string_from(documents[i]), &error));
		pq_explain_free(explain);
	}
}

/* Whatever keywords hold is read as what it is. */
static void test_schemas_of_the_wrong_shape(void **state)
{
	(void)state;
	static const char *const schemas[] = {
		"1",
		"{\"properties\":[1],\"required\":{},\"enum\":\"a\",\"type\":[\"string\"]}",
		"{\"properties\":{\"a\":1,\"b\":null,\"c\":[]},\"required\":[1,null,\"a\"],"
		"\"x-kubernetes-validations\":[1,{\"rule\":2}],\"allOf\":[1],\"description\":3}",
		"{\"items\":{\"items\":{\"additionalProperties\":{\"enum\":[{}]}}},\"default\":[{}]"
		"}",
	};
	for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_value crd;
		struct pq_error error;
		pq_arena_init(&arena, 0);
		struct pq_string text = pq_arena_format(
			&arena,
			"{\"kind\":\"CustomResourceDefinition\",\"spec\":{\"names\":{\"kind\":"
			"\"Odd\"},\"versions\":[1,{\"schema\":{\"openAPIV3Schema\":%s}}]}}",
			schemas[i]);
		struct pq_explain *explain = make(PLAIN);
		assert_true(pq_json_read(&arena, text, NULL, &crd, &error));
		assert_true(pq_explain_add_crd(explain, &crd, &error));
		assert_non_null(
			strstr(explain_as(explain, "odd", "", true, false), "KIND:       Odd"));
		assert_non_null(strstr(explain_as(explain, "odd", "", false, true), "\"Odd\""));
		pq_explain_free(explain);
	}
}

static void test_what_is_in_the_program(void **state)
{
	(void)state;
	struct pq_error error;
	struct pq_explain *explain = pq_explain_new();
	assert_true(pq_explain_add_embedded(explain, &error));
	static const char *const requests[] = { "po",  "deploy", "crds", "hpa",
						"ing", "netpol", "ep",   "csistoragecapacities",
						"vac", "cronjob" };
	for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
		assert_non_null(strstr(explain_as(explain, requests[i], "", true, false),
				       "\n  metadata\t<ObjectMeta>"));
	pq_explain_free(explain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explanations),
		cmocka_unit_test(test_api_version),
		cmocka_unit_test(test_kubernetes_own_kinds_are_before_others),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_depth_is_limited),
		cmocka_unit_test(test_number_of_fields_is_limited),
		cmocka_unit_test(test_size_is_limited),
		cmocka_unit_test(test_documents_that_are_none),
		cmocka_unit_test(test_schemas_of_the_wrong_shape),
		cmocka_unit_test(test_what_is_in_the_program),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
