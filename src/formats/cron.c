#include "formats/cron.h"

#include "base/character.h"
#include "formats/duration.h"
#include "formats/quote.h"

enum { FIELD_COUNT = 5, NAME_COUNT_MAX = 12 };

struct bounds {
	int64_t minimum;
	int64_t maximum;
	const char *names[NAME_COUNT_MAX + 1]; /* of the numbers from minimum; ends in NULL */
};

static const struct bounds bounds[FIELD_COUNT] = {
	{ 0, 59, { NULL } },
	{ 0, 23, { NULL } },
	{ 1, 31, { NULL } },
	{ 1,
	  12,
	  { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
	    NULL } },
	{ 0, 6, { "sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL } },
};

static bool fail(struct pq_error *error, const char *problem, struct pq_string shown)
{
	return pq_error_set(error, PQ_ERROR_INVALID, "%s: %.*s", problem,
			    PQ_STRING_ARGUMENT(shown));
}

static bool fail_number(struct pq_error *error, struct pq_string text, const char *problem)
{
	char quoted[PQ_QUOTED_MAX];
	pq_quote(text, quoted);
	return pq_error_set(error, PQ_ERROR_INVALID,
			    "failed to parse int from %.*s: strconv.Atoi: parsing %s: %s",
			    PQ_STRING_ARGUMENT(text), quoted, problem);
}

/* mustParseInt */
static bool parse_number(struct pq_string text, int64_t *number, struct pq_error *error)
{
	bool is_signed = text.length > 0 && (text.data[0] == '-' || text.data[0] == '+');
	int64_t value = 0;
	if (text.length == is_signed)
		return fail_number(error, text, "invalid syntax");
	for (size_t i = is_signed; i < text.length; i++) {
		if (!pq_is_digit((unsigned char)text.data[i]))
			return fail_number(error, text, "invalid syntax");
	}
	for (size_t i = is_signed; i < text.length; i++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, text.data[i] - '0', &value))
			return fail_number(error, text, "value out of range");
	}
	if (text.data[0] == '-' && value > 0)
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "negative number (-%lld) not allowed: %.*s", (long long)value,
				    PQ_STRING_ARGUMENT(text));
	*number = value;
	return true;
}

static bool is_name(struct pq_string text, const char *name)
{
	if (text.length != strlen(name))
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if ((text.data[i] | 0x20) != name[i])
			return false;
	}
	return true;
}

static bool parse_number_or_name(struct pq_string text, const struct bounds *bound, int64_t *number,
				 struct pq_error *error)
{
	for (int64_t i = 0; bound->names[i] != NULL; i++) {
		if (is_name(text, bound->names[i])) {
			*number = bound->minimum + i;
			return true;
		}
	}
	return parse_number(text, number, error);
}

static size_t count_parts(struct pq_string text, char separator)
{
	size_t count = 1;
	for (size_t i = 0; i < text.length; i++)
		count += text.data[i] == separator;
	return count;
}

struct range {
	int64_t start;
	int64_t end;
	bool is_single;
};

static bool parse_range(struct pq_string text, struct pq_string expression,
			const struct bounds *bound, struct range *range, struct pq_error *error)
{
	struct pq_string rest = text, low, high;
	size_t parts = count_parts(text, '-');
	range->is_single = parts == 1;
	if (!pq_string_split(&rest, '-', &low))
		return false;
	if (pq_string_is(low, "*") || pq_string_is(low, "?")) {
		range->start = bound->minimum;
		range->end = bound->maximum;
		return true;
	}
	if (!parse_number_or_name(low, bound, &range->start, error))
		return false;
	range->end = range->start;
	if (parts > 2)
		return fail(error, "too many hyphens", expression);
	return parts == 1 || (pq_string_split(&rest, '-', &high) &&
			      parse_number_or_name(high, bound, &range->end, error));
}

