/* ObjectMeta as a Go type, and what its round trip does (k8s.io/apimachinery, meta/v1/types.go). */
#include "registry/object_meta.h"

#include "registry/typed.h"
#include "json/write.h"

#include <errno.h>
#include <stdlib.h>

static const struct pq_typed uid = { .kind = PQ_TYPED_STRING, .name = "types.UID" };
static const struct pq_typed managed_operation = { .kind = PQ_TYPED_STRING,
						   .name = "v1.ManagedFieldsOperationType" };

static const struct pq_typed owner_reference = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.OwnerReference",
	.struct_name = "OwnerReference",
	.fields =
		(const struct pq_typed_field[]){
			{ "apiVersion", &pq_typed_string, PQ_TYPED_ALWAYS },
			{ "kind", &pq_typed_string, PQ_TYPED_ALWAYS },
			{ "name", &pq_typed_string, PQ_TYPED_ALWAYS },
			{ "uid", &uid, PQ_TYPED_ALWAYS },
			{ "controller", &pq_typed_boolean, PQ_TYPED_POINTER },
			{ "blockOwnerDeletion", &pq_typed_boolean, PQ_TYPED_POINTER },
			{ 0 },
		},
};

static const struct pq_typed owner_references = { .kind = PQ_TYPED_LIST,
						  .name = "[]v1.OwnerReference",
						  .element = &owner_reference };

static const struct pq_typed managed_fields_entry = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.ManagedFieldsEntry",
	.struct_name = "ManagedFieldsEntry",
	.fields =
		(const struct pq_typed_field[]){
			{ "manager", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "operation", &managed_operation, PQ_TYPED_OMIT_EMPTY },
			{ "apiVersion", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "time", &pq_typed_time, PQ_TYPED_OMIT_EMPTY },
			{ "fieldsType", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "fieldsV1", &pq_typed_raw, PQ_TYPED_POINTER },
			{ "subresource", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ 0 },
		},
};

static const struct pq_typed managed_fields = { .kind = PQ_TYPED_LIST,
						.name = "[]v1.ManagedFieldsEntry",
						.element = &managed_fields_entry };

const struct pq_typed pq_typed_object_meta = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.ObjectMeta",
	.struct_name = "ObjectMeta",
	.fields =
		(const struct pq_typed_field[]){
			{ "name", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "generateName", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "namespace", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "selfLink", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "uid", &uid, PQ_TYPED_OMIT_EMPTY },
			{ "resourceVersion", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "generation", &pq_typed_int64, PQ_TYPED_OMIT_EMPTY },
			{ "creationTimestamp", &pq_typed_time, PQ_TYPED_OMIT_EMPTY },
			{ "deletionTimestamp", &pq_typed_time, PQ_TYPED_POINTER },
			{ "deletionGracePeriodSeconds", &pq_typed_int64, PQ_TYPED_POINTER },
			{ "labels", &pq_typed_string_map, PQ_TYPED_OMIT_EMPTY },
			{ "annotations", &pq_typed_string_map, PQ_TYPED_OMIT_EMPTY },
			{ "ownerReferences", &owner_references, PQ_TYPED_OMIT_EMPTY },
			{ "finalizers", &pq_typed_string_list, PQ_TYPED_OMIT_EMPTY },
			{ "managedFields", &managed_fields, PQ_TYPED_OMIT_EMPTY },
			{ 0 },
		},
};

static int compare_members(const void *a, const void *b)
{
	const struct pq_member *left = a, *right = b;
	return pq_string_compare(left->key, right->key);
}

/* Metadata, a list in it, an object in that, and what it holds. */
enum { TYPED_LEVELS = 4 };

/* The server decodes metadata from a Go map written out, so its keys come sorted, and with them
 * which error is the first. */
