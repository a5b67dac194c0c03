#include "formats/wordy_duration.h"

#include "base/character.h"

struct unit {
	int64_t nanoseconds;
	const char *exact[3]; /* in full */
	const char *prefix;   /* its beginning */
};

/* Small letters. */
static const struct unit units[] = {
	{ 1, { "ns" }, "nano" },
	{ 1000, { "us", "\u00b5s" }, "micro" },
	{ 1000000, { "ms" }, "milli" },
	{ 1000000000, { "s" }, "sec" },
	{ 60000000000, { "m" }, "min" },
	{ 3600000000000, { "h", "hr" }, "hour" },
	{ 86400000000000, { "d" }, "day" },
	{ 604800000000000, { "w", "wk" }, "week" },
};

/* Nanoseconds of a unit, or 0 for a word that is none. */
static int64_t find_unit(struct pq_string word)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		for (size_t j = 0; j < 3 && units[i].exact[j] != NULL; j++) {
			if (pq_string_is(word, units[i].exact[j]))
				return units[i].nanoseconds;
		}
		if (pq_string_starts_with(word, pq_string_from(units[i].prefix)))
			return units[i].nanoseconds;
	}
	return 0;
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

/* False when digits are too many for an int64. */
static bool read_number(struct pq_string digits, int64_t *number)
{
	int64_t value = 0;
	for (size_t i = 0; i < digits.length; i++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digits.data[i] - '0', &value))
			return false;
	}
	*number = value;
	return true;
}

bool pq_wordy_duration_parse(struct pq_string text, int64_t *nanoseconds)
{
	bool found = false;
	uint64_t sum = 0; /* wraps around, as Go's does */
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
		struct pq_string word;
		size_t length =
			scan_unit(pq_string_slice(text, unit_at, text.length), letters, &word);
		int64_t number = 0;
		if (length > 0 && !read_number(pq_string_slice(text, at, digits_end - at), &number))
			return false;
		int64_t unit = find_unit(word);
		found = found || unit > 0;
		sum += (uint64_t)number * (uint64_t)unit;
		at = unit_at + length;
	}
	if (found)
		*nanoseconds = (int64_t)sum;
	return found;
}