/* getRange: number or range, "/" step */
static bool check_range(struct pq_string text, const struct bounds *bound, struct pq_error *error)
{
	struct pq_string rest = text, range_text, step_text;
	struct range range;
	size_t parts = count_parts(text, '/');
	int64_t step = 1;
	if (!pq_string_split(&rest, '/', &range_text) ||
	    !parse_range(range_text, text, bound, &range, error))
		return false;
	if (parts > 2)
		return fail(error, "too many slashes", text);
	if (parts == 2) {
		if (!pq_string_split(&rest, '/', &step_text) ||
		    !parse_number(step_text, &step, error))
			return false;
		if (range.is_single)
			range.end = bound->maximum;
	}
	if (range.start < bound->minimum)
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "beginning of range (%lld) below minimum (%lld): %.*s",
				    (long long)range.start, (long long)bound->minimum,
				    PQ_STRING_ARGUMENT(text));
	if (range.end > bound->maximum)
		return pq_error_set(
			error, PQ_ERROR_INVALID, "end of range (%lld) above maximum (%lld): %.*s",
			(long long)range.end, (long long)bound->maximum, PQ_STRING_ARGUMENT(text));
	if (range.start > range.end)
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "beginning of range (%lld) beyond end of range (%lld): %.*s",
				    (long long)range.start, (long long)range.end,
				    PQ_STRING_ARGUMENT(text));
	return step > 0 || fail(error, "step of range should be a positive number", text);
}

/* Empty parts between commas are passed over. */
static bool check_field(struct pq_string field, const struct bounds *bound, struct pq_error *error)
{
	struct pq_string part;
	while (pq_string_split(&field, ',', &part)) {
		if (part.length > 0 && !check_range(part, bound, error))
			return false;
	}
	return true;
}

static bool check_descriptor(struct pq_string text, struct pq_error *error)
{
	static const char *const known[] = { "@yearly", "@annually", "@monthly", "@weekly",
					     "@daily",  "@midnight", "@hourly" };
	static const struct pq_string every = PQ_LITERAL("@every ");
	struct pq_error reason;
	int64_t nanoseconds;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (pq_string_is(text, known[i]))
			return true;
	}
	if (!pq_string_starts_with(text, every))
		return fail(error, "unrecognized descriptor", text);
	struct pq_string duration = pq_string_slice(text, every.length, text.length);
	return pq_duration_parse(duration, &nanoseconds, &reason) ||
	       pq_error_set(error, PQ_ERROR_INVALID, "failed to parse duration %.*s: %s",
			    PQ_STRING_ARGUMENT(text), reason.message);
}

static bool is_space(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Splits off the next field; empty when there is none. */
static struct pq_string take_field(struct pq_string *rest)
{
	size_t start = 0, end;
	while (start < rest->length && is_space(rest->data[start]))
		start++;
	for (end = start; end < rest->length && !is_space(rest->data[end]);)
		end++;
	struct pq_string field = pq_string_slice(*rest, start, end - start);
	*rest = pq_string_slice(*rest, end, rest->length);
	return field;
}

static bool check_count(struct pq_string schedule, struct pq_error *error)
{
	struct pq_string rest = schedule, field;
	char fields[PQ_ERROR_MESSAGE_MAX] = "";
	size_t count = 0, length = 0;
	while ((field = take_field(&rest)).length > 0) {
		size_t room = sizeof fields - length;
		if (field.length + 2 < room) {
			if (count > 0)
				fields[length++] = ' ';
			memcpy(fields + length, field.data, field.length);
			length += field.length;
			fields[length] = '\0';
		}
		count++;
	}
	return count == FIELD_COUNT ||
	       pq_error_set(error, PQ_ERROR_INVALID, "expected exactly %d fields, found %zu: [%s]",
			    FIELD_COUNT, count, fields);
}

static struct pq_string without_zone(struct pq_string schedule)
{
	ptrdiff_t space = pq_string_find_byte(schedule, ' ');
	if (space < 0 || (!pq_string_starts_with(schedule, PQ_S("TZ=")) &&
			  !pq_string_starts_with(schedule, PQ_S("CRON_TZ="))))
		return schedule;
	return pq_string_trim(pq_string_slice(schedule, (size_t)space, schedule.length));
}

bool pq_cron_check(struct pq_string schedule, struct pq_error *error)
{
	if (schedule.length == 0)
		return pq_error_set(error, PQ_ERROR_INVALID, "empty spec string");
	schedule = without_zone(schedule);
	if (pq_string_starts_with(schedule, PQ_S("@")))
		return check_descriptor(schedule, error);
	if (!check_count(schedule, error))
		return false;
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		if (!check_field(take_field(&schedule), &bounds[i], error))
			return false;
	}
	return true;
}
