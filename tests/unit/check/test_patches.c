/* Which files a kustomization names, however it writes their paths. */
#include "check/patches.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static bool have(const char *kustomization, struct pq_string patch, const char *file)
{
	struct pq_value value = pq_value_from_string(patch);
	const struct pq_member member = {
		.key = PQ_S("patchesStrategicMerge"),
		.value = pq_value_from_items(&value, 1),
	};
	pq_cleanup_arena struct pq_arena arena;
	PQ_CLEANUP(check_patches_done) struct check_patches patches;
	struct check_working_directory working_directory;
	struct pq_value document;
	pq_arena_init(&arena, 0);
	check_working_directory_init(&working_directory);
	check_patches_init(&patches, &working_directory);
	assert_true(pq_value_from_members(&arena, &member, 1, &document));
	assert_true(check_patches_add(&patches, pq_string_from(kustomization), &document));
	return check_patches_have(&patches, pq_string_from(file));
}

static void test_paths(void **state)
{
	static const struct {
		const char *kustomization, *patch, *file;
		bool wanted;
	} cases[] = {
		{ "k.yaml", "a.yaml", "a.yaml", true },
		{ "./k.yaml", "a.yaml", "a.yaml", true },
		{ "app/k.yaml", "a.yaml", "./app//a.yaml", true },
		{ "app/k.yaml", "a.yaml", "a.yaml", false },
		{ "app/k.yaml", "./x/../a.yaml", "app/a.yaml", true },
		{ "app/k.yaml", "x/y/a.yaml", "app/x/y/a.yaml", true },
		{ "app/k.yaml", "../app/a.yaml", "app/a.yaml", true },
		{ "app/k.yaml", "../a.yaml", "a.yaml", false },
		{ "app/k.yaml", "../application/a.yaml", "application/a.yaml", false },
		{ "../app/k.yaml", "../app/a.yaml", "../app/a.yaml", true },
		{ "../app/k.yaml", "../../a.yaml", "../../a.yaml", false },
		{ "/app/k.yaml", "a.yaml", "/app/a.yaml", true },
		{ "/app/k.yaml", "/app/a.yaml", "/app/a.yaml", true },
		{ "/app/k.yaml", "/x/a.yaml", "/x/a.yaml", false },
		{ "/app/k.yaml", "../../../a.yaml", "/a.yaml", false },
		{ "/k.yaml", "../../../a.yaml", "/a.yaml", true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("%s in %s\n", cases[i].patch, cases[i].kustomization);
		assert_int_equal(
			have(cases[i].kustomization, pq_string_from(cases[i].patch), cases[i].file),
			cases[i].wanted);
	}
}

/* The longest path that a system takes, and one that is too long to be a file's. */
static void test_long_paths(void **state)
{
	char path[PATH_MAX + 2];
	(void)state;
	memset(path, 'a', sizeof path);
	path[0] = '/';
	path[PATH_MAX + 1] = '\0';
	assert_false(have("/k.yaml", pq_string_from(path), path));
	path[PATH_MAX] = '\0';
	assert_true(have("/k.yaml", pq_string_from(path), path));
	assert_false(have("/app/k.yaml", pq_string_from(path + 1), path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_long_paths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
