#include "check/patches.h"

void check_patches_init(struct check_patches *patches,
			const struct check_working_directory *working_directory)
{
	pq_map_init(&patches->files);
	pq_map_init(&patches->resources);
	patches->working_directory = working_directory;
}

void check_patches_done(struct check_patches *patches)
{
	pq_map_done(&patches->files);
	pq_map_done(&patches->resources);
}

/* Adds what an item names: it is a path, has one, or is a patch itself. The folder is that of the
 * kustomization. */
static bool add_item(struct check_patches *patches, struct pq_string folder,
		     const struct pq_value *item, bool is_patch)
{
	struct pq_string named = item->kind == PQ_STRING ? pq_value_string(item)
							 : pq_value_find_string(item, PQ_S("path"));
	struct check_full_path path = { .length = folder.length };
	memcpy(path.text, folder.data, folder.length);
	check_full_path_add(&path, named);
	struct pq_string text = check_full_path_view(&path);
	if (named.length == 0 || path.is_too_long ||
	    (is_patch && !check_full_path_is_in(text, folder)))
		return true;
	return pq_map_put(is_patch ? &patches->files : &patches->resources, text, patches, NULL);
}

static const struct {
	const char *key;
	bool is_of_patches;
} lists[] = {
	{ "patches", true },         { "patchesStrategicMerge", true },
	{ "patchesJson6902", true }, { "resources", false },
	{ "bases", false },          { "components", false },
	{ "crds", false },
};

bool check_patches_add(struct check_patches *patches, struct pq_string file,
		       const struct pq_value *kustomization)
{
	struct check_full_path folder;
	if (!check_full_path_make(&folder, patches->working_directory, check_path_folder(file)))
		return true;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		const struct pq_value *list =
			pq_value_find(kustomization, pq_string_from(lists[i].key));
		for (size_t j = 0; list != NULL && list->kind == PQ_ARRAY && j < list->length;
		     j++) {
			if (!add_item(patches, check_full_path_view(&folder), &list->items[j],
				      lists[i].is_of_patches))
				return false;
		}
	}
	return true;
}

bool check_patches_have(const struct check_patches *patches, struct pq_string file)
{
	struct check_full_path path;
	return patches->files.count > 0 &&
	       check_full_path_make(&path, patches->working_directory, file) &&
	       pq_map_find(&patches->files, check_full_path_view(&path)) != NULL &&
	       pq_map_find(&patches->resources, check_full_path_view(&path)) == NULL;
}
