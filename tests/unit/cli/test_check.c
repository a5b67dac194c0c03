/* check and dry-run as a user sees them: arguments in, standard output and an exit code out. */
#include "base/file.h"
#include "cli/command.h"
#include "harness/corpora.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { ARGUMENTS_MAX = 12 };

/* A folder for files that a test writes. */
static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/pratique-check-XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
	char command[128];
	(void)state;
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

static const char *put(struct pq_arena *arena, const char *name, const char *text)
{
	struct pq_error error;
	struct pq_string path = pq_arena_format(arena, "%s/%s", folder, name);
	if (!pq_file_replace(path.data, pq_string_from(text), 0600, &error))
		fail_msg("%s", error.message);
	return path.data;
}

/* Runs a command with its output and its errors in files; what it printed is in *output. */
static int run(struct pq_arena *arena, const char *const *arguments, const char **output)
{
	char *argv[ARGUMENTS_MAX + 1] = { 0 };
	char out_path[96], error_path[96];
	int argc = 0;
	for (; arguments[argc] != NULL; argc++)
		argv[argc + 1] = (char *)(uintptr_t)arguments[argc];
	snprintf(out_path, sizeof out_path, "%s/out", folder);
	snprintf(error_path, sizeof error_path, "%s/error", folder);
	fflush(stdout);
	fflush(stderr);
	int saved[2] = { dup(STDOUT_FILENO), dup(STDERR_FILENO) };
	int out = open(out_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int error = open(error_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(out >= 0 && error >= 0);
	dup2(out, STDOUT_FILENO);
	dup2(error, STDERR_FILENO);
	int code = pq_command_main(argc + 1, argv);
	fflush(stdout);
	fflush(stderr);
	dup2(saved[0], STDOUT_FILENO);
	dup2(saved[1], STDERR_FILENO);
	close(saved[0]);
	close(saved[1]);
	close(out);
	close(error);
	*output = test_read_file(arena, out_path).data;
	return code;
}

static const char *stderr_text(struct pq_arena *arena)
{
	char path[96];
	snprintf(path, sizeof path, "%s/error", folder);
	return test_read_file(arena, path).data;
}

/* The paths of what ships with the project. */
static const char *shipped(struct pq_arena *arena, const char *relative)
{
	return pq_arena_copy(arena, pq_string_from(test_data(relative))).data;
}

static void test_good_sample_is_fine(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	const char *output;
	(void)state;
	pq_arena_init(&arena, 0);
	const char *const arguments[] = { "check", "--schemas", shipped(&arena, "../schemas"),
					  shipped(&arena, "../manifests/samples/myapp.yaml"),
					  NULL };
	assert_int_equal(run(&arena, arguments, &output), PQ_EXIT_OK);
	assert_string_equal(output, "");
	assert_string_equal(stderr_text(&arena), "1 document: 1 valid, 0 invalid\n");
}

#define THING                                                                                      \
	"apiVersion: example.com/v1\n"                                                             \
	"kind: Thing\n"                                                                            \
	"metadata: {name: a}\n"
#define CRD                                                                                        \
	"apiVersion: apiextensions.k8s.io/v1\n"                                                    \
	"kind: CustomResourceDefinition\n"                                                         \
	"metadata: {name: things.example.com}\n"                                                   \
	"spec:\n"                                                                                  \
	"  group: example.com\n"                                                                   \
	"  scope: Namespaced\n"                                                                    \
	"  names: {kind: Thing, plural: things}\n"                                                 \
	"  versions:\n"                                                                            \
	"  - name: v1\n"                                                                           \
	"    served: true\n"                                                                       \
	"    storage: true\n"                                                                      \
	"    schema:\n"                                                                            \
	"      openAPIV3Schema:\n"                                                                 \
	"        type: object\n"                                                                   \
	"        properties:\n"                                                                    \
	"          spec:\n"                                                                        \
	"            type: object\n"                                                               \
	"            required: [size]\n"                                                           \
	"            properties: {size: {type: integer, maximum: 5}, live: {type: boolean}}\n"

struct check_case {
	const char *name;
	const char *file; /* the input's name */
	const char *text;
	int code;
	const char *want; /* what is printed; "%" stands for the folder */
};

static const struct check_case cases[] = {
	{ "places in YAML", "a.yaml", CRD "---\n" THING "spec:\n  size: 7\n  live: maybe\n",
	  PQ_EXIT_FINDINGS,
	  "%/a.yaml:25:9: Thing a: spec.size: Invalid value: 7: spec.size in body should be less "
	  "than or equal to 5\n"
	  "%/a.yaml:26:9: Thing a: spec.live: Invalid value: \"string\": spec.live in body must be "
	  "of "
	  "type boolean: \"string\"\n" },
	{ "a missing field is told at its parent", "a.yaml",
	  CRD "---\n" THING "spec: {live: true}\n", PQ_EXIT_FINDINGS,
	  "%/a.yaml:24:7: Thing a: spec.size: Required value\n" },
	{ "unknown and repeated fields", "a.yaml",
	  CRD "---\n" THING "spec:\n  size: 1\n  size: 2\n  foo: 1\n", PQ_EXIT_FINDINGS,
	  "%/a.yaml:26:3: Thing a: spec.size: duplicate field \"spec.size\"\n"
	  "%/a.yaml:27:3: Thing a: spec.foo: unknown field \"spec.foo\"\n" },
	{ "a CRD is judged as one", "a.yaml",
	  "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
	  "metadata: {name: things.example.com}\n"
	  "spec: {group: example.com, scope: Everywhere, names: {kind: Thing, plural: things},\n"
	  "  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: "
	  "object}}}]}\n",
	  PQ_EXIT_FINDINGS,
	  "%/a.yaml:4:35: CustomResourceDefinition things.example.com: spec.scope: Unsupported "
	  "value: \"Everywhere\": supported values: \"Cluster\", \"Namespaced\"\n" },
	{ "YAML that is none", "a.yaml", "a: [1\nb: 2\n", PQ_EXIT_FINDINGS, NULL },
	{ "a document that is half an object", "a.yaml", "kind: Pod\n", PQ_EXIT_FINDINGS,
	  "%/a.yaml:1:1: Pod: not a Kubernetes object: apiVersion and kind must be set\n" },
	{ "a file of another tool", "a.yaml", "- 1\n", PQ_EXIT_OK, "" },
	{ "a text", "a.yaml", "just text\n", PQ_EXIT_OK, "" },
	{ "kinds without a schema", "a.json",
	  "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Other\"}", PQ_EXIT_FINDINGS,
	  "%/a.json:1:1: Other: no matches for kind \"Other\" in version \"example.com/v1\": "
	  "its CRD is not among the schemas; name it with --schemas\n" },
	{ "built-in kinds need no schema", "a.yaml",
	  "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"
	  "spec:\n  type: Public\n  ports:\n  - port: 80\n    targetport: 8080\n",
	  PQ_EXIT_FINDINGS,
	  "%/a.yaml:5:9: Service a: spec.type: Unsupported value: \"Public\": supported values: "
	  "\"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"\n"
	  "%/a.yaml:8:5: Service a: spec.ports[0].targetport: unknown field "
	  "\"spec.ports[0].targetport\"\n" },
	{ "a built-in kind whose values are of a wrong type", "a.yaml",
	  "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: \"80\"}]}\n",
	  PQ_EXIT_FINDINGS,
	  "%/a.yaml:4:23: Service a: spec.ports[0].port: Invalid value: \"string\": must be of "
	  "type "
	  "int32\n" },
	{ "an AdmissionSchema with a mistake", "a.yaml",
	  "apiVersion: admission.pratique.dev/v1\nkind: AdmissionSchema\nmetadata: {name: a}\n"
	  "spec:\n  match: {groups: [\"*\"], versions: [\"*\"], resources: [pods]}\n",
	  PQ_EXIT_FINDINGS,
	  "%/a.yaml:5:3: AdmissionSchema a: spec.openAPIV3Schema: Required value\n" },
	{ "ConversionRules with a mistake", "a.yaml",
	  "apiVersion: conversion.pratique.dev/v1\nkind: ConversionRules\nmetadata: {name: a}\n"
	  "spec:\n  group: g\n  kind: K\n  conversions: [{from: v1, to: v1, rules: []}]\n",
	  PQ_EXIT_FINDINGS,
	  "%/a.yaml:7:17: ConversionRules a: spec.conversions: from and to are the same "
	  "version\n" },
	{ "ConversionRules that do not fit their CRD", "a.yaml",
	  "apiVersion: conversion.pratique.dev/v1\nkind: ConversionRules\nmetadata: {name: a}\n"
	  "spec:\n  group: example.com\n  kind: K\n  conversions:\n"
	  "  - {from: v1, to: v2, rules: [{move: {from: .a, to: .b}}]}\n"
	  "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
	  "metadata: {name: ks.example.com}\n"
	  "spec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: K, plural: ks}\n"
	  "  versions:\n  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: "
	  "{type: object}}}\n",
	  PQ_EXIT_OK,
	  "%/a.yaml:1:1: warning: ConversionRules a: spec.conversions[0]: the "
	  "CustomResourceDefinition has no version v2\n"
	  "%/a.yaml:1:1: warning: ConversionRules a: spec.conversions[0].rules[0]: version v1 has "
	  "no field .a\n" },
	{ "an AdmissionSchema is used", "a.yaml",
	  "apiVersion: admission.pratique.dev/v1\nkind: AdmissionSchema\nmetadata: {name: a}\n"
	  "spec:\n  match: {groups: [\"\"], versions: [v1], resources: [configmaps]}\n"
	  "  openAPIV3Schema: {required: [spec]}\n"
	  "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: p}\n",
	  PQ_EXIT_FINDINGS,
	  "%/a.yaml:8:1: ConfigMap p: spec: Required value (AdmissionSchema a)\n" },
	{ "an AdmissionSchema lets no object of a kind pass", "a.yaml",
	  "apiVersion: admission.pratique.dev/v1\nkind: AdmissionSchema\nmetadata: {name: a}\n"
	  "spec:\n  match: {groups: [\"\"], versions: [v1], resources: [secrets]}\n"
	  "  openAPIV3Schema:\n    type: object\n"
	  "    x-kubernetes-validations: [{rule: \"false\", message: not here}]\n"
	  "---\napiVersion: v1\nkind: Secret\nmetadata: {name: p}\n",
	  PQ_EXIT_FINDINGS,
	  "%/a.yaml:10:1: Secret p: Invalid value: not here (AdmissionSchema a)\n" },
	{ "each judges what the defaults of all have made", "a.yaml",
	  "apiVersion: admission.pratique.dev/v1\nkind: AdmissionSchema\nmetadata: {name: a}\n"
	  "spec:\n  match: {groups: [\"\"], versions: [v1], resources: [configmaps]}\n"
	  "  openAPIV3Schema: {required: [spec], properties: {spec: {required: [x]}}}\n"
	  "---\napiVersion: admission.pratique.dev/v1\nkind: AdmissionSchema\n"
	  "metadata: {name: b}\n"
	  "spec:\n  match: {groups: [\"\"], versions: [v1], resources: [configmaps]}\n"
	  "  openAPIV3Schema: {properties: {spec: {default: {}, properties: {x: {default: 1}}}}}\n"
	  "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: p}\n",
	  PQ_EXIT_OK, "" },
	{ "or warns", "a.yaml",
	  "apiVersion: admission.pratique.dev/v1\nkind: AdmissionSchema\nmetadata: {name: a}\n"
	  "spec:\n  match: {groups: [\"\"], versions: [v1], resources: [configmaps]}\n"
	  "  validationActions: [Warn]\n"
	  "  openAPIV3Schema: {required: [spec]}\n"
	  "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: p}\n",
	  PQ_EXIT_OK,
	  "%/a.yaml:9:1: warning: ConfigMap p: spec: Required value (AdmissionSchema a)\n" },
	{ "names cannot begin lines or move the cursor", "a.yaml",
	  CRD
	  "---\napiVersion: example.com/v1\nkind: Thing\n"
	  "metadata: {name: \"a\\n::error::b\\e[2J\\u202e\"}\nspec: {\"x\\u009by\": 1, size: 1}\n",
	  PQ_EXIT_FINDINGS, NULL },
	{ "what has items is a list, as for kubectl", "a.yaml",
	  CRD "---\napiVersion: example.com/v1\nkind: ThingList\nitems:\n"
	      "- {apiVersion: example.com/v1, kind: Thing, metadata: {name: a}, spec: {size: 7}}\n",
	  PQ_EXIT_FINDINGS,
	  "%/a.yaml:24:79: Thing a: spec.size: Invalid value: 7: spec.size in body should be less "
	  "than or equal to 5\n" },
	{ "a version that nobody serves", "a.yaml",
	  CRD "---\napiVersion: example.com/v2\nkind: Thing\nmetadata: {name: a}\n",
	  PQ_EXIT_FINDINGS,
	  "%/a.yaml:21:1: Thing a: things.example.com does not serve version v2, but v1\n" },
	{ "unknown labels of a namespace concern one AdmissionSchema only", "a.yaml",
	  "apiVersion: admission.pratique.dev/v1\nkind: AdmissionSchema\nmetadata: {name: a}\n"
	  "spec:\n  match: {groups: [\"\"], versions: [v1], resources: [configmaps], "
	  "namespaceSelector: {matchLabels: {a: b}}}\n"
	  "  openAPIV3Schema: {required: [spec]}\n"
	  "---\napiVersion: admission.pratique.dev/v1\nkind: AdmissionSchema\n"
	  "metadata: {name: b}\n"
	  "spec:\n  match: {groups: [\"\"], versions: [v1], resources: [configmaps]}\n"
	  "  openAPIV3Schema: {required: [spec]}\n"
	  "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: p, namespace: prod}\n",
	  PQ_EXIT_FINDINGS,
	  "%/a.yaml:15:1: warning: ConfigMap prod/p: AdmissionSchema a selects namespaces by "
	  "labels, "
	  "and "
	  "those of namespace prod are not known\n"
	  "%/a.yaml:15:1: ConfigMap prod/p: spec: Required value (AdmissionSchema b)\n" },
};

/* want with each "%" replaced by the folder. */
static const char *expand(struct pq_arena *arena, const char *want)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	for (; *want != '\0'; want++) {
		if (*want == '%')
			pq_buffer_append_text(&text, folder);
		else
			pq_buffer_append_byte(&text, *want);
	}
	pq_buffer_append_byte(&text, '\0');
	return text.data;
}

/* Without the lines of source, which are tested in tests/unit/report. */
static const char *without_source(struct pq_arena *arena, const char *output)
{
	struct pq_string rest = pq_string_from(output), line;
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	while (pq_string_split(&rest, '\n', &line)) {
		if (line.length == 0 || line.data[0] == ' ')
			continue;
		pq_buffer_append_string(&text, line);
		pq_buffer_append_byte(&text, '\n');
	}
	pq_buffer_append_byte(&text, '\0');
	return text.data;
}

static void test_checks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct check_case *test = &cases[i];
		pq_cleanup_arena struct pq_arena arena;
		const char *output;
		pq_arena_init(&arena, 0);
		const char *const arguments[] = { "check", put(&arena, test->file, test->text),
						  NULL };
		print_message("%s\n", test->name);
		int code = run(&arena, arguments, &output);
		if (test->want != NULL)
			assert_string_equal(without_source(&arena, output),
					    expand(&arena, test->want));
		assert_int_equal(code, test->code);
	}
}

