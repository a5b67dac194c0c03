#include "formats/duration.h"

#include <inttypes.h>
#include <stdio.h>

/* Go's time.Duration counts nanoseconds in an int64; sums are kept unsigned so that the least
 * int64 can be told from an overflow. */
#define MAGNITUDE_MAX (UINT64_C(1) << 63)

static const struct {
	struct pq_string name;
	uint64_t nanoseconds;
} units[] = {
	{ PQ_LITERAL("ns"), 1 },
	{ PQ_LITERAL("us"), 1000 },
	{ PQ_LITERAL("\xC2\xB5s"), 1000 }, /* micro sign */
	{ PQ_LITERAL("\xCE\xBCs"), 1000 }, /* Greek mu */
	{ PQ_LITERAL("ms"), 1000 * 1000 },
	{ PQ_LITERAL("s"), 1000 * 1000 * 1000 },
	{ PQ_LITERAL("m"), UINT64_C(60) * 1000 * 1000 * 1000 },
	{ PQ_LITERAL("h"), UINT64_C(3600) * 1000 * 1000 * 1000 },
};

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

struct scan {
	struct pq_string rest;
	uint64_t whole;
	uint64_t fraction;
	double scale; /* the value is whole + fraction / scale */
};

static bool starts_with_digit(struct pq_string text)
{
	return text.length > 0 && is_digit(text.data[0]);
}

static char take_byte(struct pq_string *text)
{
	char byte = text->data[0];
	*text = pq_string_slice(*text, 1, text->length);
	return byte;
}

static bool take_whole(struct scan *scan)
{
	scan->whole = 0;
	while (starts_with_digit(scan->rest)) {
		if (scan->whole > MAGNITUDE_MAX / 10)
			return false;
		scan->whole = scan->whole * 10 + (uint64_t)(take_byte(&scan->rest) - '0');
		if (scan->whole > MAGNITUDE_MAX)
			return false;
	}
	return true;
}

/* Digits that no longer fit are read and ignored. */
static void take_fraction(struct scan *scan)
{
	bool full = false;
	scan->fraction = 0;
	scan->scale = 1;
	while (starts_with_digit(scan->rest)) {
		uint64_t digit = (uint64_t)(take_byte(&scan->rest) - '0');
		full = full || scan->fraction > (MAGNITUDE_MAX - 1) / 10 ||
		       scan->fraction * 10 + digit > MAGNITUDE_MAX;
		if (full)
			continue;
		scan->fraction = scan->fraction * 10 + digit;
		scan->scale *= 10;
	}
}

/* One number without its unit: [0-9]*(\.[0-9]*)? with a digit somewhere. */
static bool take_number(struct scan *scan)
{
	size_t before = scan->rest.length;
	scan->fraction = 0;
	scan->scale = 1;
	if (!take_whole(scan))
		return false;
	bool has_digits = scan->rest.length != before;
	if (scan->rest.length > 0 && scan->rest.data[0] == '.') {
		take_byte(&scan->rest);
		size_t after_dot = scan->rest.length;
		take_fraction(scan);
		has_digits = has_digits || scan->rest.length != after_dot;
	}
	return has_digits;
}

static struct pq_string take_unit(struct scan *scan)
{
	size_t length = 0;
	while (length < scan->rest.length && scan->rest.data[length] != '.' &&
	       !is_digit(scan->rest.data[length]))
		length++;
	struct pq_string unit = pq_string_slice(scan->rest, 0, length);
	scan->rest = pq_string_slice(scan->rest, length, scan->rest.length);
	return unit;
}

static uint64_t unit_nanoseconds(struct pq_string name)
{
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (pq_string_equal(units[i].name, name))
			return units[i].nanoseconds;
	}
	return 0;
}

