#include "harness/corpora.h"

#include "base/file.h"

#include <dirent.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char *source_root(void)
{
	const char *root = getenv("PRATIQUE_SOURCE_ROOT");
	return root == NULL ? "." : root;
}

const char *test_corpus(const char *relative)
{
	static char path[PATH_MAX];
	static bool told;
	const char *corpora = getenv("PRATIQUE_CORPORA");
	if (corpora != NULL)
		snprintf(path, sizeof path, "%s/%s", corpora, relative);
	else
		snprintf(path, sizeof path, "%s/../shared/corpora/%s", source_root(), relative);
	if (access(path, R_OK) == 0)
		return path;
	if (!told)
		fprintf(stderr,
			"no corpus at %s: tests of published data are skipped "
			"(set PRATIQUE_CORPORA)\n",
			path);
	told = true;
	return NULL;
}

const char *test_corpus_or_skip(const char *relative)
{
	const char *path = test_corpus(relative);
	if (path == NULL) {
		print_message("SKIP: corpus %s is not there\n", relative);
		skip();
	}
	return path;
}

const char *test_data(const char *relative)
{
	static char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/tests/%s", source_root(), relative);
	return path;
}

struct pq_string test_read_file(struct pq_arena *arena, const char *path)
{
	struct pq_buffer buffer;
	struct pq_error error;
	pq_buffer_init_in(&buffer, arena, 0);
	if (!pq_file_read(path, &buffer, &error))
		fail_msg("%s: %s", error.path, error.message);
	pq_buffer_append_byte(&buffer, '\0');
	assert_false(pq_buffer_failed(&buffer));
	return pq_string_slice(pq_buffer_view(&buffer), 0, buffer.length - 1);
}

struct list {
	struct pq_arena *arena;
	const char **paths;
	size_t count;
	size_t capacity;
};

static void add_path(struct list *list, const char *path)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
		list->paths =
			pq_arena_grow(list->arena, list->paths, list->capacity * sizeof(char *),
				      capacity * sizeof(char *));
		assert_non_null(list->paths);
		list->capacity = capacity;
	}
	list->paths[list->count++] = pq_arena_copy(list->arena, pq_string_from(path)).data;
}

static void walk(struct list *list, const char *folder, const char *suffix)
{
	DIR *directory = opendir(folder);
	if (directory == NULL)
		return;
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		if (entry->d_name[0] == '.')
			continue;
		char path[PATH_MAX];
		struct stat facts;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (stat(path, &facts) != 0)
			continue;
		if (S_ISDIR(facts.st_mode))
			walk(list, path, suffix);
		else if (pq_string_ends_with(pq_string_from(path), pq_string_from(suffix)))
			add_path(list, path);
	}
	closedir(directory);
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t test_list_files(struct pq_arena *arena, const char *folder, const char *suffix,
		       const char ***paths)
{
	struct list list = { .arena = arena };
	walk(&list, folder, suffix);
	if (list.count > 0)
		qsort(list.paths, list.count, sizeof *list.paths, compare_paths);
	*paths = list.paths;
	return list.count;
}
