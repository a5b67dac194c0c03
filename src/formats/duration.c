#include "formats/duration.h"

#include "base/character.h"
#include "formats/quote.h"

#include <stdio.h>

/* Go keeps magnitudes up to 2^63, since that is what the smallest duration has. */
static const uint64_t magnitude_max = UINT64_C(1) << 63;

struct unit {
	const char *name;
	uint64_t nanoseconds;
};

static const struct unit units[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "\u00b5s", 1000 }, /* micro sign */
	{ "\u03bcs", 1000 }, /* Greek mu */
	{ "ms", 1000000 },
	{ "s", 1000000000 },
	{ "m", UINT64_C(60) * 1000000000 },
	{ "h", UINT64_C(3600) * 1000000000 },
};

static uint64_t find_unit(struct pq_string name)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (pq_string_is(name, units[i].name))
			return units[i].nanoseconds;
	}
	return 0;
}

static bool is_digit(struct pq_string text, size_t at)
{
	return at < text.length && pq_is_digit(text.data[at]);
}

static bool fail(struct pq_error *error, const char *problem, struct pq_string text)
{
	char quoted[PQ_QUOTED_MAX];
	pq_quote(text, quoted);
	return pq_error_set(error, PQ_ERROR_INVALID, "time: %s %s", problem, quoted);
}

/* The digits before the point; false when they are beyond every duration. */
static bool take_integer(struct pq_string *text, uint64_t *value)
{
	size_t at = 0;
	uint64_t sum = 0;
	for (; is_digit(*text, at); at++) {
		if (sum > magnitude_max / 10)
			return false;
		sum = sum * 10 + (uint64_t)(text->data[at] - '0');
		if (sum > magnitude_max)
			return false;
	}
	*value = sum;
	*text = pq_string_slice(*text, at, text->length);
	return true;
}

/* The digits behind the point, as many as count; value is digits / scale. */
static void take_fraction(struct pq_string *text, uint64_t *value, double *scale)
{
	size_t at = 0;
	bool full = false;
	for (; is_digit(*text, at); at++) {
		full = full || *value > (magnitude_max - 1) / 10 ||
		       *value * 10 + (uint64_t)(text->data[at] - '0') > magnitude_max;
		if (full)
			continue;
		*value = *value * 10 + (uint64_t)(text->data[at] - '0');
		*scale *= 10;
	}
	*text = pq_string_slice(*text, at, text->length);
}

struct number {
	uint64_t integer;
	uint64_t fraction;
	double scale;
};

static bool take_number(struct pq_string *text, struct number *number)
{
	struct pq_string before = *text;
	if (!take_integer(text, &number->integer))
		return false;
	bool has_digits = text->length != before.length;
	if (text->length > 0 && text->data[0] == '.') {
		*text = pq_string_slice(*text, 1, text->length);
		before = *text;
		take_fraction(text, &number->fraction, &number->scale);
		has_digits = has_digits || text->length != before.length;
	}
	return has_digits;
}

static struct pq_string take_unit(struct pq_string *text)
{
	size_t at = 0;
	while (at < text->length && text->data[at] != '.' && !is_digit(*text, at))
		at++;
	struct pq_string unit = pq_string_slice(*text, 0, at);
	*text = pq_string_slice(*text, at, text->length);
	return unit;
}

/* Adds number × unit to *sum; false on overflow. */
static bool add(const struct number *number, uint64_t unit, uint64_t *sum)
{
	if (number->integer > magnitude_max / unit)
		return false;
	uint64_t value = number->integer * unit;
	/* In the order of operations that Go has, for the same rounding. */
	if (number->fraction > 0)
		value += (uint64_t)((double)number->fraction * ((double)unit / number->scale));
	if (value > magnitude_max)
		return false;
	*sum += value;
	return *sum <= magnitude_max;
}

static bool parse_parts(struct pq_string text, struct pq_string whole, uint64_t *sum,
			struct pq_error *error)
{
	while (text.length > 0) {
		struct number number = { .scale = 1 };
		if (!take_number(&text, &number))
			return fail(error, "invalid duration", whole);
		struct pq_string name = take_unit(&text);
		if (name.length == 0)
			return fail(error, "missing unit in duration", whole);
		uint64_t unit = find_unit(name);
		if (unit == 0) {
			char quoted[PQ_QUOTED_MAX], problem[PQ_QUOTED_MAX + 32];
			pq_quote(name, quoted);
			snprintf(problem, sizeof problem, "unknown unit %s in duration", quoted);
			return fail(error, problem, whole);
		}
		if (!add(&number, unit, sum))
			return fail(error, "invalid duration", whole);
	}
	return true;
}

bool pq_duration_parse(struct pq_string text, int64_t *nanoseconds, struct pq_error *error)
{
	struct pq_string rest = text;
	bool negative = text.length > 0 && text.data[0] == '-';
	if (negative || (text.length > 0 && text.data[0] == '+'))
		rest = pq_string_slice(text, 1, text.length);
	if (pq_string_is(rest, "0")) {
		*nanoseconds = 0;
		return true;
	}
	uint64_t sum = 0;
	if (rest.length == 0)
		return fail(error, "invalid duration", text);
	if (!parse_parts(rest, text, &sum, error))
		return false;
	if (!negative && sum == magnitude_max)
		return fail(error, "invalid duration", text);
	*nanoseconds = negative ? (int64_t)(0 - sum) : (int64_t)sum;
	return true;
}

/* value / 10^digits without trailing zeros. */
static void write_decimal(struct pq_buffer *buffer, uint64_t value, int digits)
{
	char fraction[16];
	uint64_t integer = value;
	for (int i = digits - 1; i >= 0; i--, integer /= 10)
		fraction[i] = (char)('0' + integer % 10);
	while (digits > 0 && fraction[digits - 1] == '0')
		digits--;
	pq_buffer_append_format(buffer, "%llu", (unsigned long long)integer);
	if (digits > 0)
		pq_buffer_append_format(buffer, ".%.*s", digits, fraction);
}

void pq_duration_write(struct pq_buffer *buffer, int64_t nanoseconds)
{
	const uint64_t second = 1000000000;
	uint64_t left = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;
	if (nanoseconds < 0)
		pq_buffer_append_byte(buffer, '-');
	if (left > 0 && left < second) {
		bool nano = left < 1000, micro = left < 1000000;
		write_decimal(buffer, left, nano ? 0 : micro ? 3 : 6);
		pq_buffer_append_text(buffer, nano ? "ns" : micro ? "\u00b5s" : "ms");
		return;
	}
	uint64_t minutes = left / second / 60;
	if (minutes >= 60)
		pq_buffer_append_format(buffer, "%lluh", (unsigned long long)(minutes / 60));
	if (minutes > 0)
		pq_buffer_append_format(buffer, "%llum", (unsigned long long)(minutes % 60));
	write_decimal(buffer, left - minutes * 60 * second, 9);
	pq_buffer_append_byte(buffer, 's');
}
