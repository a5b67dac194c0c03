#include "cel/semver.h"

#include "base/buffer.h"
#include "base/character.h"
#include "cel/text.h"
#include "json/write.h"

static bool fail(struct pq_cel_value *error, const char *message)
{
	*error = pq_cel_from_error(message);
	return false;
}

/* message "text" */
static bool fail_at(struct pq_arena *arena, struct pq_cel_value *error, const char *message,
		    struct pq_string text, const char *behind)
{
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, arena, 0);
	pq_buffer_append_text(&buffer, message);
	pq_go_quote(&buffer, text);
	pq_buffer_append_text(&buffer, behind);
	*error = pq_cel_error_from_buffer(&buffer);
	return false;
}

static bool is_all_digits(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (!pq_is_digit((unsigned char)text.data[i]))
			return false;
	}
	return true;
}

static bool is_identifier(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] != '-' && !pq_is_alphanumeric((unsigned char)text.data[i]))
			return false;
	}
	return true;
}

static bool has_leading_zero(struct pq_string text)
{
	return text.length > 1 && text.data[0] == '0';
}

static bool parse_digits(struct pq_arena *arena, struct pq_string text, uint64_t *number,
			 struct pq_cel_value *error)
{
	uint64_t value = 0;
	bool fits = true;
	for (size_t i = 0; i < text.length; i++)
		fits = fits && !__builtin_mul_overflow(value, 10, &value) &&
		       !__builtin_add_overflow(value, (uint64_t)(text.data[i] - '0'), &value);
	*number = value;
	if (text.length == 0)
		return fail_at(arena, error, "strconv.ParseUint: parsing ", text,
			       ": invalid syntax");
	return fits ||
	       fail_at(arena, error, "strconv.ParseUint: parsing ", text, ": value out of range");
}

static bool parse_number(struct pq_arena *arena, struct pq_string text, size_t index,
			 uint64_t *number, struct pq_cel_value *error)
{
	static const char *const characters[] = {
		"Invalid character(s) found in major number ",
		"Invalid character(s) found in minor number ",
		"Invalid character(s) found in patch number ",
	};
	static const char *const zeros[] = {
		"Major number must not contain leading zeroes ",
		"Minor number must not contain leading zeroes ",
		"Patch number must not contain leading zeroes ",
	};
	if (!is_all_digits(text))
		return fail_at(arena, error, characters[index], text, "");
	if (has_leading_zero(text))
		return fail_at(arena, error, zeros[index], text, "");
	return parse_digits(arena, text, number, error);
}

static bool check_pre_release(struct pq_arena *arena, struct pq_string text,
			      struct pq_cel_value *error)
{
	struct pq_string part;
	uint64_t number;
	while (pq_string_split(&text, '.', &part)) {
		if (part.length == 0)
			return fail(error, "Prerelease is empty");
		if (!is_identifier(part))
			return fail_at(arena, error, "Invalid character(s) found in prerelease ",
				       part, "");
		if (!is_all_digits(part))
			continue;
		if (has_leading_zero(part))
			return fail_at(
				arena, error,
				"Numeric PreRelease version must not contain leading zeroes ", part,
				"");
		if (!parse_digits(arena, part, &number, error))
			return false;
	}
	return true;
}

static bool check_build(struct pq_arena *arena, struct pq_string text, struct pq_cel_value *error)
{
	struct pq_string part;
	while (pq_string_split(&text, '.', &part)) {
		if (part.length == 0)
			return fail(error, "Build meta data is empty");
		if (!is_identifier(part))
			return fail_at(arena, error,
				       "Invalid character(s) found in build meta data ", part, "");
	}
	return true;
}

/* Cuts off what stands behind the first such byte; false when there is none. */
static bool cut(struct pq_string *text, char byte, struct pq_string *behind)
{
	ptrdiff_t at = pq_string_find_byte(*text, byte);
	if (at < 0)
		return false;
	*behind = pq_string_slice(*text, (size_t)at + 1, text->length);
	if (behind->data == NULL)
		*behind = PQ_S("");
	*text = pq_string_slice(*text, 0, (size_t)at);
	return true;
}

