/* Indexes and parts of strings. */
#include "cel/string_positions.h"

#include "base/utf8.h"
#include "cel/evaluate.h"

/* The byte at which a character starts; the text's length for one behind its end. */
static size_t byte_at(struct pq_string text, int64_t character)
{
	size_t at = 0, width;
	for (; character > 0 && at < text.length; character--, at += width)
		pq_utf8_decode(pq_string_slice(text, at, text.length), &width);
	return at;
}

static int64_t character_at(struct pq_string text, size_t byte)
{
	return (int64_t)pq_utf8_count(pq_string_slice(text, 0, byte));
}

static struct pq_cel_value out_of_range(struct pq_cel_run *run, int64_t index)
{
	return pq_cel_error_format(run->arena, "index out of range: %lld", (long long)index);
}

void pq_cel_char_at(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	struct pq_string text = pq_cel_value_string(&arguments[0]);
	int64_t index = arguments[1].integer;
	int64_t count = (int64_t)pq_utf8_count(text);
	if (index < 0 || index > count) {
		*result = out_of_range(run, index);
		return;
	}
	size_t start = byte_at(text, index);
	size_t end = index == count ? start
				    : start + byte_at(pq_string_slice(text, start, text.length), 1);
	*result = pq_cel_from_string(pq_string_slice(text, start, end - start));
}

static struct pq_cel_value find_from(struct pq_cel_run *run, struct pq_string text,
				     struct pq_string part, int64_t offset)
{
	if (part.length == 0)
		return pq_cel_from_int(offset);
	if (offset < 0)
		return out_of_range(run, offset);
	size_t start = byte_at(text, offset);
	if (start == text.length)
		return pq_cel_from_int(-1);
	const char *found = memmem(text.data + start, text.length - start, part.data, part.length);
	return pq_cel_from_int(found == NULL ? -1
					     : character_at(text, (size_t)(found - text.data)));
}

void pq_cel_index_of(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	*result = find_from(run, pq_cel_value_string(&arguments[0]),
			    pq_cel_value_string(&arguments[1]), 0);
}

void pq_cel_index_of_from(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			  struct pq_cel_value *result)
{
	*result = find_from(run, pq_cel_value_string(&arguments[0]),
			    pq_cel_value_string(&arguments[1]), arguments[2].integer);
}

static char *reverse(struct pq_arena *arena, struct pq_string text)
{
	char *reversed = pq_arena_alloc_bytes(arena, text.length);
	if (reversed == NULL)
		return NULL;
	for (size_t i = 0; i < text.length; i++)
		reversed[i] = text.data[text.length - 1 - i];
	return reversed;
}

/* Where a part stands last; the text's length when it does not. What is reversed is searched from
 * the front, in linear time, while comparing the part at each byte is quadratic. */
static bool find_last(struct pq_arena *arena, struct pq_string text, struct pq_string part,
		      size_t *at)
{
	const char *reversed = reverse(arena, text), *reversed_part = reverse(arena, part);
	if (reversed == NULL || reversed_part == NULL)
		return false;
	const char *found = memmem(reversed, text.length, reversed_part, part.length);
	*at = found == NULL ? text.length : text.length - part.length - (size_t)(found - reversed);
	return true;
}

static struct pq_cel_value find_last_from(struct pq_cel_run *run, struct pq_string text,
					  struct pq_string part, int64_t offset)
{
	if (part.length == 0)
		return pq_cel_from_int(offset);
	if (offset < 0)
		return out_of_range(run, offset);
	size_t start = byte_at(text, offset);
	if (start == text.length || part.length > text.length)
		return pq_cel_from_int(-1);
	if (start > text.length - part.length)
		start = text.length - part.length;
	text = pq_string_slice(text, 0, start + part.length);
	if (!find_last(run->arena, text, part, &start))
		return pq_cel_out_of_memory();
	return pq_cel_from_int(start == text.length ? -1 : character_at(text, start));
}

void pq_cel_last_index_of(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			  struct pq_cel_value *result)
{
	struct pq_string text = pq_cel_value_string(&arguments[0]),
			 part = pq_cel_value_string(&arguments[1]);
	int64_t count = (int64_t)pq_utf8_count(text);
	if (part.length == 0)
		*result = pq_cel_from_int(count);
	else if (text.length < part.length)
		*result = pq_cel_from_int(-1);
	else
		*result = find_last_from(run, text, part, count - 1);
}

void pq_cel_last_index_of_from(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			       struct pq_cel_value *result)
{
	*result = find_last_from(run, pq_cel_value_string(&arguments[0]),
				 pq_cel_value_string(&arguments[1]), arguments[2].integer);
}

void pq_cel_substring_from(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			   struct pq_cel_value *result)
{
	struct pq_string text = pq_cel_value_string(&arguments[0]);
	int64_t start = arguments[1].integer;
	if (start < 0 || start > (int64_t)pq_utf8_count(text)) {
		*result = out_of_range(run, start);
		return;
	}
	*result = pq_cel_from_string(pq_string_slice(text, byte_at(text, start), text.length));
}

void pq_cel_substring(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	struct pq_string text = pq_cel_value_string(&arguments[0]);
	int64_t start = arguments[1].integer, end = arguments[2].integer;
	int64_t count = (int64_t)pq_utf8_count(text);
	if (start > end) {
		*result = pq_cel_error_format(run->arena,
					      "invalid substring range. start: %lld, end: %lld",
					      (long long)start, (long long)end);
	} else if (start < 0 || start > count) {
		*result = out_of_range(run, start);
	} else if (end > count) {
		*result = out_of_range(run, end);
	} else {
		size_t from = byte_at(text, start), to = byte_at(text, end);
		*result = pq_cel_from_string(pq_string_slice(text, from, to - from));
	}
}
