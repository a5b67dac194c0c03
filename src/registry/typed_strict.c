/* What strict decoding tells: fields that are unknown or stand more than once. */
#include "registry/typed_read.h"

#include "json/write.h"

#include <stdlib.h>

/* The decoder quotes the path; who reads a Go map puts quotes around it only. */
void pq_typed_note_strict(struct pq_typed_reading *reading, enum pq_finding_type type,
			  const struct pq_path *path, uint32_t offset)
{
	if (reading->strict == NULL)
		return;
	struct pq_buffer message;
	struct pq_string field = pq_path_render(reading->arena, path);
	pq_buffer_init_in(&message, reading->arena, 0);
	pq_buffer_append_text(&message, type == PQ_FINDING_UNKNOWN_FIELD ? "unknown field "
									 : "duplicate field ");
	if (reading->text != NULL)
		pq_go_quote(&message, field);
	else
		pq_buffer_append_format(&message, "\"%.*s\"", PQ_STRING_ARGUMENT(field));
	if (field.data == NULL || pq_buffer_failed(&message))
		reading->strict->dropped++;
	else
		pq_findings_add(reading->strict,
				(struct pq_finding){ .type = type,
						     .field = field,
						     .message = pq_buffer_view(&message),
						     .offset = offset });
}

/* Notes that a member of an object is repeated, if it is. */
bool pq_typed_note_repetition(struct pq_typed_reading *reading, const struct pq_object *object,
			      const struct pq_member *member, const struct pq_path *path)
{
	uint32_t offset = pq_typed_repetition(reading, object, member);
	if (offset != PQ_OFFSET_NONE)
		pq_typed_note_strict(reading, PQ_FINDING_DUPLICATE_FIELD, path, offset);
	return offset != PQ_OFFSET_NONE;
}

static int compare_offsets(const void *a, const void *b)
{
	const struct pq_finding *left = a, *right = b;
	return (left->offset > right->offset) - (left->offset < right->offset);
}

static bool is_told(const struct pq_findings *strict, size_t from, const struct pq_finding *finding)
{
	for (size_t i = from; i < strict->count; i++) {
		if (pq_string_equal(strict->items[i].message, finding->message))
			return true;
	}
	return false;
}

/* In the order of the text, each once, and as many as the decoder tells. */
void pq_typed_order_strict(struct pq_findings *strict, size_t from)
{
	size_t end = strict->count;
	if (end > from)
		qsort(strict->items + from, end - from, sizeof *strict->items, compare_offsets);
	strict->count = from;
	for (size_t i = from; i < end && strict->count < from + PQ_JSON_DUPLICATES_MAX; i++) {
		if (!is_told(strict, from, &strict->items[i]))
			strict->items[strict->count++] = strict->items[i];
	}
}
