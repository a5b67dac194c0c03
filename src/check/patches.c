#include "check/patches.h"

#include "check/path.h"

#include <limits.h>

/* A path that is put together of segments. */
struct plain_path {
	char text[PATH_MAX];
	size_t length;
	bool is_too_long;
};

static struct pq_string view(const struct plain_path *path)
{
	return (struct pq_string){ .data = path->text, .length = path->length };
}

static void add_segment(struct plain_path *path, struct pq_string segment)
{
	size_t slash = path->length > 0;
	path->is_too_long |= path->length + slash + segment.length > sizeof path->text;
	if (path->is_too_long)
		return;
	memcpy(path->text + path->length, "/", slash);
	memcpy(path->text + path->length + slash, segment.data, segment.length);
	path->length += slash + segment.length;
}

/* Goes up a folder, but not beyond the root; false when there is none to leave. */
static bool leave_folder(struct plain_path *path)
{
	struct pq_string folder = check_path_folder(view(path));
	struct pq_string last = pq_string_slice(view(path), folder.length, path->length);
	if (last.length == 0)
		return path->length > 0;
	if (pq_string_is(last, ".."))
		return false;
	path->length = folder.length > 0 ? folder.length - 1 : 0;
	return true;
}

/* A path that begins at the root keeps its first, empty segment as "/". */
static void add_path(struct plain_path *path, struct pq_string text)
{
	struct pq_string segment;
	if (pq_string_starts_with(text, PQ_S("/"))) {
		path->length = 0;
		add_segment(path, PQ_S("/"));
	}
	while (pq_string_split(&text, '/', &segment)) {
		if (segment.length == 0 || pq_string_is(segment, ".") ||
		    (pq_string_is(segment, "..") && leave_folder(path)))
			continue;
		add_segment(path, segment);
	}
}

static bool add_file(struct pq_map *patches, struct pq_string kustomization, struct pq_string patch)
{
	struct plain_path path = { .length = 0 };
	add_path(&path, check_path_folder(kustomization));
	add_path(&path, patch);
	return path.is_too_long || pq_map_put(patches, view(&path), patches, NULL);
}

/* Each item is a path, has one, or is a patch itself. */
static bool add_list(struct pq_map *patches, struct pq_string kustomization,
		     const struct pq_value *list)
{
	for (size_t i = 0; list != NULL && list->kind == PQ_ARRAY && i < list->length; i++) {
		const struct pq_value *item = &list->items[i];
		struct pq_string path = item->kind == PQ_STRING
						? pq_value_string(item)
						: pq_value_find_string(item, PQ_S("path"));
		if (path.length > 0 && !add_file(patches, kustomization, path))
			return false;
	}
	return true;
}

bool check_patches_add(struct pq_map *patches, struct pq_string file,
		       const struct pq_value *kustomization)
{
	static const char *const lists[] = { "patches", "patchesStrategicMerge",
					     "patchesJson6902" };
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		if (!add_list(patches, file,
			      pq_value_find(kustomization, pq_string_from(lists[i]))))
			return false;
	}
	return true;
}

bool check_patches_have(const struct pq_map *patches, struct pq_string file)
{
	struct plain_path path = { .length = 0 };
	if (patches->count == 0)
		return false;
	add_path(&path, file);
	return !path.is_too_long && pq_map_find(patches, view(&path)) != NULL;
}
