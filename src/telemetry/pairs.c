#include "telemetry/pairs.h"

#include "base/character.h"
#include "base/utf8.h"

/* decoded has room for the text's length. False when a percent sign has no two digits behind it. */
static bool decode(struct pq_string text, char *decoded, size_t *length)
{
	*length = 0;
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];
		if (byte == '%') {
			int high = i + 2 < text.length
					   ? pq_hexadecimal_value((unsigned char)text.data[i + 1])
					   : -1;
			int low = i + 2 < text.length
					  ? pq_hexadecimal_value((unsigned char)text.data[i + 2])
					  : -1;
			if (high < 0 || low < 0)
				return false;
			byte = (char)(high << 4 | low);
			i += 2;
		}
		decoded[(*length)++] = byte;
	}
	return true;
}

static bool is_printable(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f)
			return false;
	}
	return pq_utf8_find_invalid(text) == text.length;
}

static bool parse_pair(struct pq_string item, struct pq_arena *arena, struct pq_pair *pair,
		       struct pq_error *error)
{
	ptrdiff_t equals = pq_string_find_byte(item, '=');
	if (equals <= 0)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "an item is not of the form name=value: items are separated by "
				    "commas");
	pair->name = pq_string_trim(pq_string_slice(item, 0, (size_t)equals));
	struct pq_string value =
		pq_string_trim(pq_string_slice(item, (size_t)equals + 1, item.length));
	char *decoded = pq_arena_alloc_bytes(arena, value.length + 1);
	size_t length;
	if (decoded == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	if (!decode(value, decoded, &length))
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "the value of %.*s has a percent sign without two digits "
				    "behind it: write %%25",
				    PQ_STRING_ARGUMENT(pair->name));
	pair->value = (struct pq_string){ .data = decoded, .length = length };
	if (pair->name.length > 0 && is_printable(pair->name) && is_printable(pair->value))
		return true;
	return pq_error_set(error, PQ_ERROR_USAGE,
			    "a name or a value has a control character, or is not valid UTF-8");
}

bool pq_pairs_parse(struct pq_string text, struct pq_arena *arena, struct pq_pair *pairs,
		    size_t capacity, size_t *count, struct pq_error *error)
{
	size_t found = 0;
	struct pq_string item;
	while (pq_string_split(&text, ',', &item)) {
		if (pq_string_trim(item).length == 0)
			continue;
		if (found == capacity)
			return pq_error_set(error, PQ_ERROR_USAGE, "there are more than %zu items",
					    capacity);
		if (!parse_pair(item, arena, &pairs[found], error))
			return false;
		found++;
	}
	*count = found;
	return true;
}
