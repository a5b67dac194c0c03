/* Runs as a caller sees them: files in, outcomes out. */
#include "check/check.h"
#include "folder.h"

#define CRD                                                                                        \
	"apiVersion: apiextensions.k8s.io/v1\n"                                                    \
	"kind: CustomResourceDefinition\n"                                                         \
	"metadata: {name: things.example.com}\n"                                                   \
	"spec:\n"                                                                                  \
	"  group: example.com\n"                                                                   \
	"  scope: Namespaced\n"                                                                    \
	"  names: {kind: Thing, plural: things}\n"                                                 \
	"  versions:\n"                                                                            \
	"  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object,\n"   \
	"      properties: {size: {type: integer, maximum: 5}}}}}\n"
#define THING(name, size)                                                                          \
	"apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: " name "}\nsize: " size "\n"
#define SERVICE(name, type)                                                                        \
	"apiVersion: v1\nkind: Service\nmetadata: {name: " name "}\nspec:\n  ports: [{port: 1}]\n" \
	"  type: " type "\n"

#define CONFIG_MAP(name, more)                                                                     \
	"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" name "\"}" more  \
	"}"

/* Writes a line for each outcome, and one for each finding. */
struct recorder {
	struct pq_check_sink sink;
	struct pq_buffer text;
	struct pq_check_summary summary;
	size_t updates;
};

static void record(struct pq_check_sink *sink, const struct pq_check_outcome *outcome)
{
	struct recorder *recorder = (struct recorder *)sink;
	struct pq_buffer *text = &recorder->text;
	recorder->updates += outcome->is_update;
	pq_buffer_append_format(text, "%.*s:%u: %s", PQ_STRING_ARGUMENT(outcome->file),
				outcome->line, pq_check_verdict_name(outcome->verdict));
	if (outcome->name.length > 0)
		pq_buffer_append_format(text, " %.*s", PQ_STRING_ARGUMENT(outcome->name));
	if (outcome->source.length > 0)
		pq_buffer_append_format(text, " from %.*s", PQ_STRING_ARGUMENT(outcome->source));
	if (outcome->note.length > 0)
		pq_buffer_append_format(text, " (%.*s)", PQ_STRING_ARGUMENT(outcome->note));
	pq_buffer_append_byte(text, '\n');
	for (size_t i = 0; i < outcome->finding_count; i++) {
		const struct pq_check_finding *finding = &outcome->findings[i];
		pq_buffer_append_format(
			text, "  %u:%u %s%.*s: %.*s\n", finding->line, finding->column,
			finding->severity == PQ_CHECK_WARNING ? "warning " : "",
			PQ_STRING_ARGUMENT(finding->field), PQ_STRING_ARGUMENT(finding->message));
	}
}

static void keep_summary(struct pq_check_sink *sink, const struct pq_check_summary *summary)
{
	((struct recorder *)sink)->summary = *summary;
}

static const struct pq_openapi *openapi;

static void run_after(void (*begin)(struct pq_check_sink *sink), struct pq_check_settings settings,
		      struct recorder *recorder)
{
	static const char *const here[] = { "." };
	struct pq_error error;
	*recorder = (struct recorder){ .sink = { begin, record, keep_summary } };
	pq_buffer_init(&recorder->text, 0);
	if (settings.paths.count == 0)
		settings.paths = (struct pq_check_texts){ here, 1 };
	settings.openapi = openapi;
	struct pq_policy_builder *builder = pq_policy_builder_new();
	if (!pq_check_run(&settings, builder, &recorder->sink, &error))
		fail_msg("%s: %s", error.path, error.message);
	pq_policy_builder_free(builder);
	pq_buffer_append_byte(&recorder->text, '\0');
}

static void run(struct pq_check_settings settings, struct recorder *recorder)
{
	run_after(NULL, settings, recorder);
}

/* begin is called when the inputs have been read once. */
static void expect_after(void (*begin)(struct pq_check_sink *sink),
			 struct pq_check_settings settings, const char *want)
{
	struct recorder recorder;
	run_after(begin, settings, &recorder);
	assert_string_equal(recorder.text.data, want);
	pq_buffer_done(&recorder.text);
}

static void expect(struct pq_check_settings settings, const char *want)
{
	expect_after(NULL, settings, want);
}

struct run_case {
	const char *name;
	const char *file;
	const char *text;
	const char *want;
};

