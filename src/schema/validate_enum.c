/* enum (basicCommonValidator): equality after Go's conversion of the value to the type of each
 * entry; a null equals nothing. */
#include "base/utf8.h"
#include "schema/validation.h"
#include "json/write.h"

/* string(rune): an integer that is no code point becomes U+FFFD. */
static bool equals_code_point(int64_t number, struct pq_string text)
{
	char bytes[PQ_UTF8_BYTES_MAX];
	uint32_t point = number < 0 || number > UINT32_MAX ? PQ_UTF8_REPLACEMENT : (uint32_t)number;
	size_t length = pq_utf8_encode(point, bytes);
	return pq_string_equal((struct pq_string){ .data = bytes, .length = length }, text);
}

static bool equals_entry(const struct pq_value *value, const struct pq_value *entry)
{
	if (value->kind == entry->kind) {
		if (value->kind == PQ_STRING)
			return pq_string_equal(pq_value_string(value), pq_value_string(entry));
		return pq_value_equal(value, entry);
	}
	if (value->kind == PQ_INTEGER && entry->kind == PQ_DOUBLE)
		return (double)value->integer == entry->number;
	if (value->kind == PQ_INTEGER && entry->kind == PQ_STRING)
		return equals_code_point(value->integer, pq_value_string(entry));
	if (value->kind == PQ_DOUBLE && entry->kind == PQ_INTEGER)
		return pq_double_to_int64(value->number) == entry->integer;
	return false;
}

bool pq_validation_check_enum(struct pq_validation *validation, const struct pq_node *node,
			      const struct pq_value *value, const struct pq_path *path)
{
	const struct pq_value *entries = &node->enumeration->values;
	for (uint32_t i = 0; value->kind != PQ_NULL && i < entries->length; i++) {
		if (equals_entry(value, &entries->items[i]))
			return true;
	}
	if (!pq_validation_collects(validation))
		return false;
	struct pq_buffer shown;
	pq_buffer_init_in(&shown, validation->arena, 0);
	pq_go_write_value(&shown, value);
	return pq_problem_add(validation, PQ_FINDING_NOT_SUPPORTED, path, value,
			      "Unsupported value: %.*s: %.*s",
			      PQ_STRING_ARGUMENT(pq_buffer_view(&shown)),
			      PQ_STRING_ARGUMENT(node->enumeration->supported));
}
