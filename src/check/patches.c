#include "check/patches.h"

void check_patches_init(struct check_patches *patches,
			const struct check_working_directory *working_directory)
{
	pq_map_init(&patches->files);
	patches->working_directory = working_directory;
}

void check_patches_done(struct check_patches *patches)
{
	pq_map_done(&patches->files);
}

static bool add_file(struct check_patches *patches, struct pq_string kustomization,
		     struct pq_string patch)
{
	struct check_full_path path;
	if (check_full_path_make(&path, patches->working_directory,
				 check_path_folder(kustomization)))
		check_full_path_add(&path, patch);
	return path.is_too_long ||
	       pq_map_put(&patches->files, check_full_path_view(&path), patches, NULL);
}

/* Each item is a path, has one, or is a patch itself. */
static bool add_list(struct check_patches *patches, struct pq_string kustomization,
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

bool check_patches_add(struct check_patches *patches, struct pq_string file,
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

bool check_patches_have(const struct check_patches *patches, struct pq_string file)
{
	struct check_full_path path;
	return patches->files.count > 0 &&
	       check_full_path_make(&path, patches->working_directory, file) &&
	       pq_map_find(&patches->files, check_full_path_view(&path)) != NULL;
}
