#include "check/path.h"

#include <stdio.h>
#include <unistd.h>

struct pq_string check_path_folder(struct pq_string path)
{
	const char *slash = path.length == 0 ? NULL : memrchr(path.data, '/', path.length);
	return pq_string_slice(path, 0, slash == NULL ? 0 : (size_t)(slash - path.data) + 1);
}

struct pq_string check_path_name(struct pq_string path)
{
	return pq_string_slice(path, check_path_folder(path).length, path.length);
}

static void add_segment(struct check_full_path *path, struct pq_string segment)
{
	path->is_too_long |= path->length + 1 + segment.length > sizeof path->text;
	if (path->is_too_long)
		return;
	path->text[path->length] = '/';
	memcpy(path->text + path->length + 1, segment.data, segment.length);
	path->length += 1 + segment.length;
}

struct pq_string check_full_path_parent(struct pq_string path)
{
	size_t length = check_path_folder(path).length;
	return pq_string_slice(path, 0, length > 0 ? length - 1 : 0);
}

bool check_full_path_is_in(struct pq_string path, struct pq_string folder)
{
	return pq_string_starts_with(path, folder) &&
	       (path.length == folder.length || path.data[folder.length] == '/');
}

void check_full_path_add(struct check_full_path *path, struct pq_string text)
{
	struct pq_string segment;
	if (pq_string_starts_with(text, PQ_S("/")))
		path->length = 0;
	while (pq_string_split(&text, '/', &segment)) {
		if (pq_string_is(segment, ".."))
			path->length = check_full_path_parent(check_full_path_view(path)).length;
		else if (segment.length > 0 && !pq_string_is(segment, "."))
			add_segment(path, segment);
	}
}

static bool has_repository(struct pq_string folder)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof path, "%.*s/.git", PQ_STRING_ARGUMENT(folder));
	return length > 0 && (size_t)length < sizeof path && access(path, F_OK) == 0;
}

static void find_work_tree(struct check_working_directory *directory)
{
	struct pq_string folder = check_full_path_view(&directory->path);
	while (folder.length > 0 && !has_repository(folder))
		folder = check_full_path_parent(folder);
	directory->is_in_work_tree = folder.length > 0 || has_repository(folder);
	directory->work_tree_length = folder.length;
}

void check_working_directory_init(struct check_working_directory *directory)
{
	char path[PATH_MAX];
	directory->path.length = 0;
	directory->path.is_too_long = false;
	if (getcwd(path, sizeof path) != NULL)
		check_full_path_add(&directory->path, pq_string_from(path));
	find_work_tree(directory);
}

bool check_full_path_make(struct check_full_path *path,
			  const struct check_working_directory *directory, struct pq_string text)
{
	memcpy(path->text, directory->path.text, directory->path.length);
	path->length = directory->path.length;
	path->is_too_long = directory->path.is_too_long;
	check_full_path_add(path, text);
	return !path->is_too_long;
}

bool check_is_work_tree_top(const struct check_working_directory *directory,
			    struct pq_string folder)
{
	struct pq_string top = pq_string_slice(check_full_path_view(&directory->path), 0,
					       directory->work_tree_length);
	return directory->is_in_work_tree && check_full_path_is_in(folder, top)
		       ? folder.length == top.length
		       : has_repository(folder);
}