static bool sort_members(struct pq_arena *arena, const struct pq_value *value, unsigned levels,
			 struct pq_value *sorted)
{
	*sorted = *value;
	if (levels == 0 || !pq_value_is_container(value))
		return true;
	if (value->kind == PQ_ARRAY) {
		struct pq_value *items = pq_arena_alloc_array(arena, value->length, sizeof *items);
		for (size_t i = 0; items != NULL && i < value->length; i++) {
			if (!sort_members(arena, &value->items[i], levels - 1, &items[i]))
				return false;
		}
		*sorted = pq_value_from_items(items, value->length);
		sorted->offset = value->offset;
		return items != NULL;
	}
	size_t count = value->object->count;
	struct pq_member *members = pq_arena_alloc_array(arena, count, sizeof *members);
	if (members == NULL)
		return false;
	memcpy(members, value->object->members, count * sizeof *members);
	qsort(members, count, sizeof *members, compare_members);
	for (size_t i = 0; i < count; i++) {
		const struct pq_value below = members[i].value;
		if (!sort_members(arena, &below, levels - 1, &members[i].value))
			return false;
	}
	if (!pq_value_from_members(arena, members, count, sorted))
		return false;
	sorted->offset = value->offset;
	return true;
}

/* Go passes metadata through JSON once more: a whole double is written like an integer, by its
 * shortest digits, and may be read as one then. */
static bool read_whole_number(struct pq_arena *arena, const struct pq_value *value,
			      int64_t *integer)
{
	struct pq_buffer text;
	char *end;
	pq_buffer_init_in(&text, arena, 0);
	pq_json_write_double(&text, value->number);
	pq_buffer_append_byte(&text, '\0');
	if (pq_buffer_failed(&text))
		return false;
	errno = 0;
	*integer = strtoll(text.data, &end, 10);
	return errno == 0 && *end == '\0';
}

static bool read_whole_numbers(struct pq_arena *arena, struct pq_value *metadata)
{
	static const struct pq_string keys[] = { PQ_LITERAL("generation"),
						 PQ_LITERAL("deletionGracePeriodSeconds") };
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const struct pq_value *value = pq_value_find(metadata, keys[i]);
		int64_t number;
		if (value == NULL || value->kind != PQ_DOUBLE ||
		    !read_whole_number(arena, value, &number))
			continue;
		struct pq_value integer = pq_value_from_integer(number);
		integer.offset = value->offset;
		if (!pq_value_with_member(arena, metadata, keys[i], &integer, metadata))
			return false;
	}
	return true;
}

static bool read_sorted(struct pq_arena *arena, const struct pq_value *metadata, unsigned levels,
			const struct pq_path *path, struct pq_findings *unknown,
			struct pq_value *result, struct pq_typed_refusal *refusal)
{
	struct pq_value sorted;
	if (!sort_members(arena, metadata, levels, &sorted) ||
	    !read_whole_numbers(arena, &sorted)) {
		*refusal = (struct pq_typed_refusal){ PQ_S("the object takes too much memory"),
						      PQ_OFFSET_NONE };
		return false;
	}
	return pq_typed_read(arena, &pq_typed_object_meta, &sorted, path, NULL, unknown, result,
			     refusal);
}

/* What is below the first level only matters for which of several errors is told. */
bool pq_object_meta_coerce(struct pq_arena *arena, const struct pq_value *metadata,
			   const struct pq_path *path, struct pq_findings *unknown,
			   struct pq_value *result, struct pq_typed_refusal *refusal)
{
	if (metadata->kind != PQ_NULL)
		return read_sorted(arena, metadata, 1, path, unknown, result, refusal) ||
		       (!pq_arena_is_exhausted(arena) &&
			read_sorted(arena, metadata, TYPED_LEVELS, path, NULL, result, refusal));
	struct pq_value empty;
	if (!pq_value_from_members(arena, NULL, 0, &empty)) {
		*refusal = (struct pq_typed_refusal){ PQ_S("the object takes too much memory"),
						      PQ_OFFSET_NONE };
		return false;
	}
	*result = empty;
	return true;
}
