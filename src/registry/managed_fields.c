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

/* Without memory to tell, it is. */
static bool is_json(struct pq_arena *arena, struct pq_string text, bool is_object)
{
	struct pq_value value;
	struct pq_error error;
	if (!pq_json_read(arena, text, NULL, &value, &error))
		return error.code != PQ_ERROR_INVALID;
	return !is_object || value.kind == PQ_OBJECT;
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
	if (fields->kind != PQ_OBJECT)
		return false;
	if (depth == FIELDS_DEPTH_MAX)
		return true;
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

/* One of those that were sent. */
struct entry {
	const struct pq_value *value;
	bool is_apply;
	bool has_fields;
};

/* False when the server cannot read it. */
static bool read_entry(struct pq_arena *arena, const struct pq_crd *crd,
		       const struct pq_value *value, struct entry *entry)
{
	struct pq_string operation = text_of(value, "operation");
	struct pq_string api_version = text_of(value, "apiVersion");
	entry->value = value;
	entry->is_apply = pq_string_is(operation, "Apply");
	return (entry->is_apply || pq_string_is(operation, "Update")) &&
	       pq_string_is(text_of(value, "fieldsType"), "FieldsV1") &&
	       pq_string_equal(pq_names_group_of(api_version), crd->group) &&
	       pq_crd_find_version(crd, pq_names_version_of(api_version)) != NULL &&
	       read_fields(arena, pq_value_find(value, PQ_S("fieldsV1")), 0, &entry->has_fields);
}

static int compare_texts(const struct entry *a, const struct entry *b, const char *key)
{
	return pq_string_compare(text_of(a->value, key), text_of(b->value, key));
}

/* What a manager applies is of whatever version (BuildManagerIdentifier). */
static int compare_managers(const struct entry *a, const struct entry *b)
{
	if (a->is_apply != b->is_apply)
		return a->is_apply ? -1 : 1;
	int order = compare_texts(a, b, "manager");
	if (order == 0)
		order = compare_texts(a, b, "subresource");
	return order != 0 || a->is_apply ? order : compare_texts(a, b, "apiVersion");
}

/* Entries of one manager follow each other as they were sent. */
static int compare_for_merge(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = compare_managers(a, b);
	return order != 0 ? order : (a->value > b->value) - (a->value < b->value);
}

static struct pq_string time_of(const struct entry *entry)
{
	struct pq_string time = text_of(entry->value, "time");
	return time.length > 0 ? time : PQ_S("1970-01-01T00:00:00Z");
}

/* sortEncodedManagedFields */
static int compare_as_written(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	if (a->is_apply != b->is_apply)
		return a->is_apply ? -1 : 1;
	int order = pq_string_compare(time_of(a), time_of(b));
	if (order == 0)
		order = compare_texts(a, b, "manager");
	if (order == 0)
		order = compare_texts(a, b, "apiVersion");
	return order != 0 ? order : compare_texts(a, b, "subresource");
}

/* Leaves of each manager the last entry, if it has fields, in the server's order; their count. */
static uint32_t merge(struct entry *entries, uint32_t count)
{
	uint32_t kept = 0, applied = 0;
	qsort(entries, count, sizeof *entries, compare_for_merge);
	for (uint32_t i = 0; i < count; i++) {
		bool is_last =
			i + 1 == count || compare_managers(&entries[i], &entries[i + 1]) != 0;
		if (!is_last || !entries[i].has_fields)
			continue;
		applied += entries[i].is_apply;
		entries[kept++] = entries[i];
	}
	qsort(entries, kept, sizeof *entries, compare_as_written);
	return kept - applied > MANAGERS_MAX ? applied : kept;
}

bool managed_fields_lay(struct pq_arena *arena, const struct pq_crd *crd,
			const struct pq_value *metadata, const struct pq_value *sent,
			struct pq_value *result)
{
	*result = *metadata;
	if (sent == NULL || sent->kind != PQ_ARRAY || sent->length == 0)
		return true;
	struct entry *entries = pq_arena_alloc_array(arena, sent->length, sizeof *entries);
	struct pq_value *items = pq_arena_alloc_array(arena, sent->length, sizeof *items);
	if (entries == NULL || items == NULL)
		return false;
	for (uint32_t i = 0; i < sent->length; i++) {
		if (!read_entry(arena, crd, &sent->items[i], &entries[i]))
			return !pq_arena_is_exhausted(arena);
	}
	uint32_t count = merge(entries, sent->length);
	for (uint32_t i = 0; i < count; i++)
		items[i] = *entries[i].value;
	struct pq_value list = pq_value_from_items(items, count);
	return !pq_arena_is_exhausted(arena) &&
	       (count == 0 ||
		pq_value_with_member(arena, metadata, PQ_S("managedFields"), &list, result));
}
