#include "cel/string_format.h"

#include "base/character.h"
#include "base/utf8.h"
#include "cel/container.h"
#include "cel/evaluate.h"
#include "cel/text.h"
#include "json/write.h"

#include <inttypes.h>
#include <math.h>

/* What stands between "%" and the next argument's place: "%.3f". */
struct clause {
	char verb;
	int64_t precision;
};

bool pq_cel_format_fail(struct pq_cel_formatting *formatting, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	formatting->error = pq_cel_error_format_list(formatting->arena, format, arguments);
	va_end(arguments);
	return false;
}

static bool fail_type(struct pq_cel_formatting *formatting, const char *what,
		      const struct pq_cel_value *value)
{
	return pq_cel_format_fail(formatting, "%s, was given %.*s", what,
				  PQ_STRING_ARGUMENT(pq_cel_runtime_type(value)->name));
}

/* A double, or one of the three names that stand for what is no number. */
static bool get_double(const struct pq_cel_value *value, double *number)
{
	if (value->kind == PQ_CEL_DOUBLE) {
		*number = value->number;
		return true;
	}
	if (value->kind != PQ_CEL_STRING)
		return false;
	struct pq_string text = pq_cel_value_string(value);
	*number = pq_string_is(text, "NaN")        ? NAN
		  : pq_string_is(text, "Infinity") ? INFINITY
						   : -INFINITY;
	return !isinf(*number) || *number > 0 || pq_string_is(text, "-Infinity");
}

static bool write_double(struct pq_cel_formatting *formatting, const struct clause *clause,
			 const struct pq_cel_value *value)
{
	double number;
	if (!get_double(value, &number))
		return fail_type(formatting,
				 clause->verb == 'f'
					 ? "fixed-point clause can only be used on doubles"
					 : "scientific clause can only be used on doubles",
				 value);
	if (clause->verb == 'f')
		pq_cel_format_fixed(formatting, number, clause->precision);
	else
		pq_cel_format_scientific(formatting, number, clause->precision);
	return true;
}

/* Sign and digits in a base. */
static void write_integer(struct pq_buffer *buffer, const struct pq_cel_value *value, unsigned base,
			  bool is_upper)
{
	char digits[64];
	size_t at = sizeof digits;
	bool negative = value->kind == PQ_CEL_INT && value->integer < 0;
	uint64_t natural = negative ? -value->natural : value->natural;
	do {
		digits[--at] = (is_upper ? "0123456789ABCDEF" : "0123456789abcdef")[natural % base];
		natural /= base;
	} while (natural > 0);
	if (negative)
		pq_buffer_append_byte(buffer, '-');
	pq_buffer_append(buffer, digits + at, sizeof digits - at);
}

static bool is_integer(const struct pq_cel_value *value)
{
	return value->kind == PQ_CEL_INT || value->kind == PQ_CEL_UINT;
}

static bool write_hexadecimal(struct pq_cel_formatting *formatting, bool is_upper,
			      const struct pq_cel_value *value)
{
	if (is_integer(value)) {
		write_integer(formatting->buffer, value, 16, is_upper);
		return true;
	}
	if (value->kind != PQ_CEL_STRING && value->kind != PQ_CEL_BYTES)
		return fail_type(formatting,
				 "only integers, byte buffers, and strings can be formatted as hex",
				 value);
	const char *digits = is_upper ? "0123456789ABCDEF" : "0123456789abcdef";
	for (uint32_t i = 0; i < value->length; i++) {
		unsigned char byte = (unsigned char)value->bytes[i];
		pq_buffer_append_byte(formatting->buffer, digits[byte >> 4]);
		pq_buffer_append_byte(formatting->buffer, digits[byte & 15]);
	}
	return true;
}

static bool write_binary(struct pq_cel_formatting *formatting, const struct pq_cel_value *value)
{
	if (value->kind == PQ_CEL_BOOL)
		pq_buffer_append_byte(formatting->buffer, value->boolean ? '1' : '0');
	else if (is_integer(value))
		write_integer(formatting->buffer, value, 2, false);
	else
		return fail_type(formatting, "only integers and bools can be formatted as binary",
				 value);
	return true;
}

static bool write_clause(struct pq_cel_formatting *formatting, const struct clause *clause,
			 const struct pq_cel_value *value)
{
	switch (clause->verb) {
	case 's':
		return pq_cel_format_string(formatting, value);
	case 'f':
	case 'e':
		return write_double(formatting, clause, value);
	case 'b':
		return write_binary(formatting, value);
	case 'x':
	case 'X':
		return write_hexadecimal(formatting, clause->verb == 'X', value);
	case 'd':
		if (!is_integer(value))
			return fail_type(formatting, "decimal clause can only be used on integers",
					 value);
		write_integer(formatting->buffer, value, 10, false);
		return true;
	default:
		if (!is_integer(value))
			return fail_type(formatting, "octal clause can only be used on integers",
					 value);
		write_integer(formatting->buffer, value, 8, false);
		return true;
	}
}

