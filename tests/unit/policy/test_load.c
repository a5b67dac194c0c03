#include "base/file.h"
#include "policy/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define OVERLAY(name)                                                                              \
	"apiVersion: admission.pratique.dev/v1\n"                                                  \
	"kind: AdmissionSchema\n"                                                                  \
	"metadata: {name: " name "}\n"                                                             \
	"spec:\n"                                                                                  \
	"  match: {groups: [\"\"], versions: [v1], resources: [pods]}\n"                           \
	"  openAPIV3Schema: {type: object}\n"

/* A folder that is gone after the test. */
struct folder {
	char path[64];
};

static int make_folder(void **state)
{
	static struct folder folder;
	snprintf(folder.path, sizeof folder.path, "/tmp/pratique-load-XXXXXX");
	*state = &folder;
	return mkdtemp(folder.path) == NULL;
}

static int remove_folder(void **state)
{
	const struct folder *folder = *state;
	char command[128];
	snprintf(command, sizeof command, "rm -r %s", folder->path);
	return system(command);
}

static void put(const struct folder *folder, const char *name, const char *text)
{
	char path[256];
	struct pq_error error;
	snprintf(path, sizeof path, "%s/%s", folder->path, name);
	if (!pq_file_replace(path, pq_string_from(text), 0600, &error))
		fail_msg("%s", error.message);
}

static void make(const struct folder *folder, const char *name)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", folder->path, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void link_to(const struct folder *folder, const char *name, const char *target)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", folder->path, name);
	assert_int_equal(symlink(target, path), 0);
}

/* The texts of all refusals. */
struct refusals {
	char text[4096];
	size_t length;
};

static void note(const struct pq_error *error, void *context)
{
	struct refusals *refusals = context;
	char text[PQ_ERROR_TEXT_MAX];
	pq_error_format(error, text, sizeof text);
	refusals->length +=
		(size_t)snprintf(refusals->text + refusals->length,
				 sizeof refusals->text - refusals->length, "%s\n", text);
}

static struct pq_policy_load_counts load(const struct folder *folder, struct refusals *refusals)
{
	const char *paths[] = { folder->path };
	struct pq_policy_load_counts counts;
	struct pq_error error;
	struct pq_policy_builder *builder = pq_policy_builder_new();
	assert_non_null(builder);
	*refusals = (struct refusals){ 0 };
	if (!pq_policy_load(builder, paths, 1, note, refusals, &counts, &error))
		fail_msg("%s: %s", error.path, error.message);
	pq_policy_builder_free(builder);
	return counts;
}

static void test_reads_folders_and_documents(void **state)
{
	struct folder *folder = *state;
	struct refusals refusals;
	make(folder, "sub");
	put(folder, "a.yaml", OVERLAY("a") "---\n---\n" OVERLAY("b"));
	put(folder, "sub/c.yml", OVERLAY("c"));
	put(folder, "d.json",
	    "{\"kind\":\"List\",\"items\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}]}");
	put(folder, "notes.txt", "not read");
	put(folder, ".hidden.yaml", "not: [read");
	struct pq_policy_load_counts counts = load(folder, &refusals);
	assert_int_equal(counts.added, 3);
	assert_int_equal(counts.ignored, 1);
	assert_int_equal(counts.refused, 0);
}

/* What was meant to be ours is refused, and not passed over. */
static void test_refuses_what_is_nearly_ours(void **state)
{
	static const struct {
		const char *text;
		const char *refused; /* NULL: it is another's */
	} cases[] = {
		{ "apiVersion: v1\nkind: Pod\n", NULL },
		{ "resources: [a.yaml]\n", NULL },
		{ "apiVersion: apps/v1\nkind: AdmisionSchema\n", NULL },
		{ "apiVersion: apiextensions.k8s.io/v1\nkind: ConversionReview\n", NULL },
		{ "- a\n", NULL },
		{ "just words\n", ":1:1: is a text and no object" },
		{ "apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\n",
		  ":1:13: CustomResourceDefinition is read as apiextensions.k8s.io/v1, not as "
		  "\"apiextensions.k8s.io/v1beta1\"" },
		{ "kind: AdmissionSchema\n",
		  ":1:1: AdmissionSchema is read as admission.pratique.dev/v1, not as \"\"" },
		{ "apiVersion: admission.pratique.dev/v1\nkind: AdmissionExempton\n",
		  ":2:7: kind \"AdmissionExempton\" of admission.pratique.dev is not known, did "
		  "you "
		  "mean \"AdmissionExemption\"?" },
		{ "apiVersion: conversion.pratique.dev/v1\n",
		  ":1:1: kind \"\" of conversion.pratique.dev is not known" },
	};
	struct folder *folder = *state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct refusals refusals;
		put(folder, "a.yaml", cases[i].text);
		struct pq_policy_load_counts counts = load(folder, &refusals);
		bool is_refused = cases[i].refused != NULL;
		if (counts.refused != is_refused || counts.ignored == is_refused ||
		    (is_refused && strstr(refusals.text, cases[i].refused) == NULL))
			fail_msg("%s: %s", cases[i].text, refusals.text);
	}
}

