#include "schema/enumeration.h"

#include "base/utf8.h"
#include "schema/validation.h"
#include "json/write.h"

/* Lists up to this length are looked through from the front. */
enum { SHORT_LIST = 16 };

/* The slot of a scalar entry, or the free one where it belongs. */
static uint32_t *find_slot(const struct pq_node_enum *enumeration, const struct pq_value *value)
{
	uint32_t slot = pq_value_hash_scalar(value) & enumeration->slot_mask;
	while (enumeration->slots[slot] != 0 &&
	       !pq_value_equal(value, &enumeration->values.items[enumeration->slots[slot] - 1]))
		slot = (slot + 1) & enumeration->slot_mask;
	return &enumeration->slots[slot];
}

static bool build_index(struct pq_arena *arena, struct pq_node_enum *enumeration)
{
	uint32_t slot_count = 2 * SHORT_LIST;
	while (slot_count / 2 < enumeration->values.length)
		slot_count *= 2;
	enumeration->slots = pq_arena_alloc_array(arena, slot_count, sizeof *enumeration->slots);
	if (enumeration->slots == NULL)
		return false;
	enumeration->slot_mask = slot_count - 1;
	for (uint32_t i = 0; i < enumeration->values.length; i++) {
		const struct pq_value *entry = &enumeration->values.items[i];
		enumeration->has_containers |= pq_value_is_container(entry);
		if (!pq_value_is_container(entry))
			*find_slot(enumeration, entry) = i + 1;
	}
	return true;
}

const struct pq_node_enum *pq_enumeration_compile(struct pq_arena *arena,
						  const struct pq_value *values)
{
	struct pq_node_enum *made = pq_arena_alloc(arena, sizeof *made);
	if (made == NULL || !pq_value_copy(arena, values, &made->values) ||
	    (values->length > SHORT_LIST && !build_index(arena, made)))
		return NULL;
	return made;
}

static bool holds_as_it_is(const struct pq_node_enum *enumeration, const struct pq_value *value)
{
	const struct pq_value *entries = &enumeration->values;
	if (enumeration->slots != NULL && !pq_value_is_container(value))
		return *find_slot(enumeration, value) != 0;
	if (enumeration->slots != NULL && !enumeration->has_containers)
		return false;
	for (uint32_t i = 0; i < entries->length; i++) {
		if (pq_value_equal(value, &entries->items[i]))
			return true;
	}
	return false;
}

/* Whether string(rune) of an integer is there: what is no code point becomes U+FFFD. */
static bool holds_code_point(const struct pq_node_enum *enumeration, int64_t number)
{
	char bytes[PQ_UTF8_BYTES_MAX];
	uint32_t point = number < 0 || number > UINT32_MAX ? PQ_UTF8_REPLACEMENT : (uint32_t)number;
	struct pq_string text = { .data = bytes, .length = pq_utf8_encode(point, bytes) };
	const struct pq_value value = pq_value_from_string(text);
	return holds_as_it_is(enumeration, &value);
}

bool pq_enumeration_holds(const struct pq_node_enum *enumeration, const struct pq_value *value)
{
	if (value->kind == PQ_NULL)
		return false;
	if (holds_as_it_is(enumeration, value))
		return true;
	if (value->kind == PQ_INTEGER) {
		const struct pq_value number = pq_value_from_double((double)value->integer);
		return holds_as_it_is(enumeration, &number) ||
		       holds_code_point(enumeration, value->integer);
	}
	if (value->kind != PQ_DOUBLE)
		return false;
	const struct pq_value integer = pq_value_from_integer(pq_double_to_int64(value->number));
	return holds_as_it_is(enumeration, &integer);
}

void pq_enumeration_write(struct pq_buffer *buffer, const struct pq_node_enum *enumeration)
{
	pq_buffer_append_text(buffer, "supported values: ");
	for (size_t i = 0; i < enumeration->values.length; i++) {
		const struct pq_value *value = &enumeration->values.items[i];
		struct pq_buffer shown;
		pq_buffer_append_text(buffer, i == 0 ? "" : ", ");
		if (value->kind == PQ_STRING) {
			pq_go_quote(buffer, pq_value_string(value));
			continue;
		}
		pq_buffer_init(&shown, 0);
		pq_json_write(&shown, value, PQ_JSON_GO);
		pq_go_quote(buffer, pq_buffer_view(&shown));
		if (pq_buffer_failed(&shown))
			buffer->failed = true;
		pq_buffer_done(&shown);
	}
}
