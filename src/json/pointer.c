#include "json/pointer.h"

/* Whether an escaped reference token names key: "~1" is "/" and "~0" is "~". */
static bool names(struct pq_string token, struct pq_string key)
{
	size_t at = 0;
	for (size_t i = 0; i < key.length; i++, at++) {
		if (at == token.length)
			return false;
		char byte = token.data[at];
		if (byte == '~') {
			if (++at == token.length || token.data[at] < '0' || token.data[at] > '1')
				return false;
			byte = token.data[at] == '0' ? '~' : '/';
		}
		if (byte != key.data[i])
			return false;
	}
	return at == token.length;
}

static const struct pq_value *find_member(const struct pq_value *object, struct pq_string token)
{
	if (pq_string_find_byte(token, '~') < 0)
		return pq_value_find(object, token);
	for (uint32_t i = 0; i < object->object->count; i++) {
		if (names(token, object->object->members[i].key))
			return &object->object->members[i].value;
	}
	return NULL;
}

/* RFC 6901 knows only digits without leading zeros; "-" is the item behind the last. */
static const struct pq_value *find_item(const struct pq_value *array, struct pq_string token)
{
	size_t index = 0;
	if (token.length == 0 || token.length > 10 || (token.length > 1 && token.data[0] == '0'))
		return NULL;
	for (size_t i = 0; i < token.length; i++) {
		if (token.data[i] < '0' || token.data[i] > '9')
			return NULL;
		index = index * 10 + (size_t)(token.data[i] - '0');
	}
	return index < array->length ? &array->items[index] : NULL;
}

const struct pq_value *pq_json_pointer_find(const struct pq_value *document,
					    struct pq_string pointer)
{
	if (pointer.length == 0)
		return document;
	if (pointer.data[0] != '/')
		return NULL;
	struct pq_string rest = pq_string_slice(pointer, 1, pointer.length - 1), token;
	const struct pq_value *value = document;
	while (value != NULL && pq_string_split(&rest, '/', &token)) {
		if (value->kind == PQ_OBJECT)
			value = find_member(value, token);
		else if (value->kind == PQ_ARRAY)
			value = find_item(value, token);
		else
			value = NULL;
	}
	return value;
}

static size_t count_digits(size_t number)
{
	size_t count = 1;
	while (number >= 10) {
		number /= 10;
		count++;
	}
	return count;
}

static size_t step_length(const struct pq_path *step)
{
	if (step->kind == PQ_PATH_INDEX)
		return 1 + count_digits(step->index);
	size_t length = 1 + step->name.length;
	for (size_t i = 0; i < step->name.length; i++)
		length += step->name.data[i] == '~' || step->name.data[i] == '/';
	return length;
}

static void write_index(char *at, size_t index)
{
	for (char *digit = at + count_digits(index) - 1; digit >= at; digit--, index /= 10)
		*digit = (char)('0' + index % 10);
}

static void write_step(char *at, const struct pq_path *step)
{
	*at++ = '/';
	if (step->kind == PQ_PATH_INDEX) {
		write_index(at, step->index);
		return;
	}
	for (size_t i = 0; i < step->name.length; i++) {
		char byte = step->name.data[i];
		bool is_escaped = byte == '~' || byte == '/';
		if (is_escaped)
			*at++ = '~';
		*at++ = is_escaped ? (byte == '~' ? '0' : '1') : byte;
	}
}

/* Paths are linked from their ends: measured first, then written backwards. */
struct pq_string pq_json_pointer_from_path(struct pq_arena *arena, const struct pq_path *path)
{
	size_t length = 0;
	for (const struct pq_path *step = path; step != NULL; step = step->parent)
		length += step_length(step);
	char *text = pq_arena_alloc_bytes(arena, length + 1);
	if (text == NULL)
		return (struct pq_string){ 0 };
	text[length] = '\0';
	char *end = text + length;
	for (const struct pq_path *step = path; step != NULL; step = step->parent) {
		end -= step_length(step);
		write_step(end, step);
	}
	return (struct pq_string){ .data = text, .length = length };
}