const char *pq_cel_precision_problem(struct pq_string digits, int64_t *precision)
{
	*precision = 0;
	if (digits.length == 0)
		return "invalid syntax";
	for (size_t i = 0; i < digits.length; i++) {
		if (__builtin_mul_overflow(*precision, 10, precision) ||
		    __builtin_add_overflow(*precision, digits.data[i] - '0', precision))
			return "value out of range";
	}
	return NULL;
}

/* ".3"; nothing is fine. */
static bool parse_precision(struct pq_cel_formatting *formatting, struct pq_string text, size_t *at,
			    struct clause *clause)
{
	size_t start = *at + 1;
	clause->precision = PQ_CEL_FORMAT_PRECISION_DEFAULT;
	if (text.data[*at] != '.')
		return true;
	*at = start;
	while (*at < text.length && pq_is_digit(text.data[*at]))
		++*at;
	if (*at == text.length)
		return pq_cel_format_fail(formatting, "error while parsing precision: could not "
						      "find end of precision specifier");
	struct pq_string digits = pq_string_slice(text, start, *at - start);
	const char *problem = pq_cel_precision_problem(digits, &clause->precision);
	if (problem != NULL)
		return pq_cel_format_fail(
			formatting,
			"error while parsing precision: error while converting "
			"precision to integer: strconv.Atoi: parsing \"%.*s\": %s",
			PQ_STRING_ARGUMENT(digits), problem);
	return true;
}

/* What stands behind a "%" at *at, which moves behind it. */
static bool parse_clause(struct pq_cel_formatting *formatting, struct pq_string text, size_t *at,
			 struct clause *clause)
{
	if (!parse_precision(formatting, text, at, clause))
		return false;
	clause->verb = text.data[(*at)++];
	if (clause->verb != '\0' && strchr("sdfebxXo", clause->verb) != NULL)
		return true;
	/* Go takes the byte for a character. */
	char shown[PQ_UTF8_BYTES_MAX];
	size_t length = pq_utf8_encode((unsigned char)clause->verb, shown);
	return pq_cel_format_fail(formatting, "unrecognized formatting clause \"%.*s\"",
				  (int)length, shown);
}

static void prefix_error(struct pq_cel_formatting *formatting, const char *prefix)
{
	formatting->error =
		pq_cel_error_format(formatting->arena, "%s: %.*s", prefix,
				    PQ_STRING_ARGUMENT(pq_cel_value_string(&formatting->error)));
}

static bool write_argument(struct pq_cel_formatting *formatting, struct pq_string text, size_t *at,
			   const struct pq_cel_value *list, uint32_t index)
{
	struct clause clause;
	struct pq_cel_value value;
	if (index >= pq_cel_list_size(list))
		return pq_cel_format_fail(formatting, "index %" PRIu32 " out of range", index);
	if (*at == text.length)
		return pq_cel_format_fail(formatting, "unexpected end of string");
	if (!parse_clause(formatting, text, at, &clause)) {
		prefix_error(formatting, "could not parse formatting clause");
		return false;
	}
	pq_cel_list_get(formatting->arena, list, index, &value);
	if (!write_clause(formatting, &clause, &value)) {
		prefix_error(formatting, "error during formatting");
		return false;
	}
	return true;
}

void pq_cel_format(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		   struct pq_cel_value *result)
{
	struct pq_string text = pq_cel_value_string(&arguments[0]);
	struct pq_buffer buffer;
	struct pq_cel_formatting formatting = { .run = run,
						.arena = run->arena,
						.buffer = &buffer };
	uint32_t index = 0;
	pq_buffer_init_in(&buffer, run->arena, 0);
	for (size_t at = 0; at < text.length && !pq_buffer_failed(&buffer);) {
		char byte = text.data[at++];
		bool is_escaped = byte == '%' && at < text.length && text.data[at] == '%';
		if (byte != '%' || is_escaped) {
			pq_buffer_append_byte(&buffer, byte);
			at += is_escaped;
		} else if (!write_argument(&formatting, text, &at, &arguments[1], index++)) {
			*result = formatting.error;
			return;
		}
	}
	*result = pq_cel_from_buffer(&buffer);
}