static void test_what_cannot_be_used(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	const char *output;
	(void)state;
	pq_arena_init(&arena, 0);
	const char *const none[] = { "check", NULL };
	assert_int_equal(run(&arena, none, &output), PQ_EXIT_UNUSABLE);
	const char *const missing[] = { "check", "/nowhere/at/all.yaml", NULL };
	assert_int_equal(run(&arena, missing, &output), PQ_EXIT_UNUSABLE);
	assert_string_equal(output, "/nowhere/at/all.yaml: No such file or directory\n");
	const char *file = put(&arena, "a.yaml", THING);
	const char *const bad_schema[] = { "check", "--schemas", put(&arena, "bad.yaml", "a: [\n"),
					   file, NULL };
	assert_int_equal(run(&arena, bad_schema, &output), PQ_EXIT_UNUSABLE);
	const char *const help[] = { "check", "--help", NULL };
	assert_int_equal(run(&arena, help, &output), PQ_EXIT_OK);
	assert_non_null(strstr(output, "Examples:"));
}

static void test_dry_run_stores(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	const char *output;
	(void)state;
	pq_arena_init(&arena, 0);
	const char *const arguments[] = {
		"dry-run", "--schemas", put(&arena, "crd.yaml", CRD),
		put(&arena, "a.yaml", THING "spec: {size: 1.0, foo: 1}\n"), NULL
	};
	assert_int_equal(run(&arena, arguments, &output), PQ_EXIT_OK);
	assert_string_equal(output, "{\n"
				    "  \"apiVersion\": \"example.com/v1\",\n"
				    "  \"kind\": \"Thing\",\n"
				    "  \"metadata\": {\n"
				    "    \"generation\": 1,\n"
				    "    \"name\": \"a\",\n"
				    "    \"namespace\": \"default\"\n"
				    "  },\n"
				    "  \"spec\": {\n"
				    "    \"size\": 1\n"
				    "  }\n"
				    "}\n");
	assert_string_equal(stderr_text(&arena), "Warning: unknown field \"spec.foo\"\n");
}

