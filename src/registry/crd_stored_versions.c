/* status.storedVersions of a CRD beside its versions. */
#include "registry/crd_check.h"

#include "registry/name_index.h"

static struct pq_string storage_name(const struct pq_value *versions)
{
	for (size_t i = 0; versions != NULL && i < versions->length; i++) {
		const struct pq_value *storage =
			pq_value_find(&versions->items[i], PQ_S("storage"));
		if (storage != NULL && storage->boolean)
			return pq_value_find_string(&versions->items[i], PQ_S("name"));
	}
	return (struct pq_string){ 0 };
}

/* status.storedVersions as the strategy leaves it: with the first storage version. */
static struct pq_value make_stored_versions(const struct crd_check *check,
					    const struct pq_value *stored, struct pq_string storage)
{
	size_t count = stored == NULL ? 0 : stored->length;
	struct pq_value *items = pq_arena_alloc_array(check->arena, count + 1, sizeof *items);
	if (items == NULL)
		return pq_value_null();
	bool is_there = storage.data == NULL;
	for (size_t i = 0; i < count; i++) {
		items[i] = stored->items[i];
		is_there |= pq_string_equal(pq_value_string(&items[i]), storage);
	}
	if (!is_there)
		items[count++] = pq_value_from_string(storage);
	return count == 0 ? pq_value_null() : pq_value_from_items(items, count);
}

/* Each storage version must be stored. The server strikes stored versions off its list as it meets
 * them, so that a second version of the same name finds none. */
static void check_storage_versions(const struct crd_check *check, const struct pq_value *versions,
				   const struct name_index *index, const struct pq_value *stored,
				   const struct pq_path *path)
{
	struct name_index names;
	name_index_build(&names, check->arena, stored, NULL);
	for (size_t i = 0; versions != NULL && i < versions->length; i++) {
		const struct pq_value *version = &versions->items[i];
		const struct pq_value *storage = pq_value_find(version, PQ_S("storage"));
		struct pq_string name = pq_value_find_string(version, PQ_S("name"));
		if (storage == NULL || !storage->boolean ||
		    (name_index_find(&names, name) != NULL &&
		     name_index_find(index, name) == version))
			continue;
		struct pq_string detail =
			pq_arena_format(check->arena, "must have the storage version %.*s",
					PQ_STRING_ARGUMENT(name));
		finding_add_invalid_typed(check->findings, path, stored, detail);
	}
}

static void check_stored_version(const struct crd_check *check, const struct pq_value *stored,
				 const struct pq_path *path)
{
	struct pq_string name = pq_value_string(stored);
	struct pq_string detail = pq_arena_format(
		check->arena,
		"missing from spec.versions; %.*s was previously a storage version, and must "
		"remain in spec.versions until a storage migration ensures no data remains "
		"persisted in %.*s and removes %.*s from status.storedVersions",
		PQ_STRING_ARGUMENT(name), PQ_STRING_ARGUMENT(name), PQ_STRING_ARGUMENT(name));
	finding_add_invalid_typed(check->findings, path, stored, detail);
}

void crd_check_stored_versions(const struct crd_check *check, const struct pq_value *crd)
{
	const struct pq_path status = pq_path_property(NULL, PQ_S("status"));
	const struct pq_path path = pq_path_property(&status, PQ_S("storedVersions"));
	const struct pq_value *versions = pq_value_find_path(crd, 2, "spec", "versions");
	const struct pq_value *before =
		check->old == NULL ? NULL
				   : pq_value_find_path(check->old, 2, "status", "storedVersions");
	const struct pq_value stored = make_stored_versions(check, before, storage_name(versions));
	if (stored.kind == PQ_NULL) {
		finding_add_invalid_typed(check->findings, &path, &stored,
					  PQ_S("must have at least one stored version"));
		return;
	}
	struct name_index index;
	name_index_build(&index, check->arena, versions, "name");
	check_storage_versions(check, versions, &index, &stored, &path);
	for (size_t i = 0; i < stored.length; i++) {
		struct pq_path step = pq_path_index(&path, i);
		if (name_index_find(&index, pq_value_string(&stored.items[i])) == NULL)
			check_stored_version(check, &stored.items[i], &step);
	}
}
