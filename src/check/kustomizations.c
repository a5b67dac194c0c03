#include "check/kustomizations.h"

#include "base/file.h"
#include "check/classify.h"
#include "check/read.h"

#include <stdio.h>

enum { KUSTOMIZATION_MEMORY_MAX = 16 << 20 }; /* bytes that reading one may take */

static bool is_input(const struct pq_map *inputs, const char *path)
{
	return pq_map_find(inputs, pq_string_from(path)) != NULL;
}

static bool read_one(const char *path, struct check_patches *patches)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_buffer text;
	struct pq_value value;
	struct pq_error unreadable;
	pq_arena_init(&arena, KUSTOMIZATION_MEMORY_MAX);
	pq_buffer_init_in(&text, &arena, KUSTOMIZATION_MEMORY_MAX);
	return !pq_file_read_regular(path, &text, &unreadable) ||
	       !check_read_first(&arena, pq_buffer_view(&text), &value, &unreadable) ||
	       !check_is_kustomization(pq_string_from(path), &value) ||
	       check_patches_add(patches, pq_string_from(path), &value);
}

static bool read_folder(struct pq_string folder, const struct pq_map *inputs,
			struct check_patches *patches)
{
	char path[PATH_MAX];
	for (size_t i = 0; i < CHECK_KUSTOMIZATION_NAMES; i++) {
		int length = snprintf(path, sizeof path, "%.*s/%s", PQ_STRING_ARGUMENT(folder),
				      check_kustomization_names[i]);
		if (length > 0 && (size_t)length < sizeof path && !is_input(inputs, path) &&
		    !read_one(path, patches))
			return false;
	}
	return true;
}

/* Of all folders from one up to the top. A folder that was seen has been left upwards, too. */
static bool read_upwards(struct pq_string folder, const struct pq_map *inputs, struct pq_map *seen,
			 struct check_patches *patches)
{
	while (pq_map_find(seen, folder) == NULL) {
		if (!pq_map_put(seen, folder, seen, NULL) || !read_folder(folder, inputs, patches))
			return false;
		if (!check_is_work_tree_top(patches->working_directory, folder))
			folder = check_full_path_parent(folder);
	}
	return true;
}

static bool find_inputs(const struct check_inputs *inputs, struct pq_map *found)
{
	struct check_full_path path;
	for (size_t i = 0; i < inputs->count; i++) {
		struct pq_string text = pq_string_from(inputs->items[i].path);
		if (check_has_kustomization_name(text) &&
		    check_full_path_make(&path, inputs->working_directory, text) &&
		    !pq_map_put(found, check_full_path_view(&path), found, NULL))
			return false;
	}
	return true;
}

bool check_kustomizations_find(const struct check_inputs *inputs, struct check_patches *patches)
{
	pq_cleanup_map struct pq_map found, seen;
	pq_map_init(&found);
	pq_map_init(&seen);
	if (!find_inputs(inputs, &found))
		return false;
	for (size_t i = 0; i < inputs->count; i++) {
		const struct check_input *input = &inputs->items[i];
		struct check_full_path path;
		if (input->state == CHECK_INPUT_FILE && input->spool < 0 &&
		    check_full_path_make(&path, inputs->working_directory,
					 pq_string_from(input->path)) &&
		    !read_upwards(check_full_path_parent(check_full_path_view(&path)), &found,
				  &seen, patches))
			return false;
	}
	return true;
}