static void test_dry_run_refuses(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	const char *output;
	(void)state;
	pq_arena_init(&arena, 0);
	const char *crd = put(&arena, "crd.yaml", CRD);
	const char *old = put(&arena, "old.yaml", THING "spec: {size: 1}\n");
	const char *const invalid[] = { "dry-run", "-s", crd,
					put(&arena, "a.yaml", THING "spec: {size: 9}\n"), NULL };
	assert_int_equal(run(&arena, invalid, &output), PQ_EXIT_FINDINGS);
	assert_non_null(strstr(output, "\"code\": 422"));
	const char *const no_json[] = { "dry-run", "-s", crd, put(&arena, "a.json", "{a: 1\n"),
					NULL };
	assert_int_equal(run(&arena, no_json, &output), PQ_EXIT_FINDINGS);
	assert_non_null(
		strstr(output, "invalid character 'a' looking for beginning of object key string"));
	const char *const other_name[] = { "dry-run", "-s", crd, "--old", old,
					   "--name",  "b",  old, NULL };
	assert_int_equal(run(&arena, other_name, &output), PQ_EXIT_FINDINGS);
	assert_non_null(strstr(output, "does not match the name on the URL (b)"));
	const char *const immutable[] = {
		"dry-run", "--old", crd,
		put(&arena, "new.yaml",
		    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
		    "metadata: {name: things.example.com}\n"
		    "spec: {group: example.org, scope: Namespaced, names: {kind: Thing, plural: "
		    "things},\n  versions: [{name: v1, served: true, storage: true, schema: "
		    "{openAPIV3Schema: {type: object}}}]}\n"),
		NULL
	};
	assert_int_equal(run(&arena, immutable, &output), PQ_EXIT_FINDINGS);
	assert_non_null(strstr(output, "field is immutable"));
}