static const struct run_case cases[] = {
	{ "a mistake in one document keeps nobody from the others", "a.yaml",
	  SERVICE("a", "ClusterIP") "---\na: [\n---\n" SERVICE("b", "X"),
	  "./a.yaml:1: valid a\n"
	  "./a.yaml:7: invalid\n"
	  "  9:1 : did not find expected node content\n"
	  "./a.yaml:10: invalid b\n"
	  "  15:9 spec.type: Unsupported value: \"X\": supported values: \"ClusterIP\", "
	  "\"ExternalName\", \"LoadBalancer\", \"NodePort\"\n" },
	{ "several JSON values", "a.json",
	  "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}\n"
	  "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"b\"},\"x\":1}",
	  "./a.json:1: valid a\n./a.json:2: invalid b\n"
	  "  2:63 x: unknown field \"x\"\n" },
	{ "JSON behind a byte order mark", "a.json",
	  "\xef\xbb\xbf{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\","
	  "\"metadata\":{\"name\":\"a\"},\"x\":1}\n",
	  "./a.json:1: invalid a\n  1:63 x: unknown field \"x\"\n" },
	{ "YAML in flow style, whatever its file is called", "a.json",
	  "\xef\xbb\xbf{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, x: 1}\n",
	  "./a.json:1: invalid a\n  1:56 x: unknown field \"x\"\n" },
	{ "JSON values with markers of YAML between them", "a.json",
	  "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}\n---\n"
	  "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"b\"},\"x\":1}",
	  "./a.json:1: valid a\n./a.json:3: invalid b\n"
	  "  3:63 x: unknown field \"x\"\n" },
	{ "JSON and then YAML, whatever its file is called", "a.json",
	  CONFIG_MAP("a", "") "\n" SERVICE("b", "ClusterIP") "---\n" SERVICE("c", "X"),
	  "./a.json:1: valid a\n./a.json:2: valid b\n./a.json:9: invalid c\n"
	  "  14:9 spec.type: Unsupported value: \"X\": supported values: \"ClusterIP\", "
	  "\"ExternalName\", \"LoadBalancer\", \"NodePort\"\n" },
	{ "JSON values and then YAML, which kubectl does not read", "a.yaml",
	  CONFIG_MAP("a", "") "\n" CONFIG_MAP("b", "") "\n---\n" SERVICE("c", "ClusterIP"),
	  "./a.yaml:1: valid a\n./a.yaml:2: valid b\n./a.yaml:2: invalid\n"
	  "  3:2 : invalid character '-' in numeric literal; behind two JSON values kubectl takes "
	  "JSON only\n" },
	{ "a comma too many, which YAML allows", "a.json", CONFIG_MAP("a", ",\"x\":1,"),
	  "./a.json:1: invalid a\n  1:63 x: unknown field \"x\"\n" },
	{ "a number in JSON that no double holds", "a.yaml",
	  CONFIG_MAP("a", ",\"data\":{\"a\":1e400}"),
	  "./a.yaml:1: invalid\n"
	  "  1:75 : json: cannot unmarshal number 1e400 into Go value of type float64\n" },
	{ "JSON values and a word", "a.json",
	  "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}\nword",
	  "./a.json:1: valid a\n./a.json:1: invalid\n"
	  "  2:1 : invalid character 'w' looking for beginning of value\n" },
	{ "a text that was meant to be JSON", "a.yaml", "{\"apiVersion\": \"v1\", kind: [}\n",
	  "./a.yaml:1: invalid\n"
	  "  1:22 : invalid character 'k' looking for beginning of object key string\n" },
	{ "JSON values, one of which is none", "a.json",
	  "{\"a\": b}\n"
	  "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"b\"},\"x\":1}",
	  "./a.json:1: invalid\n  1:7 : invalid character 'b' looking for beginning of value\n"
	  "./a.json:2: invalid b\n  2:63 x: unknown field \"x\"\n" },
	{ "YAML that looks like JSON", "a.yaml", "{apiVersion: v1, kind: Pod, a: [}\n",
	  "./a.yaml:1: invalid\n  1:33 : did not find expected node content\n" },
	{ "a tab", "a.yaml", "kind: Pod\nmetadata:\n\tname: a\n",
	  "./a.yaml:1: invalid\n"
	  "  3:1 : found character that cannot start any token: a tab; YAML is indented by "
	  "spaces\n" },
	{ "another character that starts nothing", "a.yaml", "kind: Pod\nmetadata: @\n",
	  "./a.yaml:1: invalid\n  2:11 : found character that cannot start any token\n" },
	{ "an empty list", "a.yaml", "apiVersion: v1\nkind: List\nitems: []\n", "" },
	{ "Helm names the source", "a.yaml",
	  "---\n# Source: web/templates/service.yaml\n" SERVICE("a", "ClusterIP"),
	  "./a.yaml:3: valid a from web/templates/service.yaml\n" },
	{ "also of a document that cannot be read", "a.yaml", "---\n# Source: a.yaml\na: [\n",
	  "./a.yaml:1: invalid from a.yaml\n  4:1 : did not find expected node content\n" },
	{ "but not of the one before it", "a.yaml",
	  "# Source: a.yaml\n" SERVICE("a", "ClusterIP") "---\na: [\n",
	  "./a.yaml:2: valid a from a.yaml\n./a.yaml:8: invalid\n"
	  "  10:1 : did not find expected node content\n" },
	{ "values of a chart", "values-prod.yaml", "replicas: 1\n",
	  "./values-prod.yaml:1: not a manifest (values of a Helm chart)\n" },
	{ "values of a chart that choose a kind", "values.yaml", "kind: DaemonSet\nimage: a\n",
	  "./values.yaml:1: not a manifest (values of a Helm chart)\n" },
	{ "an object in a file of values", "values.yaml", "kind: DaemonSet\nmetadata: {}\n",
	  "./values.yaml:1: invalid\n"
	  "  1:1 : not a Kubernetes object: apiVersion and kind must be set\n" },
	{ "a chart", "Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n",
	  "./Chart.yaml:1: not a manifest (Helm chart)\n" },
	{ "a kustomization without a kind", "kustomization.yml", "resources: [a.yaml]\n",
	  "./kustomization.yml:1: not a manifest (kustomization)\n" },
	{ "a kustomization with one", "k.yaml",
	  "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
	  "./k.yaml:1: not a manifest (kustomization)\n" },
	{ "a JSON patch", "p.yaml", "- {op: remove, path: /a}\n",
	  "./p.yaml:1: not a manifest (JSON patch)\n" },
	{ "a patch without apiVersion and kind", "p.yaml", "spec: {replicas: 1}\n",
	  "./p.yaml:1: not a manifest (it has neither apiVersion nor kind)\n" },
	{ "a text", "p.yaml", "$ANSIBLE_VAULT;1.1;AES256\n3938\n3332\n---\n1\n",
	  "./p.yaml:1: not a manifest (it has neither apiVersion nor kind)\n"
	  "./p.yaml:5: not a manifest (it has neither apiVersion nor kind)\n" },
	{ "an object without spaces is a text", "p.yaml",
	  "apiVersion:v1\nkind:Pod\n---\nkind:Pod\n",
	  "./p.yaml:1: invalid\n"
	  "  1:1 : not a Kubernetes object: apiVersion and kind must be set\n"
	  "./p.yaml:4: invalid\n"
	  "  4:1 : not a Kubernetes object: apiVersion and kind must be set\n" },
	{ "an apiVersion alone", "p.yaml", "apiVersion: v1\nspec: {}\n",
	  "./p.yaml:1: invalid\n"
	  "  1:1 : not a Kubernetes object: apiVersion and kind must be set\n" },
	{ "a misspelt kind", "p.yaml", "Kind: Pod\nspec: {}\n",
	  "./p.yaml:1: invalid\n"
	  "  1:1 : not a Kubernetes object: apiVersion and kind must be set\n" },
	{ "a template", "t.yaml",
	  "{{- if .Values.a }}\napiVersion: v1\nkind: {{ .Values.kind }}\n{{- end }}\n",
	  "./t.yaml:1: not a manifest (template of a Helm chart, not rendered)\n" },
	{ "a manifest with a mistake that mentions a template", "t.yaml",
	  "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: \"{{ $labels.x }}\"\n   b: c\n",
	  "./t.yaml:1: invalid\n  5:4 : did not find expected key\n" },
	{ "a mistake and an action without end", "t.yaml", "a: {{ b\nc: [\n}}}\n",
	  "./t.yaml:1: invalid\n  1:5 : invalid map key: a mapping\n" },
	{ "encrypted values", "s.yaml",
	  "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: \"ENC[AES256_GCM,x]\"}\n"
	  "sops: {mac: \"ENC[x]\", version: 3.8.1}\n",
	  "./s.yaml:1: encrypted a (encrypted by SOPS)\n" },
	{ "an encrypted list", "s.yaml",
	  "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n"
	  "  data: {a: \"ENC[AES256_GCM,x]\"}\nsops: {mac: \"ENC[x]\", version: 3.8.1}\n",
	  "./s.yaml:1: encrypted (encrypted by SOPS)\n" },
	{ "a word does not make a document encrypted", "s.yaml",
	  SERVICE("a", "ClusterIP") "sops: {}\n",
	  "./s.yaml:1: invalid a\n  7:1 sops: unknown field \"sops\"\n" },
	{ "a comment in front ignores all of a document", "a.yaml",
	  "# pratique: ignore moves next week\n" SERVICE("a", "X"),
	  "./a.yaml:2: ignored a (moves next week)\n" },
	{ "a comment without a reason does not", "a.yaml",
	  "# pratique: ignore\n" SERVICE("a", "ClusterIP"),
	  "./a.yaml:2: invalid a\n"
	  "  2:1 : \"# pratique: ignore\" needs a reason behind it\n" },
	{ "a comment ignores what is found in its line", "a.yaml",
	  SERVICE("a", "X # pratique: ignore told by mail") "  x: 1\n",
	  "./a.yaml:1: invalid a\n  7:3 spec.x: unknown field \"spec.x\"\n" },
	{ "but not without a reason", "a.yaml", SERVICE("a", "X # pratique: ignore"),
	  "./a.yaml:1: invalid a\n"
	  "  6:9 spec.type: Unsupported value: \"X\": supported values: \"ClusterIP\", "
	  "\"ExternalName\", \"LoadBalancer\", \"NodePort\"\n"
	  "  6:9 : \"# pratique: ignore\" needs a reason behind it\n" },
	{ "which is told behind what it is about, once", "a.yaml",
	  SERVICE("a", "ClusterIP") "  x: 1 # pratique: ignore\n  u: 1\n"
				    "  z: 1 # pratique: ignore\n",
	  "./a.yaml:1: invalid a\n"
	  "  7:3 spec.x: unknown field \"spec.x\"\n"
	  "  7:3 : \"# pratique: ignore\" needs a reason behind it\n"
	  "  8:3 spec.u: unknown field \"spec.u\"\n"
	  "  9:3 spec.z: unknown field \"spec.z\"\n" },
	{ "and then nothing may be left", "a.yaml",
	  SERVICE("a", "X # pratique: ignore told by mail"), "./a.yaml:1: valid a\n" },
	{ "unknown kinds", "a.yaml", THING("a", "1"),
	  "./a.yaml:1: unknown a\n"
	  "  1:1 : no matches for kind \"Thing\" in version \"example.com/v1\": its CRD is not "
	  "among the schemas; name it with --schemas\n" },
	{ "a kind that has moved", "a.yaml",
	  "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}\n",
	  "./a.yaml:1: unknown a\n"
	  "  1:1 : no matches for kind \"Ingress\" in version \"extensions/v1beta1\": it is "
	  "served as \"networking.k8s.io/v1\"\n" },
	{ "an older version of a kind that has several", "a.yaml",
	  "apiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\n",
	  "./a.yaml:1: unknown\n"
	  "  1:1 : no matches for kind \"HorizontalPodAutoscaler\" in version "
	  "\"autoscaling/v2beta2\": it is served as \"autoscaling/v2\"\n" },
	{ "a misspelt kind of Kubernetes", "a.yaml", "apiVersion: apps/v1\nkind: deploymnt\n",
	  "./a.yaml:1: unknown\n"
	  "  1:1 : no matches for kind \"deploymnt\" in version \"apps/v1\", did you mean "
	  "\"Deployment\"?\n" },
	{ "a list in a list", "a.yaml",
	  "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: PodList, items: []}\n",
	  "./a.yaml:4: unknown\n"
	  "  4:3 : no matches for kind \"PodList\" in version \"v1\": a list in a list is not "
	  "taken apart, and kubectl does not do it either: put its items into the outer list\n" },
	{ "a kind that is gone", "a.yaml", "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\n",
	  "./a.yaml:1: unknown\n"
	  "  1:1 : no matches for kind \"PodSecurityPolicy\" in version \"policy/v1beta1\": the "
	  "API server takes no such kind\n" },
	{ "a group that is served where it is enabled", "a.yaml",
	  "apiVersion: storagemigration.k8s.io/v1beta1\nkind: StorageVersionMigration\n",
	  "./a.yaml:1: unknown\n"
	  "  1:1 : no matches for kind \"StorageVersionMigration\" in version "
	  "\"storagemigration.k8s.io/v1beta1\": the API server serves this group only where it is "
	  "told to; name what such a server answers with --openapi\n" },
	{ "a custom kind with the name of another", "a.yaml",
	  "apiVersion: serving.knative.dev/v1\nkind: Service\n",
	  "./a.yaml:1: unknown\n"
	  "  1:1 : no matches for kind \"Service\" in version \"serving.knative.dev/v1\": its CRD "
	  "is not among the schemas; name it with --schemas\n" },
	{ "a kind whose CRD is refused", "a.yaml",
	  THING("a", "1") "---\n# pratique: ignore yes\n"
			  "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
			  "metadata: {name: a}\nspec: {group: example.com, names: {kind: Thing}}\n",
	  "./a.yaml:1: unknown a\n"
	  "  1:1 : no matches for kind \"Thing\" in version \"example.com/v1\": its CRD is "
	  "refused (./a.yaml:7)\n./a.yaml:7: ignored a (yes)\n" },
	{ "a kind whose rules of conversion are refused", "a.yaml",
	  THING("a", "1") "---\napiVersion: conversion.pratique.dev/v1\n"
			  "kind: ConversionRules\nmetadata: {name: a}\n"
			  "spec: {group: example.com, names: {kind: Thing}, kind: Thing} "
			  "# pratique: ignore yes\n",
	  "./a.yaml:1: unknown a\n"
	  "  1:1 : no matches for kind \"Thing\" in version \"example.com/v1\": its CRD is not "
	  "among the schemas; name it with --schemas\n./a.yaml:6: valid a\n" },
	{ "a version that is not served", "a.yaml",
	  CRD "  - {name: v1beta1, served: true, storage: false, schema: {openAPIV3Schema: {type: "
	      "object}}}\n  - {name: v1alpha1, served: false, storage: false, schema: "
	      "{openAPIV3Schema: {type: object}}}\n"
	      "---\napiVersion: example.com/v1alpha1\nkind: Thing\nmetadata: {name: a}\n",
	  "./a.yaml:1: valid things.example.com\n./a.yaml:14: invalid a\n"
	  "  14:1 : things.example.com does not serve version v1alpha1, but v1, v1beta1\n" },
	{ "a schema behind what it is for", "a.yaml", THING("a", "7") "---\n" CRD,
	  "./a.yaml:1: invalid a\n"
	  "  4:7 size: Invalid value: 7: size in body should be less than or equal to 5\n"
	  "./a.yaml:6: valid things.example.com\n" },
	{ "empty documents", "a.yaml", "---\n---\n# nothing\n", "" },
	{ "an empty file", "a.yaml", "", "" },
};

