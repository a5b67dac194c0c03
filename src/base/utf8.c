#include "base/utf8.h"

#include <string.h>

/* What the first byte of a sequence says: its width, and the range of its second byte, which
 * excludes long forms, surrogates and what lies above U+10FFFF. */
struct lead {
	size_t width;
	unsigned char low;
	unsigned char high;
};

static struct lead classify(unsigned char byte)
{
	if (byte < 0xC2 || byte > 0xF4)
		return (struct lead){ 1, 0, 0 };
	if (byte < 0xE0)
		return (struct lead){ 2, 0x80, 0xBF };
	if (byte < 0xF0)
		return (struct lead){ 3, byte == 0xE0 ? 0xA0 : 0x80, byte == 0xED ? 0x9F : 0xBF };
	return (struct lead){ 4, byte == 0xF0 ? 0x90 : 0x80, byte == 0xF4 ? 0x8F : 0xBF };
}

uint32_t pq_utf8_decode(struct pq_string text, size_t *width)
{
	const unsigned char *bytes = (const unsigned char *)text.data;
	*width = 1;
	if (bytes[0] < 0x80)
		return bytes[0];
	struct lead lead = classify(bytes[0]);
	if (lead.width == 1 || lead.width > text.length || bytes[1] < lead.low ||
	    bytes[1] > lead.high)
		return PQ_UTF8_REPLACEMENT;
	uint32_t character = bytes[0] & (0x7Fu >> lead.width);
	for (size_t i = 1; i < lead.width; i++) {
		if ((bytes[i] & 0xC0) != 0x80)
			return PQ_UTF8_REPLACEMENT;
		character = character << 6 | (bytes[i] & 0x3Fu);
	}
	*width = lead.width;
	return character;
}

size_t pq_utf8_encode(uint32_t character, char bytes[PQ_UTF8_BYTES_MAX])
{
	if (character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF))
		character = PQ_UTF8_REPLACEMENT;
	if (character < 0x80) {
		bytes[0] = (char)character;
		return 1;
	}
	size_t width = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
	for (size_t i = width - 1; i > 0; i--, character >>= 6)
		bytes[i] = (char)(0x80 | (character & 0x3F));
	bytes[0] = (char)((0xF00u >> width) | character);
	return width;
}

static const uint64_t high_bits = 0x8080808080808080u;

/* How many bytes from an offset on are ASCII. */
static size_t count_ascii(struct pq_string text, size_t at)
{
	size_t start = at;
	uint64_t word;
	for (; text.length - at >= sizeof word; at += sizeof word) {
		memcpy(&word, text.data + at, sizeof word);
		if ((word & high_bits) != 0)
			break;
	}
	while (at < text.length && (unsigned char)text.data[at] < 0x80)
		at++;
	return at - start;
}

size_t pq_utf8_find_invalid(struct pq_string text)
{
	size_t at = 0, width;
	while ((at += count_ascii(text, at)) < text.length) {
		uint32_t character =
			pq_utf8_decode(pq_string_slice(text, at, text.length - at), &width);
		if (character == PQ_UTF8_REPLACEMENT && width == 1)
			return at;
		at += width;
	}
	return at;
}

/* Most texts are, and short. The last word overlaps the one before it. */
static bool is_ascii(struct pq_string text)
{
	uint64_t word, bits = 0;
	size_t at = 0;
	if (text.length < sizeof word) {
		for (; at < text.length; at++)
			bits |= (unsigned char)text.data[at];
		return bits < 0x80;
	}
	for (; at + sizeof word < text.length; at += sizeof word) {
		memcpy(&word, text.data + at, sizeof word);
		bits |= word;
	}
	memcpy(&word, text.data + text.length - sizeof word, sizeof word);
	return ((bits | word) & high_bits) == 0;
}

size_t pq_utf8_count(struct pq_string text)
{
	size_t count = 0, at = 0, width;
	if (is_ascii(text))
		return text.length;
	for (;;) {
		size_t plain = count_ascii(text, at);
		count += plain;
		at += plain;
		if (at == text.length)
			return count;
		pq_utf8_decode(pq_string_slice(text, at, text.length - at), &width);
		at += width;
		count++;
	}
}

struct pq_string pq_utf8_skip_mark(struct pq_string text)
{
	static const struct pq_string mark = PQ_LITERAL("\xef\xbb\xbf");
	size_t length = pq_string_starts_with(text, mark) ? mark.length : 0;
	return pq_string_slice(text, length, text.length);
}

struct pq_string pq_utf8_cut(struct pq_string text, size_t limit, size_t *count)
{
	size_t at = 0, width;
	for (*count = 0; at < text.length && *count < limit; (*count)++) {
		pq_utf8_decode(pq_string_slice(text, at, text.length), &width);
		at += width;
	}
	return pq_string_slice(text, 0, at);
}

/* unicode.IsSpace */
static bool is_space(uint32_t character)
{
	return (character >= '\t' && character <= '\r') || character == ' ' || character == 0x85 ||
	       character == 0xA0 || character == 0x1680 ||
	       (character >= 0x2000 && character <= 0x200A) || character == 0x2028 ||
	       character == 0x2029 || character == 0x202F || character == 0x205F ||
	       character == 0x3000;
}

/* The width of the white space that a text ends with, or 0. */
static size_t last_space(struct pq_string text)
{
	enum { WIDTH_MAX = 3 };
	for (size_t width = 1, found; width <= WIDTH_MAX && width <= text.length; width++) {
		struct pq_string last = pq_string_slice(text, text.length - width, width);
		if (is_space(pq_utf8_decode(last, &found)) && found == width)
			return width;
	}
	return 0;
}

struct pq_string pq_utf8_trim(struct pq_string text)
{
	size_t width;
	while (text.length > 0 && is_space(pq_utf8_decode(text, &width)))
		text = pq_string_slice(text, width, text.length);
	while ((width = last_space(text)) > 0)
		text.length -= width;
	return text;
}
