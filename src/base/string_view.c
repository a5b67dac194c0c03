#include "base/string_view.h"

int pq_string_compare(struct pq_string a, struct pq_string b)
{
	size_t shorter = a.length < b.length ? a.length : b.length;
	int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);
	if (order != 0)
		return order;
	return (a.length > b.length) - (a.length < b.length);
}

bool pq_string_starts_with(struct pq_string text, struct pq_string prefix)
{
	return text.length >= prefix.length &&
	       pq_string_equal(pq_string_slice(text, 0, prefix.length), prefix);
}

bool pq_string_ends_with(struct pq_string text, struct pq_string suffix)
{
	return text.length >= suffix.length &&
	       pq_string_equal(pq_string_slice(text, text.length - suffix.length, suffix.length),
			       suffix);
}

struct pq_string pq_string_slice(struct pq_string text, size_t offset, size_t length)
{
	if (offset >= text.length)
		return (struct pq_string){ .data = text.data, .length = 0 };
	size_t left = text.length - offset;
	return (struct pq_string){ .data = text.data + offset,
				   .length = length < left ? length : left };
}

ptrdiff_t pq_string_find_byte(struct pq_string text, char byte)
{
	const char *found = text.length == 0 ? NULL : memchr(text.data, byte, text.length);
	return found == NULL ? -1 : found - text.data;
}

bool pq_string_split(struct pq_string *rest, char separator, struct pq_string *part)
{
	if (rest->data == NULL)
		return false;
	ptrdiff_t at = pq_string_find_byte(*rest, separator);
	if (at < 0) {
		*part = *rest;
		*rest = (struct pq_string){ 0 };
		return true;
	}
	*part = pq_string_slice(*rest, 0, (size_t)at);
	rest->data += at + 1;
	rest->length -= (size_t)at + 1;
	return true;
}

static bool is_space(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

struct pq_string pq_string_trim(struct pq_string text)
{
	while (text.length > 0 && is_space(text.data[0])) {
		text.data++;
		text.length--;
	}
	while (text.length > 0 && is_space(text.data[text.length - 1]))
		text.length--;
	return text;
}
