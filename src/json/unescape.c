#include "json/unescape.h"

#include "base/utf8.h"
#include "json/token.h"

enum { WORD = sizeof(uint64_t) };

static inline uint64_t load_word(const char *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof word);
	return word;
}

/* The high bit of every byte of the word that is a backslash, and of no other. */
static inline uint64_t find_backslashes(uint64_t word)
{
	const uint64_t low = UINT64_C(0x7F7F7F7F7F7F7F7F);
	word ^= UINT64_C(0x5C5C5C5C5C5C5C5C);
	return ~(((word & low) + low) | word | low);
}

/* Copies a text with its short escapes resolved up to the first other escape and moves *from there;
 * the end of the copy. An object in an annotation has an escape every few bytes: all those of a
 * word are found at once, so that one need not wait for the one before. */
static char *copy_escaped(const char **from, const char *end, char *to)
{
	const char *at = *from;
	while (end - at >= 2 * WORD) {
		const char *word = at;
		uint64_t found = find_backslashes(load_word(word));
		for (; found != 0; found &= found - 1) {
			const char *escape = word + __builtin_ctzll(found) / 8;
			if (escape < at)
				continue; /* the second of a pair */
			memcpy(to, at, WORD);
			to += escape - at;
			at = escape;
			*to = pq_json_short_escapes[(unsigned char)at[1]];
			if (*to == 0) {
				*from = at;
				return to;
			}
			to++;
			at += 2;
		}
		if (at < word + WORD) {
			memcpy(to, at, WORD);
			to += word + WORD - at;
			at = word + WORD;
		}
	}
	for (; at < end; at++, to++) {
		*to = *at;
		if (*at != '\\')
			continue;
		*to = end - at < 2 ? 0 : pq_json_short_escapes[(unsigned char)at[1]];
		if (*to == 0)
			break;
		at++;
	}
	*from = at;
	return to;
}

/* Copies a text that may be no UTF-8 up to the first escape or byte that must be replaced. */
static char *copy_valid(const char **from, const char *end, char *to)
{
	const char *at = *from;
	for (size_t width; at < end && *at != '\\'; at += width, to += width) {
		struct pq_string rest = { .data = at, .length = (size_t)(end - at) };
		if (pq_utf8_decode(rest, &width) == PQ_UTF8_REPLACEMENT && width == 1)
			break;
		memcpy(to, at, width);
	}
	*from = at;
	return to;
}

/* Appends what the escape or invalid byte at from stands for; its length there, or 0. */
static inline size_t rewrite_character(const char *from, const char *end, char **to, bool *replaced)
{
	struct pq_string rest = { .data = from, .length = (size_t)(end - from) };
	uint32_t character = PQ_UTF8_REPLACEMENT;
	size_t width = 1;
	if (*from == '\\')
		width = pq_json_token_escape(rest, &character, replaced);
	else
		*replaced = true;
	if (width > 0)
		*to += pq_utf8_encode(character, *to);
	return width;
}

size_t pq_json_unescape_room(struct pq_string raw, bool valid_utf8)
{
	/* No escape is shorter than what it stands for; an invalid byte becomes three. */
	return valid_utf8 ? raw.length : 3 * raw.length;
}

bool pq_json_unescape(struct pq_string raw, bool valid_utf8, char *bytes, size_t *length,
		      bool *replaced)
{
	const char *from = raw.data, *end = raw.data + raw.length;
	char *to = bytes;
	while ((to = (valid_utf8 ? copy_escaped : copy_valid)(&from, end, to), from < end)) {
		size_t width = rewrite_character(from, end, &to, replaced);
		if (width == 0)
			return false;
		from += width;
	}
	*length = (size_t)(to - bytes);
	return true;
}
