#include "registry/managed_fields.h"

#include "base/integer.h"
#include "formats/names.h"
#include "json/read.h"

#include <stdlib.h>

enum {
	MANAGERS_MAX = 10,       /* that update; DefaultMaxUpdateManagers */
	FIELDS_DEPTH_MAX = 1000, /* of a set of fields; a deeper one cannot be read here */
};

static struct pq_string text_of(const struct pq_value *entry, const char *key)
{
	return pq_value_find_string(entry, pq_string_from(key));
}

static bool is_json(struct pq_arena *arena, struct pq_string text, bool is_object)
{
	struct pq_value value;
	struct pq_error error;
	return pq_json_read(arena, text, NULL, &value, &error) &&
	       (!is_object || value.kind == PQ_OBJECT);
}

/* One step of a path, such as "f:spec": *is_known tells whether anybody knows its kind. */
static bool is_step(struct pq_arena *arena, struct pq_string key, bool *is_known)
{
	int64_t number;
	*is_known = true;
	if (key.length < 2 || key.data[1] != ':')
		return false;
	struct pq_string rest = pq_string_slice(key, 2, key.length);
	switch (key.data[0]) {
	case 'f':
		return true;
	case 'v':
		return is_json(arena, rest, false);
	case 'k':
		return is_json(arena, rest, true);
	case 'i':
		return pq_integer_read(rest, &number) == NULL;
	default:
		*is_known = false;
		return true;
	}
}

/* Whether a set of fields can be read (fieldpath.Set.FromJSON), and whether it has any. */
static bool read_fields(struct pq_arena *arena, const struct pq_value *fields, unsigned depth,
			bool *has_any)
{
	*has_any = false;
	if (fields == NULL || fields->kind == PQ_NULL)
		return true;
	if (fields->kind != PQ_OBJECT || depth == FIELDS_DEPTH_MAX)
		return false;
	for (uint32_t i = 0; i < fields->object->count; i++) {
		const struct pq_member *member = &fields->object->members[i];
		bool is_known, ignored;
		if (pq_string_is(member->key, "."))
			continue;
		if (!is_step(arena, member->key, &is_known) ||
		    (is_known && !read_fields(arena, &member->value, depth + 1, &ignored)))
			return false;
		*has_any |= is_known;
	}
	return true;
}

/* Whether the entry can be read; *is_kept, whether it then has fields of a version of the kind. */
static bool read_entry(struct pq_arena *arena, const struct pq_crd *crd,
		       const struct pq_value *entry, bool *is_kept)
{
	struct pq_string operation = text_of(entry, "operation");
	struct pq_string api_version = text_of(entry, "apiVersion");
	if ((!pq_string_is(operation, "Apply") && !pq_string_is(operation, "Update")) ||
	    api_version.length == 0 || !pq_string_is(text_of(entry, "fieldsType"), "FieldsV1") ||
	    !read_fields(arena, pq_value_find(entry, PQ_S("fieldsV1")), 0, is_kept))
		return false;
	*is_kept = *is_kept && pq_string_equal(pq_names_group_of(api_version), crd->group) &&
		   pq_crd_find_version(crd, pq_names_version_of(api_version)) != NULL;
	return true;
}

/* Entries of one manager follow each other; what it applied is of whatever version. */
static int compare_managers(const struct pq_value *a, const struct pq_value *b)
{
	static const char *const keys[] = { "manager", "apiVersion", "subresource" };
	bool is_apply = pq_string_is(text_of(a, "operation"), "Apply");
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		int order = pq_string_compare(text_of(a, keys[i]), text_of(b, keys[i]));
		if (order != 0 && !(is_apply && i == 1))
			return order;
	}
	return 0;
}

/* sortEncodedManagedFields; a time that is absent comes first. */
static int compare_entries(const void *left, const void *right)
{
	const struct pq_value *a = left, *b = right;
	int order = pq_string_compare(text_of(a, "operation"), text_of(b, "operation"));
	if (order == 0)
		order = pq_string_compare(text_of(a, "time"), text_of(b, "time"));
	return order != 0 ? order : compare_managers(a, b);
}

/* Puts an entry behind the others, or in the place of one of the same manager. */
static void put_entry(struct pq_value *kept, uint32_t *count, const struct pq_value *entry)
{
	for (uint32_t i = 0; i < *count; i++) {
		if (pq_string_equal(text_of(&kept[i], "operation"), text_of(entry, "operation")) &&
		    compare_managers(&kept[i], entry) == 0) {
			kept[i] = *entry;
			return;
		}
	}
	kept[(*count)++] = *entry;
}

bool managed_fields_lay(struct pq_arena *arena, const struct pq_crd *crd,
			const struct pq_value *metadata, const struct pq_value *sent,
			struct pq_value *result)
{
	struct pq_value kept[2 * MANAGERS_MAX], *items;
	uint32_t count = 0, updates = 0;
	*result = *metadata;
	if (sent == NULL || sent->kind != PQ_ARRAY)
		return true;
	for (uint32_t i = 0; i < sent->length; i++) {
		bool is_kept;
		if (count == 2 * MANAGERS_MAX || !read_entry(arena, crd, &sent->items[i], &is_kept))
			return !pq_arena_is_exhausted(arena);
		if (is_kept)
			put_entry(kept, &count, &sent->items[i]);
	}
	for (uint32_t i = 0; i < count; i++)
		updates += pq_string_is(text_of(&kept[i], "operation"), "Update");
	if (count == 0 || updates > MANAGERS_MAX)
		return true;
	qsort(kept, count, sizeof kept[0], compare_entries);
	items = pq_arena_alloc_array(arena, count, sizeof *items);
	if (items == NULL)
		return false;
	memcpy(items, kept, count * sizeof *items);
	struct pq_value list = pq_value_from_items(items, count);
	return pq_value_with_member(arena, metadata, PQ_S("managedFields"), &list, result);
}
