#include "base/walk.h"

#include "base/buffer.h"

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

/* What a folder holds, in few bytes: it may be very many. */
struct listing {
	struct pq_buffer bytes; /* of each entry a byte for its type, its name, a NUL */
	uint32_t *entries;      /* where each begins in bytes, in the order of their names */
	size_t count;
};

static void listing_done(struct listing *listing)
{
	pq_buffer_done(&listing->bytes);
	free(listing->entries);
}

static unsigned char type_of(const struct listing *listing, size_t index)
{
	return (unsigned char)listing->bytes.data[listing->entries[index]];
}

static const char *name_of(const struct listing *listing, size_t index)
{
	return listing->bytes.data + listing->entries[index] + 1;
}

static int compare_names(const void *a, const void *b, void *bytes)
{
	const char *const names = (const char *)bytes + 1;
	return strcmp(names + *(const uint32_t *)a, names + *(const uint32_t *)b);
}

static bool add_names(struct listing *listing, DIR *folder)
{
	const struct dirent *entry;
	while (errno = 0, (entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		pq_buffer_append_byte(&listing->bytes, (char)entry->d_type);
		pq_buffer_append(&listing->bytes, entry->d_name, strlen(entry->d_name) + 1);
		listing->count++;
	}
	if (errno == 0 && pq_buffer_failed(&listing->bytes))
		errno = ENOMEM;
	return errno == 0;
}

static bool sort_names(struct listing *listing)
{
	listing->entries = malloc(listing->count * sizeof *listing->entries);
	if (listing->entries == NULL)
		return listing->count == 0;
	for (size_t i = 0, offset = 0; i < listing->count; i++) {
		listing->entries[i] = (uint32_t)offset;
		offset += 1 + strlen(listing->bytes.data + offset + 1) + 1;
	}
	qsort_r(listing->entries, listing->count, sizeof *listing->entries, compare_names,
		listing->bytes.data);
	return true;
}

/* On failure errno is set. */
static bool listing_read(struct listing *listing, const char *path)
{
	DIR *folder = opendir(path);
	if (folder == NULL)
		return false;
	bool fine = add_names(listing, folder);
	int reason = errno;
	closedir(folder);
	errno = reason;
	return fine && sort_names(listing);
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
static enum pq_walk_kind find_kind(const char *path, unsigned char type, struct stat *facts)
{
	facts->st_mode = DTTOIF(type);
	if (type != DT_REG && stat(path, facts) != 0)
		return PQ_WALK_UNREADABLE;
	return S_ISDIR(facts->st_mode) ? PQ_WALK_FOLDER : PQ_WALK_FILE;
}

static bool walk_entry(struct pq_walk *walk, const char *folder, const char *name,
		       unsigned char type, unsigned depth, struct pq_error *error)
{
	char path[PATH_MAX];
	struct stat facts;
	bool is_new, ends_in_slash = pq_string_ends_with(pq_string_from(folder), PQ_S("/"));
	if ((size_t)snprintf(path, sizeof path, "%s%s%s", folder, ends_in_slash ? "" : "/", name) >=
	    sizeof path)
		return fail(walk, folder, strerror(ENAMETOOLONG), error);
	enum pq_walk_kind kind = find_kind(path, type, &facts);
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
	PQ_CLEANUP(listing_done) struct listing listing = { 0 };
	pq_buffer_init(&listing.bytes, UINT32_MAX);
	if (!listing_read(&listing, folder))
		return fail(walk, folder, strerror(errno), error);
	bool fine = true;
	for (size_t i = 0; fine && i < listing.count; i++)
		fine = walk_entry(walk, folder, name_of(&listing, i), type_of(&listing, i), depth,
				  error);
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