static void test_dry_run_updates(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	const char *output;
	(void)state;
	pq_arena_init(&arena, 0);
	const char *const arguments[] = {
		"dry-run",
		"-s",
		put(&arena, "crd.yaml", CRD),
		"--old",
		put(&arena, "old.yaml", THING "spec: {size: 9, live: true}\n"),
		put(&arena, "a.yaml", THING "spec: {size: 9, live: false}\n"),
		NULL
	};
	/* What is wrong already and does not change is forgiven. */
	assert_int_equal(run(&arena, arguments, &output), PQ_EXIT_OK);
	assert_non_null(strstr(output, "\"live\": false"));
	assert_null(strstr(output, "resourceVersion"));
}

#define DEPLOYMENT(replicas) DEPLOYMENT_OF(replicas, "b")
#define DEPLOYMENT_OF(replicas, label)                                                             \
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"                             \
	"spec: {replicas: " replicas ", selector: {matchLabels: {a: " label "}}, template: {"      \
	"metadata: {labels: {a: " label "}}, spec: {containers: [{name: c, image: i}]}}}\n"

static void test_dry_run_needs_what_a_server_can_have_stored(void **state)
{
	static const struct {
		const char *old, *new, *told;
	} stored[] = {
		{ DEPLOYMENT_OF("two", "x"), DEPLOYMENT("2"),
		  "old.yaml: is no stored object: Deployment in version \"v1\" cannot be handled "
		  "as a "
		  "Deployment: json: cannot unmarshal string into Go struct field "
		  "DeploymentSpec.spec.replicas of type int32\n" },
		{ "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a}\n", DEPLOYMENT("2"),
		  "no kind \"DaemonSet\" is registered" },
		{ "[1]\n", DEPLOYMENT("2"), "is no stored object: metadata.name must be set\n" },
		{ "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a, labels: 5}\n",
		  THING,
		  "is no stored object: metadata: json: cannot unmarshal number into Go struct "
		  "field "
		  "ObjectMeta.labels of type map[string]string\n" },
		{ "apiVersion: example.com/v3\nkind: Thing\nmetadata: {name: a}\n", THING,
		  "things.example.com has no version of apiVersion example.com/v3\n" },
		{ "apiVersion: example.com/v1\nkind: Other\nmetadata: {name: a}\n", THING,
		  "is no stored object: it is no Thing of example.com\n" },
		{ "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
		  "metadata: {name: things.example.com}\nspec: {scope: 5}\n",
		  CRD, "CustomResourceDefinitionSpec.spec.scope of type v1.ResourceScope\n" },
	};
	const char *output;
	(void)state;
	for (size_t i = 0; i < sizeof stored / sizeof stored[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		const char *const arguments[] = { "dry-run",
						  "-s",
						  put(&arena, "crd.yaml", CRD),
						  "--old",
						  put(&arena, "old.yaml", stored[i].old),
						  put(&arena, "new.yaml", stored[i].new),
						  NULL };
		assert_int_equal(run(&arena, arguments, &output), PQ_EXIT_UNUSABLE);
		assert_string_equal(output, "");
		assert_non_null(strstr(stderr_text(&arena), stored[i].told));
	}
}

static void test_built_in_kinds(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	const char *output;
	(void)state;
	pq_arena_init(&arena, 0);
	const char *good = put(&arena, "good.yaml", DEPLOYMENT("2"));
	const char *const stored[] = { "dry-run", good, NULL };
	assert_int_equal(run(&arena, stored, &output), PQ_EXIT_OK);
	assert_non_null(strstr(output, "\"namespace\": \"default\""));
	const char *const refused[] = { "dry-run", put(&arena, "bad.yaml", DEPLOYMENT("2.5")),
					NULL };
	assert_int_equal(run(&arena, refused, &output), PQ_EXIT_FINDINGS);
	assert_non_null(strstr(output, "json: cannot unmarshal number into Go struct field "
				       "DeploymentSpec.spec.replicas of type int32"));
	const char *const updated[] = { "dry-run", "--old", good, good, NULL };
	assert_int_equal(run(&arena, updated, &output), PQ_EXIT_OK);
	const char *other = put(&arena, "other.yaml", DEPLOYMENT_OF("2", "x"));
	const char *const reselected[] = { "dry-run", "--old", good, other, NULL };
	assert_int_equal(run(&arena, reselected, &output), PQ_EXIT_FINDINGS);
	assert_non_null(strstr(output, "field is immutable"));
	const char *const unknown[] = { "dry-run", put(&arena, "thing.yaml", THING), NULL };
	assert_int_equal(run(&arena, unknown, &output), PQ_EXIT_UNUSABLE);
	assert_non_null(strstr(stderr_text(&arena),
			       "its CRD is not among the schemas; name it with --schemas"));
}

/* What another server calls its own. */
static void test_openapi_of_another_server(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	const char *output;
	(void)state;
	pq_arena_init(&arena, 0);
	const char *document =
		put(&arena, "openapi.json",
		    "{\"kinds\":{\"example.com/v1/Thing\":\"namespaced T\"},\"types\":{\"T\":{"
		    "\"apiVersion\":\"string\",\"kind\":\"string\",\"metadata\":\"any\"}}}");
	const char *thing = put(&arena, "thing.yaml", THING "spec: {}\n");
	const char *const check[] = { "check", "--openapi", document, thing, NULL };
	assert_int_equal(run(&arena, check, &output), PQ_EXIT_FINDINGS);
	assert_non_null(strstr(output, "Thing a: spec: unknown field \"spec\""));
	const char *const dry_run[] = { "dry-run", "--openapi", document, thing, NULL };
	assert_int_equal(run(&arena, dry_run, &output), PQ_EXIT_OK);
	const char *const no_document[] = { "check", "--openapi", thing, thing, NULL };
	assert_int_equal(run(&arena, no_document, &output), PQ_EXIT_UNUSABLE);
	assert_non_null(strstr(stderr_text(&arena), "thing.yaml"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_sample_is_fine),
		cmocka_unit_test(test_checks),
		cmocka_unit_test(test_what_cannot_be_used),
		cmocka_unit_test(test_dry_run_stores),
		cmocka_unit_test(test_dry_run_refuses),
		cmocka_unit_test(test_dry_run_updates),
		cmocka_unit_test(test_dry_run_needs_what_a_server_can_have_stored),
		cmocka_unit_test(test_built_in_kinds),
		cmocka_unit_test(test_openapi_of_another_server),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
