#include "base/glob.h"

bool pq_glob_is_pattern(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (memchr("*?[\\", text.data[i], 4) != NULL)
			return true;
	}
	return false;
}

/* Index behind the last "]", or 0: no set ends behind it, so that nobody need look for an end. */
static size_t end_of_sets(struct pq_string pattern)
{
	const char *last = pattern.length == 0 ? NULL : memrchr(pattern.data, ']', pattern.length);
	return last == NULL ? 0 : (size_t)(last - pattern.data) + 1;
}

/* Index behind the "]" of a set that begins at 0, or 0 when it has none. A "]" in front is one of
 * the set's characters. */
static size_t end_of_set(struct pq_string pattern)
{
	size_t at = 1;
	if (at < pattern.length && (pattern.data[at] == '!' || pattern.data[at] == '^'))
		at++;
	for (at++; at < pattern.length; at++) {
		if (pattern.data[at] == ']')
			return at + 1;
	}
	return 0;
}

/* Whether what stands in "[…]" has a byte. */
static bool set_has(struct pq_string set, unsigned char byte)
{
	const unsigned char *bytes = (const unsigned char *)set.data;
	bool is_negated = set.length > 0 && (bytes[0] == '!' || bytes[0] == '^');
	bool has = false;
	for (size_t i = is_negated; i < set.length; i++) {
		unsigned char first = bytes[i], last = bytes[i];
		if (i + 2 < set.length && bytes[i + 1] == '-') {
			last = bytes[i + 2];
			i += 2;
		}
		has |= first <= byte && byte <= last;
	}
	return has != is_negated;
}

/* Whether a byte matches what a pattern begins with, a "*" aside; *length is the length of that. */
static bool byte_matches(struct pq_string pattern, bool may_have_set, char byte, size_t *length)
{
	size_t end = may_have_set && pattern.data[0] == '[' ? end_of_set(pattern) : 0;
	*length = 1;
	if (end > 0) {
		*length = end;
		return set_has(pq_string_slice(pattern, 1, end - 2), (unsigned char)byte);
	}
	if (pattern.data[0] == '\\' && pattern.length > 1) {
		*length = 2;
		return pattern.data[1] == byte;
	}
	return pattern.data[0] == '?' || pattern.data[0] == byte;
}

/* One part of a path. A mismatch goes back to the last "*", which then takes one byte more: what an
 * earlier one took need not change. */
static bool part_matches(struct pq_string pattern, struct pq_string part)
{
	size_t at = 0, next = 0, length;
	size_t star = SIZE_MAX, taken = 0; /* of the pattern behind the last "*", of the part */
	size_t sets_end = end_of_sets(pattern);
	while (at < part.length || next < pattern.length) {
		struct pq_string rest = pq_string_slice(pattern, next, pattern.length);
		if (rest.length > 0 && rest.data[0] == '*') {
			star = ++next;
			taken = at;
		} else if (rest.length > 0 && at < part.length &&
			   byte_matches(rest, next < sets_end, part.data[at], &length)) {
			next += length;
			at++;
		} else if (star == SIZE_MAX || taken == part.length) {
			return false;
		} else {
			next = star;
			at = ++taken;
		}
	}
	return true;
}

bool pq_glob_match(struct pq_string pattern, struct pq_string path)
{
	struct pq_string behind = { 0 }, taken = { 0 }; /* of the pattern the last "**", of path */
	struct pq_string wanted, part;
	bool is_open = false;
	if (path.data == NULL)
		path = PQ_S("");
	for (;;) {
		struct pq_string more = pattern, rest = path;
		bool wants = pq_string_split(&more, '/', &wanted);
		bool has = pq_string_split(&rest, '/', &part);
		if (wants && pq_string_is(wanted, "**")) {
			if (more.data == NULL)
				return has;
			is_open = true;
			pattern = behind = more;
			taken = path;
		} else if (wants && has && part_matches(wanted, part)) {
			pattern = more;
			path = rest;
		} else if (!wants && !has) {
			return true;
		} else {
			if (!is_open || !pq_string_split(&taken, '/', &part))
				return false;
			pattern = behind;
			path = taken;
		}
	}
}

bool pq_glob_may_match_below(struct pq_string pattern, struct pq_string folder)
{
	struct pq_string wanted, part;
	if (folder.length == 0)
		return true;
	while (pq_string_split(&folder, '/', &part)) {
		if (!pq_string_split(&pattern, '/', &wanted))
			return false;
		if (pq_string_is(wanted, "**"))
			return true;
		if (!part_matches(wanted, part))
			return false;
	}
	return pattern.data != NULL;
}
