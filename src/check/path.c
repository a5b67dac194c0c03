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

/* The root is its own parent. */
static void leave_folder(struct check_full_path *path)
{
	size_t folder = check_path_folder(check_full_path_view(path)).length;
	path->length = folder > 0 ? folder - 1 : 0;
}

void check_full_path_add(struct check_full_path *path, struct pq_string text)
{
	struct pq_string segment;
	if (pq_string_starts_with(text, PQ_S("/")))
		path->length = 0;
	while (pq_string_split(&text, '/', &segment)) {
		if (pq_string_is(segment, ".."))
			leave_folder(path);
		else if (segment.length > 0 && !pq_string_is(segment, "."))
			add_segment(path, segment);
	}
}

void check_full_path_begin(struct check_full_path *path)
{
	char folder[PATH_MAX];
	path->length = 0;
	path->is_too_long = false;
	if (getcwd(folder, sizeof folder) != NULL)
		check_full_path_add(path, pq_string_from(folder));
}

bool check_full_path_make(struct check_full_path *path, struct pq_string text)
{
	check_full_path_begin(path);
	check_full_path_add(path, text);
	return !path->is_too_long;
}

bool check_full_path_is_work_tree(struct pq_string folder)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof path, "%.*s/.git", PQ_STRING_ARGUMENT(folder));
	return length > 0 && (size_t)length < sizeof path && access(path, F_OK) == 0;
}
