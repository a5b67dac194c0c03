#include "base/character.h"
#include "base/utf8.h"
#include "cel/evaluate.h"
#include "cel/number.h"
#include "cel/standard.h"
#include "cel/text.h"
#include "formats/duration.h"
#include "formats/timestamp.h"

#include <math.h>
#include <stdlib.h>

static struct pq_cel_value fail_conversion(struct pq_arena *arena, const struct pq_cel_value *value,
					   const struct pq_cel_type *type)
{
	return pq_cel_error_format(arena, "type conversion error from '%.*s' to '%.*s'",
				   PQ_STRING_ARGUMENT(pq_cel_runtime_type(value)->name),
				   PQ_STRING_ARGUMENT(type->name));
}

void pq_cel_identity(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	(void)run;
	*result = arguments[0];
}

void pq_cel_to_type(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_type(pq_cel_runtime_type(&arguments[0]));
}

void pq_cel_to_bool(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	static const char *const truths[] = { "1", "t", "T", "TRUE", "true", "True" };
	static const char *const lies[] = { "0", "f", "F", "FALSE", "false", "False" };
	*result = arguments[0];
	if (arguments[0].kind == PQ_CEL_BOOL)
		return;
	struct pq_string text = pq_cel_value_string(&arguments[0]);
	for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
		if (pq_string_is(text, truths[i]) || pq_string_is(text, lies[i])) {
			*result = pq_cel_from_bool(pq_string_is(text, truths[i]));
			return;
		}
	}
	*result = fail_conversion(run->arena, &arguments[0], &pq_cel_bool);
}

void pq_cel_to_bytes(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_bytes(pq_cel_value_string(&arguments[0]));
}

/* strconv.ParseUint in base 10, without a sign. */
static bool parse_digits(struct pq_string text, uint64_t *natural)
{
	uint64_t value = 0;
	for (size_t i = 0; i < text.length; i++) {
		if (!pq_is_digit(text.data[i]) || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(text.data[i] - '0'), &value))
			return false;
	}
	*natural = value;
	return text.length > 0;
}

/* strconv.ParseInt in base 10. */
static bool parse_int(struct pq_string text, int64_t *integer)
{
	uint64_t natural;
	bool negative = text.length > 0 && text.data[0] == '-';
	if (negative || (text.length > 0 && text.data[0] == '+'))
		text = pq_string_slice(text, 1, text.length);
	if (!parse_digits(text, &natural) || natural > (uint64_t)INT64_MAX + negative)
		return false;
	*integer = (int64_t)(negative ? -natural : natural);
	return true;
}

static size_t skip_digits(struct pq_string text, size_t at, bool hexadecimal)
{
	while (at < text.length &&
	       (text.data[at] == '_' || (hexadecimal ? pq_hexadecimal_value(text.data[at]) >= 0
						     : pq_is_digit(text.data[at]))))
		at++;
	return at;
}

/* Underscores may stand between digits, and between a prefix and a digit. */
static bool underscores_are_well(struct pq_string text, size_t from)
{
	for (size_t i = from; i < text.length; i++) {
		if (text.data[i] != '_')
			continue;
		bool before = i > from ? pq_hexadecimal_value(text.data[i - 1]) >= 0 : from > 1;
		bool after = i + 1 < text.length && pq_hexadecimal_value(text.data[i + 1]) >= 0;
		if (!before || !after)
			return false;
	}
	return true;
}

/* Whether a text without sign is a floating-point literal of Go, hexadecimal ones with their
 * exponent. */
static bool is_double_literal(struct pq_string text)
{
	bool hexadecimal = text.length > 2 && text.data[0] == '0' && (text.data[1] | 0x20) == 'x';
	size_t from = hexadecimal ? 2 : 0;
	size_t at = skip_digits(text, from, hexadecimal);
	bool has_digits = at > from;
	if (at < text.length && text.data[at] == '.') {
		size_t end = skip_digits(text, at + 1, hexadecimal);
		has_digits = has_digits || end > at + 1;
		at = end;
	}
	if (!has_digits || !underscores_are_well(text, from))
		return false;
	char marker = hexadecimal ? 'p' : 'e';
	if (at == text.length)
		return !hexadecimal;
	if ((text.data[at++] | 0x20) != marker)
		return false;
	if (at < text.length && (text.data[at] == '+' || text.data[at] == '-'))
		at++;
	size_t end = skip_digits(text, at, false);
	return end > at && end == text.length;
}

static bool is_word(struct pq_string text, const char *word)
{
	return text.length == strlen(word) && strncasecmp(text.data, word, text.length) == 0;
}

/* strconv.ParseFloat; false for a syntax that is none, and for what is out of range. */
static bool parse_double(struct pq_arena *arena, struct pq_string text, double *number)
{
	bool signed_ = text.length > 0 && (text.data[0] == '-' || text.data[0] == '+');
	struct pq_string body = signed_ ? pq_string_slice(text, 1, text.length) : text;
	double value = NAN;
	if (is_word(body, "inf") || is_word(body, "infinity")) {
		value = HUGE_VAL;
	} else if (signed_ || !is_word(body, "nan")) {
		char *copy = pq_arena_alloc_bytes(arena, body.length + 1);
		size_t length = 0;
		if (copy == NULL || !is_double_literal(body))
			return false;
		for (size_t i = 0; i < body.length; i++) {
			if (body.data[i] != '_')
				copy[length++] = body.data[i];
		}
		copy[length] = '\0';
		value = strtod(copy, NULL);
		if (isinf(value))
			return false;
	}
	*number = signed_ && text.data[0] == '-' ? -value : value;
	return true;
}