static void test_documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct run_case *test = &cases[i];
		print_message("%s\n", test->name);
		put(test->file, test->text);
		expect((struct pq_check_settings){ 0 }, test->want);
		assert_int_equal(unlink(test->file), 0);
	}
}

static void test_list_items_are_told_of_themselves(void **state)
{
	struct recorder recorder;
	(void)state;
	put("a.yaml", "apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n"
		      "- metadata: {name: b, name: b}\n"
		      "- {apiVersion: v1, kind: Secret, metadata: {name: c}}\n");
	run((struct pq_check_settings){ 0 }, &recorder);
	assert_non_null(strstr(recorder.text.data, "./a.yaml:4: valid a\n"));
	assert_non_null(strstr(recorder.text.data,
			       "./a.yaml:5: invalid b\n"
			       "  5:23 metadata.name: duplicate field \"metadata.name\"\n"));
	assert_non_null(strstr(recorder.text.data, "./a.yaml:6: valid c\n"));
	pq_buffer_done(&recorder.text);
}

static void test_chart_templates(void **state)
{
	(void)state;
	make("web");
	make("web/templates");
	put("web/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n");
	put("web/templates/a.yaml", SERVICE("\"{{ .Release.Name }}\"", "ClusterIP"));
	put("web/templates/b.yaml", SERVICE("b", "ClusterIP"));
	expect((struct pq_check_settings){ 0 },
	       "./web/Chart.yaml:1: not a manifest (Helm chart)\n"
	       "./web/templates/a.yaml:1: not a manifest {{ .Release.Name }} (template of a Helm "
	       "chart, not rendered)\n"
	       "./web/templates/b.yaml:1: valid b\n");
}