/* A ConfigMap's volume: visible links lead through ..data into a folder with a time in its name. */
static void test_reads_a_volume_once(void **state)
{
	struct folder *folder = *state;
	struct refusals refusals;
	make(folder, "..2026_11_23");
	put(folder, "..2026_11_23/a.yaml", OVERLAY("a"));
	link_to(folder, "..data", "..2026_11_23");
	link_to(folder, "a.yaml", "..data/a.yaml");
	struct pq_policy_load_counts counts = load(folder, &refusals);
	assert_int_equal(counts.added, 1);
}

static void test_a_bad_document_among_good_ones(void **state)
{
	struct folder *folder = *state;
	struct refusals refusals;
	char want[1024];
	put(folder, "a.yaml", OVERLAY("a") "---\n" OVERLAY("a"));
	put(folder, "b.yaml", "a: [1\n");
	put(folder, "c.yaml",
	    "apiVersion: apiextensions.k8s.io/v1\n"
	    "kind: CustomResourceDefinition\n"
	    "metadata: {name: things.example.com}\n"
	    "spec:\n"
	    "  group: example.com\n"
	    "  scope: Namespaced\n"
	    "  names: {kind: Thing, plural: things}\n"
	    "  versions:\n"
	    "  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: "
	    "array}}}\n");
	put(folder, "d.yaml", OVERLAY("d"));
	struct pq_policy_load_counts counts = load(folder, &refusals);
	assert_int_equal(counts.added, 2);
	assert_int_equal(counts.refused, 3);
	snprintf(want, sizeof want,
		 "%s/a.yaml:8:1: AdmissionSchema a is defined already, in %s/a.yaml\n",
		 folder->path, folder->path);
	assert_memory_equal(refusals.text, want, strlen(want));
	snprintf(want, sizeof want, "%s/b.yaml:2", folder->path);
	assert_non_null(strstr(refusals.text, want));
	snprintf(want, sizeof want, "%s/c.yaml:9:", folder->path);
	assert_non_null(strstr(refusals.text, want));
}

static void test_a_loop_of_folders_ends(void **state)
{
	struct folder *folder = *state;
	struct refusals refusals;
	link_to(folder, "again", ".");
	put(folder, "a.yaml", OVERLAY("a"));
	const struct pq_policy_load_counts counts = load(folder, &refusals);
	assert_int_equal(counts.added, 1);
	assert_int_equal(counts.refused, 0);
}

/* Without care, 2^20 ways lead to the last folder. */
static void test_reads_a_folder_once(void **state)
{
	enum { FOLDERS = 20 };
	struct folder *folder = *state;
	struct refusals refusals;
	char name[32], target[32];
	for (int i = 0; i < FOLDERS; i++) {
		snprintf(name, sizeof name, "%02d", i);
		make(folder, name);
		snprintf(target, sizeof target, "../%02d", i + 1);
		snprintf(name, sizeof name, "%02d/a", i);
		link_to(folder, name, target);
		snprintf(name, sizeof name, "%02d/b", i);
		link_to(folder, name, target);
	}
	snprintf(name, sizeof name, "%02d", FOLDERS);
	make(folder, name);
	snprintf(name, sizeof name, "%02d/a.yaml", FOLDERS);
	put(folder, name, OVERLAY("a"));
	const struct pq_policy_load_counts counts = load(folder, &refusals);
	assert_int_equal(counts.added, 1);
	assert_int_equal(counts.refused, 0);
}

/* Reading it would wait for a writer. */
static void test_refuses_a_pipe(void **state)
{
	const struct folder *folder = *state;
	const char *paths[] = { folder->path };
	char path[256];
	struct pq_error error;
	snprintf(path, sizeof path, "%s/a.yaml", folder->path);
	assert_int_equal(mkfifo(path, 0600), 0);
	struct pq_policy_builder *builder = pq_policy_builder_new();
	assert_false(pq_policy_load(builder, paths, 1, NULL, NULL, NULL, &error));
	assert_string_equal(error.path, path);
	assert_string_equal(error.message, "is neither a file nor a folder");
	pq_policy_builder_free(builder);
}

static void test_a_path_that_is_not_there(void **state)
{
	(void)state;
	const char *paths[] = { "/nowhere/at/all" };
	struct pq_error error;
	struct pq_policy_builder *builder = pq_policy_builder_new();
	assert_false(pq_policy_load(builder, paths, 1, NULL, NULL, NULL, &error));
	assert_string_equal(error.path, "/nowhere/at/all");
	assert_string_equal(error.message, "No such file or directory");
	pq_policy_builder_free(builder);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_reads_folders_and_documents),
		IN_FOLDER(test_refuses_what_is_nearly_ours),
		IN_FOLDER(test_reads_a_volume_once),
		IN_FOLDER(test_a_bad_document_among_good_ones),
		IN_FOLDER(test_a_loop_of_folders_ends),
		IN_FOLDER(test_reads_a_folder_once),
		IN_FOLDER(test_refuses_a_pipe),
		cmocka_unit_test(test_a_path_that_is_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