void pq_cel_to_double(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	double number;
	*result = arguments[0];
	if (arguments[0].kind == PQ_CEL_INT)
		*result = pq_cel_from_double((double)arguments[0].integer);
	else if (arguments[0].kind == PQ_CEL_UINT)
		*result = pq_cel_from_double((double)arguments[0].natural);
	else if (arguments[0].kind == PQ_CEL_STRING)
		*result = parse_double(run->arena, pq_cel_value_string(&arguments[0]), &number)
				  ? pq_cel_from_double(number)
				  : fail_conversion(run->arena, &arguments[0], &pq_cel_double);
}

void pq_cel_to_int(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		   struct pq_cel_value *result)
{
	const struct pq_cel_value *value = &arguments[0];
	int64_t integer = value->integer; /* of an int, a timestamp or a duration */
	bool fits = true;
	if (value->kind == PQ_CEL_STRING) {
		*result = parse_int(pq_cel_value_string(value), &integer)
				  ? pq_cel_from_int(integer)
				  : fail_conversion(run->arena, value, &pq_cel_int);
		return;
	}
	if (value->kind == PQ_CEL_DOUBLE)
		fits = pq_cel_double_to_int(value->number, &integer);
	else if (value->kind == PQ_CEL_UINT)
		fits = value->natural <= INT64_MAX;
	*result = fits ? pq_cel_from_int(integer) : pq_cel_from_error("integer overflow");
}

void pq_cel_to_uint(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	const struct pq_cel_value *value = &arguments[0];
	uint64_t natural = value->natural;
	bool fits = true;
	if (value->kind == PQ_CEL_STRING) {
		*result = parse_digits(pq_cel_value_string(value), &natural)
				  ? pq_cel_from_uint(natural)
				  : fail_conversion(run->arena, value, &pq_cel_uint);
		return;
	}
	if (value->kind == PQ_CEL_DOUBLE)
		fits = pq_cel_double_to_uint(value->number, &natural);
	else if (value->kind == PQ_CEL_INT)
		fits = value->integer >= 0;
	*result = fits ? pq_cel_from_uint(natural) : pq_cel_from_error("unsigned integer overflow");
}

void pq_cel_to_duration(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			struct pq_cel_value *result)
{
	struct pq_error error;
	int64_t nanoseconds;
	*result = arguments[0];
	if (arguments[0].kind == PQ_CEL_DURATION)
		return;
	if (arguments[0].kind == PQ_CEL_STRING &&
	    pq_duration_parse(pq_cel_value_string(&arguments[0]), &nanoseconds, &error))
		*result = pq_cel_from_duration(nanoseconds);
	else
		*result = fail_conversion(run->arena, &arguments[0], &pq_cel_duration);
}

void pq_cel_to_timestamp(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			 struct pq_cel_value *result)
{
	const struct pq_cel_value *value = &arguments[0];
	struct pq_time time = { .seconds = value->integer };
	*result = *value;
	if (value->kind == PQ_CEL_TIMESTAMP)
		return;
	if (value->kind == PQ_CEL_STRING &&
	    !pq_zoned_time_parse(pq_cel_value_string(value), &time, NULL))
		*result = fail_conversion(run->arena, value, &pq_cel_timestamp);
	else if (time.seconds < PQ_CEL_TIMESTAMP_MIN || time.seconds > PQ_CEL_TIMESTAMP_MAX)
		*result = pq_cel_from_error("timestamp overflow");
	else
		*result = pq_cel_from_timestamp(time.seconds, time.nanoseconds, time.utc_offset);
}

static struct pq_cel_value bytes_to_string(const struct pq_cel_value *value)
{
	struct pq_string text = pq_cel_value_string(value);
	if (pq_utf8_find_invalid(text) < text.length)
		return pq_cel_from_error("invalid UTF-8 in bytes, cannot convert to string");
	return pq_cel_from_string(text);
}

void pq_cel_to_string(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	const struct pq_cel_value *value = &arguments[0];
	struct pq_buffer buffer;
	if (value->kind == PQ_CEL_STRING) {
		*result = *value;
		return;
	}
	if (value->kind == PQ_CEL_BYTES) {
		*result = bytes_to_string(value);
		return;
	}
	pq_buffer_init_in(&buffer, run->arena, 0);
	if (value->kind == PQ_CEL_DURATION)
		pq_cel_write_duration(&buffer, value->integer);
	else if (value->kind == PQ_CEL_TIMESTAMP)
		pq_cel_write_timestamp(&buffer, value);
	else
		pq_cel_write_value(&buffer, run->arena, value);
	*result = pq_cel_from_buffer(&buffer);
}
