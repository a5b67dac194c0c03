#include "formats/wordy_duration.h"

#include "base/character.h"

/* A unit in words: in full for the first ones, as a beginning for the last. Small letters. */
static bool is_wordy_unit(struct pq_string unit)
{
	static const char *const exact[] = { "ns", "us", "\u00b5s", "ms", "s", "m",
					     "h",  "hr", "d",       "w",  "wk" };
	static const char *const prefixes[] = { "nano", "micro", "milli", "sec",
						"min",  "hour",  "day",   "week" };
	for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
		if (pq_string_is(unit, exact[i]))
			return true;
	}
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		if (pq_string_starts_with(unit, pq_string_from(prefixes[i])))
			return true;
	}
	return false;
}

enum { UNIT_LETTERS_MAX = 8 }; /* bytes of the longest unit, rounded up */

/* Length of a unit's letters at the start of text. Their beginning, in small letters, is put in
 * *unit, whose bytes are in letters. */
static size_t scan_unit(struct pq_string text, char letters[UNIT_LETTERS_MAX],
			struct pq_string *unit)
{
	size_t at = 0, kept = 0;
	while (at < text.length) {
		unsigned char byte = (unsigned char)text.data[at];
		bool micro = byte == 0xc2 && at + 1 < text.length &&
			     (unsigned char)text.data[at + 1] == 0xb5;
		bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
		size_t width = micro ? 2 : letter ? 1 : 0;
		if (width == 0)
			break;
		for (size_t i = 0; i < width; i++, at++) {
			if (kept < UNIT_LETTERS_MAX)
				letters[kept++] = (char)(letter ? byte | 0x20 : text.data[at]);
		}
	}
	*unit = (struct pq_string){ .data = letters, .length = kept };
	return at;
}

/* Whether digits make an int64. */
static bool is_int64(struct pq_string digits)
{
	int64_t value = 0;
	for (size_t i = 0; i < digits.length; i++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digits.data[i] - '0', &value))
			return false;
	}
	return true;
}

bool pq_wordy_duration_is_in(struct pq_string text)
{
	bool found = false;
	size_t at = 0;
	while (at < text.length) {
		size_t digits_end = at;
		while (digits_end < text.length && pq_is_digit(text.data[digits_end]))
			digits_end++;
		if (digits_end == at) {
			at++;
			continue;
		}
		size_t unit_at = digits_end;
		while (unit_at < text.length && strchr("\t\n\f\r ", text.data[unit_at]) != NULL &&
		       text.data[unit_at] != '\0')
			unit_at++;
		char letters[UNIT_LETTERS_MAX];
		struct pq_string unit;
		size_t unit_length =
			scan_unit(pq_string_slice(text, unit_at, text.length), letters, &unit);
		if (unit_length > 0 && !is_int64(pq_string_slice(text, at, digits_end - at)))
			return false;
		found = found || is_wordy_unit(unit);
		at = unit_at + unit_length;
	}
	return found;
}
