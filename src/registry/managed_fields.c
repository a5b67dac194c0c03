#include "registry/managed_fields.h"

#include "base/integer.h"
#include "formats/names.h"
#include "json/read.h"

#include <stdlib.h>

enum {
	MANAGERS_MAX = 10, /* that update; DefaultMaxUpdateManagers */
	ENTRIES_MAX = 2 * MANAGERS_MAX,
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

/* Whether the server can read the entry and goes on with it. */
static bool read_entry(struct pq_arena *arena, const struct pq_crd *crd,
		       const struct pq_value *entry)
{
	bool has_any;
	struct pq_string operation = text_of(entry, "operation");
	struct pq_string api_version = text_of(entry, "apiVersion");
	return (pq_string_is(operation, "Apply") || pq_string_is(operation, "Update")) &&
	       pq_string_is(text_of(entry, "fieldsType"), "FieldsV1") &&
	       pq_string_equal(pq_names_group_of(api_version), crd->group) &&
	       pq_crd_find_version(crd, pq_names_version_of(api_version)) != NULL &&
	       read_fields(arena, pq_value_find(entry, PQ_S("fieldsV1")), 0, &has_any);
}

static bool has_fields(struct pq_arena *arena, const struct pq_value *entry)
{
	bool has_any;
	return read_fields(arena, pq_value_find(entry, PQ_S("fieldsV1")), 0, &has_any) && has_any;
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

/* What is kept of sent, in order; their count, or 0 when the server goes on without them. */
static uint32_t keep(struct pq_arena *arena, const struct pq_crd *crd, const struct pq_value *sent,
		     struct pq_value kept[ENTRIES_MAX])
{
	uint32_t count = 0, with_fields = 0, updates = 0;
	for (uint32_t i = 0; i < sent->length; i++) {
		if (count == ENTRIES_MAX || !read_entry(arena, crd, &sent->items[i]))
			return 0;
		put_entry(kept, &count, &sent->items[i]);
	}
	for (uint32_t i = 0; i < count; i++) {
		if (!has_fields(arena, &kept[i]))
			continue;
		updates += pq_string_is(text_of(&kept[i], "operation"), "Update");
		kept[with_fields++] = kept[i];
	}
	qsort(kept, with_fields, sizeof kept[0], compare_entries);
	return updates > MANAGERS_MAX ? 0 : with_fields;
}

bool managed_fields_lay(struct pq_arena *arena, const struct pq_crd *crd,
			const struct pq_value *metadata, const struct pq_value *sent,
			struct pq_value *result)
{
	struct pq_value kept[ENTRIES_MAX];
	*result = *metadata;
	uint32_t count = sent == NULL || sent->kind != PQ_ARRAY ? 0 : keep(arena, crd, sent, kept);
	if (pq_arena_is_exhausted(arena) || count == 0)
		return !pq_arena_is_exhausted(arena);
	struct pq_value *items = pq_arena_alloc_array(arena, count, sizeof *items);
	if (items == NULL)
		return false;
	memcpy(items, kept, count * sizeof *items);
	struct pq_value list = pq_value_from_items(items, count);
	return pq_value_with_member(arena, metadata, PQ_S("managedFields"), &list, result);
}
