/* Loading schemas anew over a snapshot that serves. */
#include "base/file.h"
#include "policy/reload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define OVERLAY(name)                                                                              \
	"---\n"                                                                                    \
	"apiVersion: admission.pratique.dev/v1\n"                                                  \
	"kind: AdmissionSchema\n"                                                                  \
	"metadata: {name: " name "}\n"                                                             \
	"spec:\n"                                                                                  \
	"  match: {groups: [\"\"], versions: [v1], resources: [pods]}\n"                           \
	"  openAPIV3Schema: {type: object}\n"

#define CRD(kind, plural, type)                                                                    \
	"---\n"                                                                                    \
	"apiVersion: apiextensions.k8s.io/v1\n"                                                    \
	"kind: CustomResourceDefinition\n"                                                         \
	"metadata: {name: " plural ".example.com}\n"                                               \
	"spec:\n"                                                                                  \
	"  group: example.com\n"                                                                   \
	"  scope: Namespaced\n"                                                                    \
	"  names: {kind: " kind ", plural: " plural "}\n"                                          \
	"  versions:\n"                                                                            \
	"  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: " type       \
	"}}}\n"

#define RULES(kind)                                                                                \
	"---\n"                                                                                    \
	"apiVersion: conversion.pratique.dev/v1\n"                                                 \
	"kind: ConversionRules\n"                                                                  \
	"metadata: {name: " kind "}\n"                                                             \
	"spec: {group: example.com, kind: " kind ", conversions: []}\n"

/* A folder of two files, and the snapshot of them. */
struct loaded {
	char folder[64];
	const struct pq_policy *policy;
	char refused[2048]; /* texts of all refusals */
	char kept[512];     /* paths */
};

static void put(const struct loaded *loaded, const char *name, const char *text)
{
	char path[256];
	struct pq_error error;
	snprintf(path, sizeof path, "%s/%s", loaded->folder, name);
	if (!pq_file_replace(path, pq_string_from(text), 0600, &error))
		fail_msg("%s", error.message);
}

static void note_refused(const struct pq_error *error, void *context)
{
	struct loaded *loaded = context;
	char text[PQ_ERROR_TEXT_MAX];
	size_t length = strlen(loaded->refused);
	pq_error_format(error, text, sizeof text);
	snprintf(loaded->refused + length, sizeof loaded->refused - length, "%s\n", text);
}

static void note_kept(const char *path, void *context)
{
	struct loaded *loaded = context;
	size_t length = strlen(loaded->kept);
	snprintf(loaded->kept + length, sizeof loaded->kept - length, "%s\n", path);
}

struct outcome {
	struct pq_policy_load_counts counts;
	size_t kept;
};

/* The new snapshot takes the place of the old one. */
static struct outcome reload(struct loaded *loaded)
{
	const char *paths[] = { loaded->folder };
	const struct pq_policy_reload how = {
		.previous = loaded->policy,
		.report = note_refused,
		.keep = note_kept,
		.context = loaded,
	};
	struct outcome outcome;
	struct pq_error error;
	struct pq_policy_builder *builder = pq_policy_builder_new();
	loaded->refused[0] = loaded->kept[0] = '\0';
	if (!pq_policy_load_over(builder, paths, 1, &how, &outcome.counts, &outcome.kept, &error))
		fail_msg("%s: %s", error.path, error.message);
	const struct pq_policy *next = pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	pq_policy_unref(loaded->policy);
	loaded->policy = next;
	return outcome;
}

static int start(void **state)
{
	static struct loaded loaded;
	const char *paths[] = { loaded.folder };
	struct pq_error error;
	loaded = (struct loaded){ .folder = "/tmp/pratique-reload-XXXXXX" };
	assert_non_null(mkdtemp(loaded.folder));
	put(&loaded, "a.yaml", CRD("A", "as", "object") OVERLAY("a"));
	put(&loaded, "b.yaml", CRD("B", "bs", "object") OVERLAY("b") RULES("B"));
	struct pq_policy_builder *builder = pq_policy_builder_new();
	assert_true(pq_policy_load(builder, paths, 1, NULL, NULL, NULL, &error));
	loaded.policy = pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	*state = &loaded;
	return 0;
}

static int stop(void **state)
{
	struct loaded *loaded = *state;
	char command[128];
	pq_policy_unref(loaded->policy);
	snprintf(command, sizeof command, "rm -r %s", loaded->folder);
	return system(command);
}

static bool has_kind(const struct loaded *loaded, const char *kind)
{
	const struct pq_crd_version *version;
	return pq_policy_find_kind(loaded->policy, PQ_S("example.com"), PQ_S("v1"),
				   pq_string_from(kind), &version) != NULL;
}