static void test_patches(void **state)
{
	(void)state;
	make("app");
	make("app/base");
	make("app/prod");
	make("app/prod/crd");
	put("app/base/a.yaml", SERVICE("a", "ClusterIP"));
	put("app/base/kustomization.yaml", "resources: [a.yaml, ../prod/of-base.yaml]\n");
	put("app/base/of-prod.yaml", SERVICE("of-prod", "ClusterIP"));
	put("app/base/k.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
			       "patches: [{path: a.yaml}]\n");
	put("app/prod/kustomization.yaml",
	    "resources: [../base, of-prod.yaml]\npatchesStrategicMerge: [a.yaml, ./crd/c.yaml]\n"
	    "patches: [{path: ../base/of-prod.yaml}, {patch: '{}'}, {path: broken.yaml},\n"
	    "  {path: of-prod.yaml}, {path: of-base.yaml}]\n");
	put("app/prod/of-base.yaml", SERVICE("of-base", "ClusterIP"));
	put("app/prod/of-prod.yaml", SERVICE("of-prod", "ClusterIP"));
	put("app/prod/a.yaml", SERVICE("a", "X") "---\nspec: {}\n");
	put("app/prod/b.yaml", SERVICE("b", "X"));
	put("app/prod/broken.yaml", "a: [\n");
	put("app/prod/crd/c.yaml", "apiVersion: apiextensions.k8s.io/v1\n"
				   "kind: CustomResourceDefinition\nmetadata: {name: c}\n");
	put("app/prod/crd/z.yaml", "apiVersion: builtin\nkind: PrefixTransformer\n");
	expect((struct pq_check_settings){ 0 },
	       "./app/base/a.yaml:1: valid a\n"
	       "./app/base/k.yaml:1: not a manifest (kustomization)\n"
	       "./app/base/kustomization.yaml:1: not a manifest (kustomization)\n"
	       "./app/base/of-prod.yaml:1: valid of-prod\n"
	       "./app/prod/a.yaml:1: not a manifest a (patch of a kustomization)\n"
	       "./app/prod/a.yaml:8: not a manifest (it has neither apiVersion nor kind)\n"
	       "./app/prod/b.yaml:1: invalid b\n"
	       "  6:9 spec.type: Unsupported value: \"X\": supported values: \"ClusterIP\", "
	       "\"ExternalName\", \"LoadBalancer\", \"NodePort\"\n"
	       "./app/prod/broken.yaml:1: invalid\n"
	       "  2:1 : did not find expected node content\n"
	       "./app/prod/crd/c.yaml:1: not a manifest c (patch of a kustomization)\n"
	       "./app/prod/crd/z.yaml:1: not a manifest (kustomization)\n"
	       "./app/prod/kustomization.yaml:1: not a manifest (kustomization)\n"
	       "./app/prod/of-base.yaml:1: valid of-base\n"
	       "./app/prod/of-prod.yaml:1: valid of-prod\n");
}