static bool parse_strict(struct pq_arena *arena, struct pq_string text,
			 struct pq_cel_semver *version, struct pq_cel_value *error)
{
	struct pq_string parts[3], build, pre_release;
	*version = (struct pq_cel_semver){ 0 };
	if (text.length == 0)
		return fail(error, "Version string empty");
	parts[0] = text;
	if (!cut(&parts[0], '.', &parts[1]) || !cut(&parts[1], '.', &parts[2]))
		return fail(error, "No Major.Minor.Patch elements found");
	bool has_build = cut(&parts[2], '+', &build);
	bool has_pre_release = cut(&parts[2], '-', &pre_release);
	for (size_t i = 0; i < 3; i++) {
		if (!parse_number(arena, parts[i], i, &version->numbers[i], error))
			return false;
	}
	if (has_pre_release) {
		version->pre_release = pre_release;
		if (!check_pre_release(arena, pre_release, error))
			return false;
	}
	if (!has_build)
		return true;
	version->build = build;
	return check_build(arena, build, error);
}

/* Without leading zeros, but for one before what is no digit. */
static void append_normal(struct pq_buffer *buffer, struct pq_string part)
{
	size_t zeros = 0;
	while (part.length > 1 && zeros < part.length && part.data[zeros] == '0')
		zeros++;
	struct pq_string rest = pq_string_slice(part, zeros, part.length);
	if (part.length > 1 && (rest.length == 0 || !pq_is_digit((unsigned char)rest.data[0])))
		pq_buffer_append_byte(buffer, '0');
	pq_buffer_append_string(buffer, rest);
}

static bool normalize(struct pq_arena *arena, struct pq_string text, struct pq_string *normal,
		      struct pq_cel_value *error)
{
	struct pq_buffer buffer;
	struct pq_string part = text, rest;
	size_t count = 1;
	pq_buffer_init_in(&buffer, arena, 0);
	if (pq_string_starts_with(part, PQ_S("v")))
		part = pq_string_slice(part, 1, part.length);
	for (rest = part; count < 3 && cut(&part, '.', &rest); count++) {
		append_normal(&buffer, part);
		pq_buffer_append_byte(&buffer, '.');
		part = rest;
	}
	append_normal(&buffer, part);
	if (count < 3 &&
	    (pq_string_find_byte(part, '+') >= 0 || pq_string_find_byte(part, '-') >= 0))
		return fail(error, "short version cannot contain PreRelease/Build meta data");
	for (; count < 3; count++)
		pq_buffer_append_text(&buffer, ".0");
	*normal = pq_buffer_view(&buffer);
	if (!pq_buffer_failed(&buffer))
		return true;
	*error = pq_cel_out_of_memory();
	return false;
}

bool pq_cel_semver_parse(struct pq_arena *arena, struct pq_string text, bool normalizes,
			 struct pq_cel_semver *version, struct pq_cel_value *error)
{
	if (normalizes && !normalize(arena, text, &text, error))
		return false;
	return parse_strict(arena, text, version, error);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Numbers are less than words, and compared as such: without leading zeros the longer is greater.
 */
static int compare_parts(struct pq_string a, struct pq_string b)
{
	bool number_a = is_all_digits(a), number_b = is_all_digits(b);
	if (number_a != number_b)
		return number_a ? -1 : 1;
	if (number_a && a.length != b.length)
		return compare_numbers(a.length, b.length);
	int order = pq_string_compare(a, b);
	return (order > 0) - (order < 0);
}

static int compare_pre_releases(struct pq_string a, struct pq_string b)
{
	struct pq_string part_a, part_b;
	if (a.length == 0 || b.length == 0)
		return (a.length == 0) - (b.length == 0);
	for (;;) {
		bool more_a = pq_string_split(&a, '.', &part_a);
		bool more_b = pq_string_split(&b, '.', &part_b);
		if (!more_a || !more_b)
			return more_a - more_b;
		int order = compare_parts(part_a, part_b);
		if (order != 0)
			return order;
	}
}

int pq_cel_semver_compare(const struct pq_cel_semver *a, const struct pq_cel_semver *b)
{
	for (size_t i = 0; i < 3; i++) {
		int order = compare_numbers(a->numbers[i], b->numbers[i]);
		if (order != 0)
			return order;
	}
	return compare_pre_releases(a->pre_release, b->pre_release);
}