static void files_that_became_bad_keep_their_schemas(void **state)
{
	struct loaded *loaded = *state;
	static const struct {
		const char *name;
		const char *text;
		const char *refused;
	} cases[] = {
		{ "syntax", "a: [1\n", "b.yaml:2" },
		{ "a CRD that is refused", CRD("B", "bs", "array"), "b.yaml:10:" },
		{ "one bad among good ones", CRD("B", "bs", "array") OVERLAY("b"), "b.yaml:10:" },
		{ "a good one before a bad one", OVERLAY("new") CRD("B", "bs", "array"),
		  "b.yaml:17:" },
		{ "good rules before a bad one", RULES("B") CRD("B", "bs", "array"), "b.yaml:15:" },
		{ "rules for two kinds, twice for one", RULES("C") RULES("B") RULES("C"),
		  "conversion of C.example.com is defined already" },
		{ "empty", "", "b.yaml: is empty, but had schemas" },
		{ "nothing but comments", "# soon\n---\n", "b.yaml: is empty, but had schemas" },
		{ "a text", "hello world\n", "b.yaml:1:1: is a text and no object" },
		{ "another kind", "apiVersion: v1\nkind: Pod\n",
		  "b.yaml: has no schemas, but had" },
		{ "no kind", "apiVersion: v1\n", "b.yaml: has no schemas, but had" },
		{ "a misspelt kind",
		  "apiVersion: admission.pratique.dev/v1\nkind: AdmisionSchema\n",
		  "b.yaml:2:7: kind \"AdmisionSchema\" of admission.pratique.dev is not known, did "
		  "you mean \"AdmissionSchema\"?" },
		{ "a kind that another file has", CRD("A", "as", "object"),
		  "kind A.example.com is defined already" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		put(loaded, "b.yaml", cases[i].text);
		struct outcome outcome = reload(loaded);
		if (strstr(loaded->refused, cases[i].refused) == NULL)
			fail_msg("%s: %s", cases[i].name, loaded->refused);
		assert_non_null(strstr(loaded->kept, "/b.yaml\n"));
		assert_int_equal(outcome.kept, 1);
		assert_int_equal(outcome.counts.refused, 1);
		assert_int_equal(pq_policy_crd_count(loaded->policy), 2);
		assert_int_equal(pq_policy_overlay_count(loaded->policy), 2);
		assert_int_equal(pq_policy_conversion_count(loaded->policy), 1);
		assert_non_null(
			pq_policy_find_conversion(loaded->policy, PQ_S("example.com"), PQ_S("B")));
		assert_true(has_kind(loaded, "A") && has_kind(loaded, "B"));
	}
}

static void a_file_that_cannot_be_read_keeps_its_schemas(void **state)
{
	struct loaded *loaded = *state;
	char path[128];
	snprintf(path, sizeof path, "%s/b.yaml", loaded->folder);
	assert_int_equal(truncate(path, (off_t)65 * 1024 * 1024), 0);
	assert_int_equal(reload(loaded).kept, 1);
	assert_int_equal(loaded->refused[0], '/');
	assert_non_null(strstr(loaded->refused, "b.yaml: file is too large"));
	assert_true(has_kind(loaded, "B"));
}

static void what_is_new_replaces_what_was(void **state)
{
	struct loaded *loaded = *state;
	put(loaded, "b.yaml", CRD("Other", "others", "object"));
	struct outcome outcome = reload(loaded);
	assert_int_equal(outcome.kept + outcome.counts.refused, 0);
	assert_true(has_kind(loaded, "Other"));
	assert_false(has_kind(loaded, "B"));
	assert_int_equal(pq_policy_overlay_count(loaded->policy), 1);
	assert_null(pq_policy_find_conversion(loaded->policy, PQ_S("example.com"), PQ_S("B")));
}

static void a_file_that_is_gone_takes_its_schemas_along(void **state)
{
	struct loaded *loaded = *state;
	char path[128];
	snprintf(path, sizeof path, "%s/b.yaml", loaded->folder);
	assert_int_equal(unlink(path), 0);
	reload(loaded);
	assert_true(has_kind(loaded, "A"));
	assert_false(has_kind(loaded, "B"));
}

/* What was kept is kept again, whole generations later, and lasts until the file is good. */
static void kept_schemas_last(void **state)
{
	struct loaded *loaded = *state;
	put(loaded, "b.yaml", "a: [1\n");
	for (int i = 0; i < 3; i++)
		assert_int_equal(reload(loaded).kept, 1);
	assert_true(has_kind(loaded, "B"));
	put(loaded, "b.yaml", CRD("B", "bs", "object"));
	assert_int_equal(reload(loaded).kept, 0);
	assert_int_equal(pq_policy_overlay_count(loaded->policy), 1);
}

/* As at the start: what is good in a file that never was serves. */
static void a_new_file_is_taken_as_at_the_start(void **state)
{
	struct loaded *loaded = *state;
	put(loaded, "c.yaml", CRD("C", "cs", "array") CRD("D", "ds", "object"));
	struct outcome outcome = reload(loaded);
	assert_int_equal(outcome.kept, 0);
	assert_int_equal(outcome.counts.refused, 1);
	assert_true(has_kind(loaded, "D"));
	assert_true(has_kind(loaded, "B"));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(files_that_became_bad_keep_their_schemas),
		IN_FOLDER(a_file_that_cannot_be_read_keeps_its_schemas),
		IN_FOLDER(what_is_new_replaces_what_was),
		IN_FOLDER(a_file_that_is_gone_takes_its_schemas_along),
		IN_FOLDER(kept_schemas_last),
		IN_FOLDER(a_new_file_is_taken_as_at_the_start),
	};
	return cmocka_run_group_tests_name("reload", tests, NULL, NULL);
}