/* As a hook names what a commit changes; the kustomizations are none of it. */
static void test_patches_without_their_kustomization(void **state)
{
	char above[128];
	const char *const paths[] = { "app/prod/a.yaml", "./app/prod/below/b.yaml", above, "d.yaml",
				      "app/prod/e.yaml", "app/prod/f.yaml" };
	struct recorder recorder;
	(void)state;
	snprintf(above, sizeof above, "../%s/app/c.yaml", strrchr(folder, '/') + 1);
	make("app");
	make("app/prod");
	make("app/prod/below");
	put("app/prod/kustomization.yml", "patches: [{path: a.yaml}, {path: below/b.yaml}]\n");
	put("app/prod/Kustomization", "apiVersion: v1\nkind: ConfigMap\npatches: [f.yaml]\n");
	put("app/kustomization.yaml", "patches: [\n");
	put("app/Kustomization", "kind: Kustomization\npatchesStrategicMerge: [c.yaml]\n");
	put("kustomization.yaml", "patchesJson6902: [{path: d.yaml}]\n");
	for (size_t i = 0; i < 6; i++)
		put(paths[i], SERVICE("a", "X"));
	run((struct pq_check_settings){ .paths = { paths, 6 } }, &recorder);
	const char *text = recorder.text.data;
	assert_non_null(strstr(text, "app/prod/a.yaml:1: not a manifest a (patch of"));
	assert_non_null(strstr(text, "./app/prod/below/b.yaml:1: not a manifest a (patch of"));
	assert_non_null(strstr(text, "app/c.yaml:1: not a manifest a (patch of"));
	assert_non_null(strstr(text, "\nd.yaml:1: not a manifest a (patch of"));
	assert_non_null(strstr(text, "\napp/prod/e.yaml:1: invalid a\n"));
	assert_non_null(strstr(text, "\napp/prod/f.yaml:1: invalid a\n"));
	pq_buffer_done(&recorder.text);
}

