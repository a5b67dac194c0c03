/* enum (basicCommonValidator): equality after Go's conversion of the value to the type of each
 * entry; a null equals nothing. */
#include "schema/validation.h"
#include "json/write.h"

/* string(rune): an integer that is no code point becomes U+FFFD. */
static bool equals_code_point(int64_t number, struct pq_string text)
{
	uint32_t point = number < 0 || number > 0x10ffff || (number >= 0xd800 && number < 0xe000)
				 ? 0xfffd
				 : (uint32_t)number;
	char bytes[4];
	size_t length = 0;
	if (point < 0x80) {
		bytes[length++] = (char)point;
	} else if (point < 0x800) {
		bytes[length++] = (char)(0xc0 | point >> 6);
		bytes[length++] = (char)(0x80 | (point & 0x3f));
	} else if (point < 0x10000) {
		bytes[length++] = (char)(0xe0 | point >> 12);
		bytes[length++] = (char)(0x80 | (point >> 6 & 0x3f));
		bytes[length++] = (char)(0x80 | (point & 0x3f));
	} else {
		bytes[length++] = (char)(0xf0 | point >> 18);
		bytes[length++] = (char)(0x80 | (point >> 12 & 0x3f));
		bytes[length++] = (char)(0x80 | (point >> 6 & 0x3f));
		bytes[length++] = (char)(0x80 | (point & 0x3f));
	}
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
