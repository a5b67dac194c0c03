#include "conversion/kept.h"

#include "json/read.h"
#include "json/write.h"

static const struct pq_string metadata_key = PQ_LITERAL("metadata");
static const struct pq_string annotations_key = PQ_LITERAL("annotations");
static const struct pq_string key = PQ_LITERAL(PQ_CONVERSION_ANNOTATION);

bool kept_read(struct pq_arena *arena, const struct pq_value *object, struct pq_value *kept)
{
	const struct pq_value *annotations =
		pq_value_find(pq_value_find(object, metadata_key), annotations_key);
	struct pq_string text = pq_value_find_string(annotations, key);
	struct pq_error error;
	if (text.length > 0 && pq_json_read(arena, text, NULL, kept, &error) &&
	    kept->kind == PQ_OBJECT)
		return true;
	return !pq_arena_is_exhausted(arena) && pq_value_from_members(arena, NULL, 0, kept);
}

static bool fail_exhausted(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_TOO_LARGE,
			    "the conversion needs more memory than a request may use");
}

static bool check_size(const struct pq_value *annotations, struct pq_error *error)
{
	size_t size = 0;
	for (size_t i = 0; i < annotations->object->count; i++) {
		const struct pq_member *member = &annotations->object->members[i];
		size += member->key.length +
			(member->value.kind == PQ_STRING ? member->value.length : 0);
	}
	return size <= PQ_CONVERSION_ANNOTATIONS_MAX ||
	       pq_error_set(error, PQ_ERROR_TOO_LARGE,
			    "what the other version has no field for would make the annotations "
			    "%zu bytes long, and an object may have %d: give these fields a home "
			    "in that version",
			    size, PQ_CONVERSION_ANNOTATIONS_MAX);
}

/* Puts the annotations back, or takes them away with the last one. */
static bool set_annotations(struct pq_arena *arena, const struct pq_value *object,
			    const struct pq_value *annotations, struct pq_value *result)
{
	const struct pq_value *before = pq_value_find(object, metadata_key);
	const struct pq_value nothing = pq_value_null();
	struct pq_value metadata;
	return pq_value_with_member(arena, before == NULL ? &nothing : before, annotations_key,
				    annotations->object->count == 0 ? NULL : annotations,
				    &metadata) &&
	       pq_value_with_member(arena, object, metadata_key, &metadata, result);
}

bool kept_write(struct pq_arena *arena, const struct pq_value *object, const struct pq_value *kept,
		struct pq_value *result, struct pq_error *error)
{
	const struct pq_value *before =
		pq_value_find(pq_value_find(object, metadata_key), annotations_key);
	const struct pq_value nothing = pq_value_null();
	bool is_empty = kept->object->count == 0;
	struct pq_buffer text;
	struct pq_value annotations, value;
	*result = *object;
	if (is_empty && pq_value_find(before, key) == NULL)
		return true;
	pq_buffer_init_in(&text, arena, 0);
	pq_json_write(&text, kept, PQ_JSON_SORT_KEYS);
	if (pq_buffer_failed(&text))
		return fail_exhausted(error);
	value = pq_value_from_string(pq_buffer_view(&text));
	if (!pq_value_with_member(arena, before == NULL ? &nothing : before, key,
				  is_empty ? NULL : &value, &annotations))
		return fail_exhausted(error);
	if (!is_empty && !check_size(&annotations, error))
		return false;
	return set_annotations(arena, object, &annotations, result) || fail_exhausted(error);
}
