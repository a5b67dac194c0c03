#include "base/walk.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

void pq_walk_init(struct pq_walk *walk)
{
	pq_map_init(&walk->folders);
}

void pq_walk_done(struct pq_walk *walk)
{
	pq_map_done(&walk->folders);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* False when the walk ends. */
static bool fail(struct pq_walk *walk, const char *path, const char *reason, struct pq_error *error)
{
	struct pq_error trouble;
	pq_error_set(&trouble, PQ_ERROR_IO, "%s", reason);
	pq_error_add_path(&trouble, pq_string_from(path));
	if (walk->pass_over != NULL && walk->pass_over(&trouble, walk->context))
		return true;
	*error = trouble;
	return false;
}

static bool enter(struct pq_walk *walk, const struct stat *facts, bool *is_new,
		  struct pq_error *error)
{
	const uint64_t identity[] = { (uint64_t)facts->st_dev, (uint64_t)facts->st_ino };
	const struct pq_string key = { .data = (const char *)identity, .length = sizeof identity };
	*is_new = pq_map_find(&walk->folders, key) == NULL;
	return !*is_new || pq_map_put(&walk->folders, key, walk, NULL) ||
	       pq_error_set(error, PQ_ERROR_MEMORY, "no memory to read folders");
}

static bool walk_folder(struct pq_walk *walk, const char *folder, unsigned depth,
			struct pq_error *error);

/* What the folder tells need not be asked for. On failure errno is set. */
static enum pq_walk_kind find_kind(const char *path, const struct dirent *entry, struct stat *facts)
{
	facts->st_mode = DTTOIF(entry->d_type);
	if (entry->d_type != DT_REG && stat(path, facts) != 0)
		return PQ_WALK_UNREADABLE;
	return S_ISDIR(facts->st_mode) ? PQ_WALK_FOLDER : PQ_WALK_FILE;
}

static bool walk_entry(struct pq_walk *walk, const char *folder, const struct dirent *entry,
		       unsigned depth, struct pq_error *error)
{
	char path[PATH_MAX];
	struct stat facts;
	bool is_new, ends_in_slash = pq_string_ends_with(pq_string_from(folder), PQ_S("/"));
	if ((size_t)snprintf(path, sizeof path, "%s%s%s", folder, ends_in_slash ? "" : "/",
			     entry->d_name) >= sizeof path)
		return fail(walk, folder, strerror(ENAMETOOLONG), error);
	enum pq_walk_kind kind = find_kind(path, entry, &facts);
	const char *reason = kind == PQ_WALK_UNREADABLE ? strerror(errno) : NULL;
	if (walk->is_wanted != NULL && !walk->is_wanted(path, kind, walk->context))
		return true;
	if (kind == PQ_WALK_UNREADABLE)
		return fail(walk, path, reason, error);
	if (kind == PQ_WALK_FOLDER)
		return enter(walk, &facts, &is_new, error) &&
		       (!is_new || walk_folder(walk, path, depth + 1, error));
	/* A pipe or a device might never end; whoever wants to read one names it. */
	if (!S_ISREG(facts.st_mode))
		return fail(walk, path, "is neither a file nor a folder", error);
	return walk->visit(path, walk->context, error);
}

static bool walk_folder(struct pq_walk *walk, const char *folder, unsigned depth,
			struct pq_error *error)
{
	if (depth > PQ_WALK_DEPTH_MAX)
		return fail(walk, folder, "folders are nested too deep", error);
	struct dirent **entries;
	int count = scandir(folder, &entries, is_visible, compare_names);
	if (count < 0)
		return fail(walk, folder, strerror(errno), error);
	bool fine = true;
	for (int i = 0; i < count; i++) {
		fine = fine && walk_entry(walk, folder, entries[i], depth, error);
		free(entries[i]);
	}
	free(entries);
	return fine;
}

bool pq_walk_path(struct pq_walk *walk, const char *path, struct pq_error *error)
{
	struct stat facts;
	bool is_new, is_input = strcmp(path, "-") == 0;
	if (!is_input && stat(path, &facts) != 0)
		return fail(walk, path, strerror(errno), error);
	if (is_input || !S_ISDIR(facts.st_mode))
		return walk->visit(path, walk->context, error);
	return enter(walk, &facts, &is_new, error) &&
	       (!is_new || walk_folder(walk, path, 0, error));
}