/* A patch, which comes first in the order of files, is no object that can have been stored; nor is
 * what is encrypted or says only half of what an object does. */
static void test_old_objects_are_whole(void **state)
{
	static const char *const now[] = { "now.yaml" }, *const old[] = { "old" };
	(void)state;
	make("old");
	put("old/kustomization.yaml", "patches: [{path: a.yaml}]\n");
	put("old/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
			  "immutable: true\n");
	put("old/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
			  "immutable: true\nsops: {mac: \"ENC[x]\", version: 3.8.1}\n");
	put("old/c.yaml", "kind: ConfigMap\nmetadata: {name: a}\nimmutable: true\n");
	put("old/d.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
	put("now.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n");
	const struct pq_check_settings settings = { .paths = { now, 1 }, .old = { old, 1 } };
	struct recorder recorder;
	run(settings, &recorder);
	assert_string_equal(recorder.text.data, "now.yaml:1: valid a\n");
	assert_int_equal(recorder.updates, 1);
	pq_buffer_done(&recorder.text);
	assert_int_equal(unlink("old/d.yaml"), 0);
	run(settings, &recorder);
	assert_string_equal(recorder.text.data, "now.yaml:1: valid a\n");
	assert_int_equal(recorder.updates, 0);
	pq_buffer_done(&recorder.text);
}

static void take_old_away(struct pq_check_sink *sink)
{
	(void)sink;
	assert_int_equal(unlink("old.yaml"), 0);
}

static void test_old_objects_that_cannot_be_read_any_more(void **state)
{
	static const char *const now[] = { "now.yaml" }, *const old[] = { "old.yaml" };
	(void)state;
	put("old.yaml", SERVICE("a", "ClusterIP"));
	put("now.yaml", SERVICE("a", "ClusterIP"));
	expect((struct pq_check_settings){ .paths = { now, 1 }, .old = { old, 1 } },
	       "now.yaml:1: valid a\n");
	expect_after(take_old_away,
		     (struct pq_check_settings){ .paths = { now, 1 }, .old = { old, 1 } },
		     "now.yaml:1: invalid a\n"
		     "  1:1 : what it was before cannot be read: old.yaml: No such file or "
		     "directory\n");
}

static void test_filters(void **state)
{
	static const char *const thing[] = { "Thing" }, *const a[] = { "*/a" },
				 *const several[] = { "Thing,v1/Service" };
	(void)state;
	put("a.yaml",
	    THING("a", "1") "---\n" SERVICE("a", "ClusterIP") "---\n" SERVICE("b", "ClusterIP"));
	expect((struct pq_check_settings){ .skip = { thing, 1 } },
	       "./a.yaml:1: skipped a\n./a.yaml:6: valid a\n./a.yaml:13: valid b\n");
	expect((struct pq_check_settings){ .skip = { thing, 1 }, .only = { a, 1 } },
	       "./a.yaml:1: skipped a\n./a.yaml:6: valid a\n./a.yaml:13: skipped b\n");
	expect((struct pq_check_settings){ .skip = { several, 1 } },
	       "./a.yaml:1: skipped a\n./a.yaml:6: skipped a\n./a.yaml:13: skipped b\n");
	expect((struct pq_check_settings){ .unknown = PQ_CHECK_UNKNOWN_IGNORE,
					   .only = { thing, 1 } },
	       "./a.yaml:1: unknown a\n./a.yaml:6: skipped a\n./a.yaml:13: skipped b\n");
	struct recorder recorder;
	run((struct pq_check_settings){ .unknown = PQ_CHECK_UNKNOWN_WARN }, &recorder);
	assert_non_null(strstr(recorder.text.data, "./a.yaml:1: unknown a\n  1:1 warning : no "));
	assert_int_equal(recorder.summary.errors, 0);
	assert_int_equal(recorder.summary.warnings, 1);
	assert_int_equal(recorder.summary.verdicts[PQ_CHECK_UNKNOWN], 1);
	assert_int_equal(recorder.summary.verdicts[PQ_CHECK_VALID], 2);
	pq_buffer_done(&recorder.text);
}

static void test_ignored_files_are_told(void **state)
{
	(void)state;
	make("gen");
	put(".pratiqueignore", "gen/\nb.yaml\n");
	put("gen/x.yaml", "a: [\n");
	put("a.yaml", SERVICE("a", "ClusterIP"));
	put("b.yaml", "a: [\n");
	expect((struct pq_check_settings){ 0 },
	       "./a.yaml:1: valid a\n./b.yaml:0: ignored (.pratiqueignore:2)\n"
	       "./gen:0: ignored (.pratiqueignore:1)\n");
	static const char *const named[] = { "b.yaml", "gen/x.yaml" };
	expect((struct pq_check_settings){ .paths = { named, 2 } },
	       "b.yaml:0: ignored (.pratiqueignore:2)\n"
	       "gen/x.yaml:0: ignored (.pratiqueignore:1)\n");
}

static void test_patterns(void **state)
{
	static const char *const named[] = { "*/b*.yaml", "?", "none*" };
	(void)state;
	make("x");
	make("y");
	put("x/a.yaml", SERVICE("a", "ClusterIP"));
	put("x/b1.yaml", SERVICE("b", "ClusterIP"));
	put("y/c.yaml", SERVICE("c", "ClusterIP"));
	expect((struct pq_check_settings){ .paths = { named, 1 } }, "x/b1.yaml:1: valid b\n");
	expect((struct pq_check_settings){ .paths = { named + 1, 2 } },
	       "x/a.yaml:1: valid a\nx/b1.yaml:1: valid b\ny/c.yaml:1: valid c\n"
	       "none*:0: unreadable\n  0:0 : no manifest has such a name\n");
}

static void test_unreadable_inputs(void **state)
{
	static const char *const named[] = { ".", "nowhere.yaml" };
	(void)state;
	put("a.yaml", SERVICE("a", "ClusterIP"));
	put_bytes("b.yaml", PQ_S("a: \x01\xff\0\n"));
	put("z.yaml", SERVICE("z", "ClusterIP"));
	assert_int_equal(symlink("nowhere", "c.yaml"), 0);
	assert_int_equal(symlink(".", "loop"), 0);
	expect((struct pq_check_settings){ .paths = { named, 2 } },
	       "./a.yaml:1: valid a\n"
	       "./b.yaml:1: invalid\n  1:4 : control characters are not allowed\n"
	       "./c.yaml:0: unreadable\n  0:0 : No such file or directory\n"
	       "./z.yaml:1: valid z\n"
	       "nowhere.yaml:0: unreadable\n  0:0 : No such file or directory\n");
}

/* Files, and documents of one that is read in parts, are told in order by any number of threads. */
static void test_order_does_not_depend_on_workers(void **state)
{
	struct recorder alone, together;
	struct pq_buffer text;
	(void)state;
	pq_buffer_init(&text, 0);
	for (size_t i = 0; i < 400; i++) {
		char name[32];
		snprintf(name, sizeof name, "%03zu.yaml", i);
		put(name, i % 3 == 0 ? SERVICE("a", "X") : THING("b", "1"));
	}
	for (size_t i = 0; text.length < 3 << 20; i++)
		pq_buffer_append_format(&text,
					"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
					"x%zu}\ndata: {a: %0*d}\n",
					i, (int)(i % 2000), 1);
	put_bytes("large.yaml", pq_buffer_view(&text));
	run((struct pq_check_settings){ .workers = 1 }, &alone);
	run((struct pq_check_settings){ .workers = 7 }, &together);
	assert_string_equal(alone.text.data, together.text.data);
	assert_int_equal(alone.summary.documents, together.summary.documents);
	assert_true(alone.summary.documents > 1000);
	pq_buffer_done(&alone.text);
	pq_buffer_done(&together.text);
	pq_buffer_done(&text);
}

static void test_of_two_schemas_the_first_is_used(void **state)
{
	struct recorder recorder;
	(void)state;
	put("a.yaml", CRD);
	put("b.yaml", CRD);
	put("c.yaml", THING("c", "6"));
	run((struct pq_check_settings){ .workers = 3 }, &recorder);
	assert_non_null(strstr(recorder.text.data, "./a.yaml:1: valid things.example.com\n"
						   "./b.yaml:1: valid things.example.com\n"
						   "  1:1 warning : not used: "));
	assert_non_null(strstr(recorder.text.data, "./c.yaml:1: invalid c\n"));
	pq_buffer_done(&recorder.text);
}

static int read_openapi(void **state)
{
	struct pq_error error;
	(void)state;
	openapi = pq_openapi_new_embedded(&error);
	return openapi == NULL;
}

static int free_openapi(void **state)
{
	(void)state;
	pq_openapi_free((struct pq_openapi *)(uintptr_t)openapi);
	return 0;
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_documents),
		IN_FOLDER(test_list_items_are_told_of_themselves),
		IN_FOLDER(test_chart_templates),
		IN_FOLDER(test_patches),
		IN_FOLDER(test_patches_without_their_kustomization),
		IN_FOLDER(test_old_objects_are_whole),
		IN_FOLDER(test_old_objects_that_cannot_be_read_any_more),
		IN_FOLDER(test_filters),
		IN_FOLDER(test_ignored_files_are_told),
		IN_FOLDER(test_patterns),
		IN_FOLDER(test_unreadable_inputs),
		IN_FOLDER(test_order_does_not_depend_on_workers),
		IN_FOLDER(test_of_two_schemas_the_first_is_used),
	};
	return cmocka_run_group_tests(tests, read_openapi, free_openapi);
}