static bool add_part(const struct scan *scan, uint64_t unit, uint64_t *sum)
{
	if (scan->whole > MAGNITUDE_MAX / unit)
		return false;
	uint64_t part = scan->whole * unit;
	if (scan->fraction > 0) {
		part += (uint64_t)((double)scan->fraction * ((double)unit / scan->scale));
		if (part > MAGNITUDE_MAX)
			return false;
	}
	*sum += part;
	return *sum <= MAGNITUDE_MAX;
}

static bool fail_invalid(struct pq_string text, struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_INVALID, "time: invalid duration \"%.*s\"",
			    PQ_STRING_ARGUMENT(text));
}

static bool parse_parts(struct pq_string text, struct scan *scan, uint64_t *sum,
			struct pq_error *error)
{
	while (scan->rest.length > 0) {
		if (!take_number(scan))
			return fail_invalid(text, error);
		struct pq_string name = take_unit(scan);
		if (name.length == 0)
			return pq_error_set(error, PQ_ERROR_INVALID,
					    "time: missing unit in duration \"%.*s\"",
					    PQ_STRING_ARGUMENT(text));
		uint64_t unit = unit_nanoseconds(name);
		if (unit == 0)
			return pq_error_set(error, PQ_ERROR_INVALID,
					    "time: unknown unit \"%.*s\" in duration \"%.*s\"",
					    PQ_STRING_ARGUMENT(name), PQ_STRING_ARGUMENT(text));
		if (!add_part(scan, unit, sum))
			return fail_invalid(text, error);
	}
	return true;
}

bool pq_duration_parse(struct pq_string text, int64_t *nanoseconds, struct pq_error *error)
{
	struct scan scan = { .rest = text };
	bool is_negative = false;
	uint64_t sum = 0;
	if (text.length > 0 && (text.data[0] == '-' || text.data[0] == '+'))
		is_negative = take_byte(&scan.rest) == '-';
	if (scan.rest.length == 0)
		return fail_invalid(text, error);
	if (!pq_string_is(scan.rest, "0") && !parse_parts(text, &scan, &sum, error))
		return false;
	if (!is_negative && sum == MAGNITUDE_MAX)
		return fail_invalid(text, error);
	*nanoseconds = is_negative ? (int64_t)(0 - sum) : (int64_t)sum;
	return true;
}

/* A number of units with the fraction's trailing zeros left out: "1.5". */
static void write_decimal(struct pq_buffer *buffer, uint64_t value, uint64_t unit)
{
	char digits[24];
	uint64_t fraction = value % unit;
	pq_buffer_append_format(buffer, "%" PRIu64, value / unit);
	if (fraction == 0)
		return;
	int width = 0;
	for (uint64_t left = unit; left > 1; left /= 10)
		width++;
	int length = snprintf(digits, sizeof digits, ".%0*" PRIu64, width, fraction);
	while (digits[length - 1] == '0')
		length--;
	pq_buffer_append(buffer, digits, (size_t)length);
}

void pq_duration_write(struct pq_buffer *buffer, int64_t nanoseconds)
{
	uint64_t value = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;
	const uint64_t second = 1000 * 1000 * 1000;
	if (nanoseconds < 0)
		pq_buffer_append_byte(buffer, '-');
	if (value == 0) {
		pq_buffer_append_text(buffer, "0s");
	} else if (value < 1000) {
		pq_buffer_append_format(buffer, "%" PRIu64 "ns", value);
	} else if (value < 1000 * 1000) {
		write_decimal(buffer, value, 1000);
		pq_buffer_append_text(buffer, "\xC2\xB5s");
	} else if (value < second) {
		write_decimal(buffer, value, 1000 * 1000);
		pq_buffer_append_text(buffer, "ms");
	} else {
		uint64_t minutes = value / (60 * second);
		if (minutes >= 60)
			pq_buffer_append_format(buffer, "%" PRIu64 "h", minutes / 60);
		if (minutes > 0)
			pq_buffer_append_format(buffer, "%" PRIu64 "m", minutes % 60);
		write_decimal(buffer, value % (60 * second), second);
		pq_buffer_append_byte(buffer, 's');
	}
}
