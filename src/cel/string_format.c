#include "cel/string_format.h"

#include "base/character.h"
#include "cel/container.h"
#include "cel/evaluate.h"
#include "cel/text.h"
#include "json/write.h"

#include <inttypes.h>
#include <math.h>

enum { PRECISION_DEFAULT = 6 };

/* What stands between "%" and the next argument's place: "%.3f". */
struct clause {
	char verb;
	int precision; /* -1: none given */
};

bool pq_cel_format_fail(struct pq_cel_formatting *formatting, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	struct pq_string text = pq_arena_format_list(formatting->arena, format, arguments);
	va_end(arguments);
	formatting->error =
		text.data == NULL ? pq_cel_out_of_memory() : pq_cel_from_error(text.data);
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

static void write_special(struct pq_buffer *buffer, double number, int width)
{
	int length = isnan(number) ? 3 : number < 0 ? 2 : 1;
	for (; length < width; width--)
		pq_buffer_append_byte(buffer, ' ');
	pq_buffer_append_text(buffer, isnan(number) ? "NaN" : number < 0 ? "-∞" : "∞");
}

static struct pq_string print_double(struct pq_arena *arena, const char *format, int precision,
				     double number)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	return pq_arena_format(arena, format, precision, number);
#pragma GCC diagnostic pop
}

/* "-1,234.500000" */
static void write_fixed(struct pq_cel_formatting *formatting, double number, int precision)
{
	struct pq_string digits = print_double(formatting->arena, "%.*f", precision, fabs(number));
	ptrdiff_t point = pq_string_find_byte(digits, '.');
	size_t whole = point < 0 ? digits.length : (size_t)point;
	if (signbit(number))
		pq_buffer_append_byte(formatting->buffer, '-');
	for (size_t i = 0; i < digits.length; i++) {
		if (i > 0 && i < whole && (whole - i) % 3 == 0)
			pq_buffer_append_byte(formatting->buffer, ',');
		pq_buffer_append_byte(formatting->buffer, digits.data[i]);
	}
}

/* "2.718280×10⁰⁰". What is given as a precision is taken for a width. */
static void write_scientific(struct pq_cel_formatting *formatting, double number, int width)
{
	static const char *const superscripts[] = {
		"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"
	};
	struct pq_string digits =
		print_double(formatting->arena, "%.*e", PRECISION_DEFAULT, number);
	ptrdiff_t exponent = pq_string_find_byte(digits, 'e');
	if (exponent < 0)
		return;
	/* "×10" is three characters, "e+" and "e-" are two, of which the minus stays. */
	size_t length = digits.length + 1 + (digits.data[exponent + 1] == '-');
	for (size_t i = length; i < (size_t)width; i++)
		pq_buffer_append_byte(formatting->buffer, ' ');
	pq_buffer_append(formatting->buffer, digits.data, (size_t)exponent);
	pq_buffer_append_text(formatting->buffer, "×10");
	if (digits.data[exponent + 1] == '-')
		pq_buffer_append_text(formatting->buffer, "⁻");
	for (size_t i = (size_t)exponent + 2; i < digits.length; i++)
		pq_buffer_append_text(formatting->buffer, superscripts[digits.data[i] - '0']);
}

static bool write_double(struct pq_cel_formatting *formatting, const struct clause *clause,
			 const struct pq_cel_value *value)
{
	double number;
	int precision = clause->precision < 0 ? PRECISION_DEFAULT : clause->precision;
	if (!get_double(value, &number))
		return fail_type(formatting,
				 clause->verb == 'f'
					 ? "fixed-point clause can only be used on doubles"
					 : "scientific clause can only be used on doubles",
				 value);
	if (!isfinite(number))
		write_special(formatting->buffer, number, clause->verb == 'f' ? 0 : precision);
	else if (clause->verb == 'f')
		write_fixed(formatting, number, precision);
	else
		write_scientific(formatting, number, precision);
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
	for (uint32_t i = 0; i < value->length; i++)
		pq_buffer_append_format(formatting->buffer, is_upper ? "%02X" : "%02x",
					(unsigned char)value->bytes[i]);
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

/* ".3"; nothing is fine. */
static bool parse_precision(struct pq_cel_formatting *formatting, struct pq_string text, size_t *at,
			    struct clause *clause)
{
	size_t start = *at + 1;
	int64_t precision = 0;
	clause->precision = -1;
	if (text.data[*at] != '.')
		return true;
	for (*at = start; *at < text.length && pq_is_digit(text.data[*at]); ++*at) {
		if (precision <= INT32_MAX)
			precision = precision * 10 + (text.data[*at] - '0');
	}
	if (*at == text.length)
		return pq_cel_format_fail(formatting, "error while parsing precision: could not "
						      "find end of precision specifier");
	if (*at == start)
		return pq_cel_format_fail(formatting,
					  "error while parsing precision: error while converting "
					  "precision to integer: strconv.Atoi: parsing \"\": "
					  "invalid syntax");
	if (precision > PQ_CEL_FORMAT_PRECISION_MAX)
		return pq_cel_format_fail(formatting, "a precision of more than %d",
					  PQ_CEL_FORMAT_PRECISION_MAX);
	clause->precision = (int)precision;
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
	unsigned char byte = (unsigned char)clause->verb;
	char shown[3] = { (char)byte };
	if (byte >= 0x80) {
		shown[0] = (char)(0xC0 | byte >> 6);
		shown[1] = (char)(0x80 | (byte & 0x3F));
	}
	return pq_cel_format_fail(formatting, "unrecognized formatting clause \"%s\"", shown);
}

static void prefix_error(struct pq_cel_formatting *formatting, const char *prefix)
{
	formatting->error =
		pq_cel_error_format(formatting->arena, "%s: %s", prefix, formatting->error.error);
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
