#include "cel/string_format.h"

#include "base/character.h"
#include "base/utf8.h"
#include "cel/container.h"
#include "cel/evaluate.h"
#include "cel/text.h"
#include "json/write.h"

#include <inttypes.h>
#include <math.h>

#define KIND(kind_) (1u << PQ_CEL_TYPE_##kind_)

static const struct pq_cel_format_verb verbs[] = {
	{ "d", KIND(INT) | KIND(UINT), "decimal clause can only be used on integers" },
	{ "f", KIND(DOUBLE) | KIND(STRING), "fixed-point clause can only be used on doubles" },
	{ "e", KIND(DOUBLE) | KIND(STRING), "scientific clause can only be used on doubles" },
	{ "b", KIND(INT) | KIND(UINT) | KIND(BOOL),
	  "only integers and bools can be formatted as binary" },
	{ "xX", KIND(INT) | KIND(UINT) | KIND(STRING) | KIND(BYTES),
	  "only integers, byte buffers, and strings can be formatted as hex" },
	{ "o", KIND(INT) | KIND(UINT), "octal clause can only be used on integers" },
	{ "s",
	  KIND(LIST) | KIND(MAP) | KIND(INT) | KIND(UINT) | KIND(DOUBLE) | KIND(BOOL) |
		  KIND(STRING) | KIND(TIMESTAMP) | KIND(BYTES) | KIND(DURATION) | KIND(TYPE) |
		  KIND(NULL),
	  "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, "
	  "types, durations, and timestamps" },
};

static const struct pq_cel_format_verb *find_verb(char letter)
{
	for (size_t i = 0; letter != '\0' && i < sizeof verbs / sizeof *verbs; i++) {
		if (strchr(verbs[i].letters, letter) != NULL)
			return &verbs[i];
	}
	return NULL;
}

/* Go's text for digits that are no int; NULL: they are, and *precision is set. */
static const char *parse_digits(struct pq_string digits, int64_t *precision)
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
static bool read_precision(struct pq_arena *arena, struct pq_string text, size_t *at,
			   int64_t *precision, struct pq_string *problem)
{
	size_t start = *at + 1;
	*precision = PQ_CEL_FORMAT_PRECISION_DEFAULT;
	if (text.data[*at] != '.')
		return true;
	*at = start;
	while (*at < text.length && pq_is_digit(text.data[*at]))
		++*at;
	if (*at == text.length) {
		*problem = PQ_S("error while parsing precision: could not find end of precision "
				"specifier");
		return false;
	}
	struct pq_string digits = pq_string_slice(text, start, *at - start);
	const char *reason = parse_digits(digits, precision);
	if (reason == NULL)
		return true;
	*problem = pq_arena_format(arena,
				   "error while parsing precision: error while converting "
				   "precision to integer: strconv.Atoi: parsing \"%.*s\": %s",
				   PQ_STRING_ARGUMENT(digits), reason);
	return false;
}

bool pq_cel_format_read_clause(struct pq_arena *arena, struct pq_string text, size_t *at,
			       struct pq_cel_format_clause *clause, struct pq_string *problem)
{
	if (!read_precision(arena, text, at, &clause->precision, problem))
		return false;
	clause->letter = text.data[(*at)++];
	clause->verb = find_verb(clause->letter);
	if (clause->verb != NULL)
		return true;
	/* Go takes the byte for a character. */
	char shown[PQ_UTF8_BYTES_MAX];
	size_t length = pq_utf8_encode((unsigned char)clause->letter, shown);
	*problem = pq_arena_format(arena, "unrecognized formatting clause \"%.*s\"", (int)length,
				   shown);
	return false;
}

bool pq_cel_format_fail(struct pq_cel_formatting *formatting, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	formatting->error = pq_cel_error_format_list(formatting->arena, format, arguments);
	va_end(arguments);
	return false;
}

static bool fail_type(struct pq_cel_formatting *formatting, const struct pq_cel_format_verb *verb,
		      const struct pq_cel_value *value)
{
	return pq_cel_format_fail(formatting, "%s, was given %.*s", verb->message,
				  PQ_STRING_ARGUMENT(pq_cel_runtime_type(value)->name));
}

/* A double, or one of the three names that stand for what is no number. */
static bool get_double(const struct pq_cel_value *value, double *number)
{
	if (value->kind == PQ_CEL_DOUBLE) {
		*number = value->number;
		return true;
	}
	struct pq_string text = pq_cel_value_string(value);
	*number = pq_string_is(text, "NaN")        ? NAN
		  : pq_string_is(text, "Infinity") ? INFINITY
						   : -INFINITY;
	return !isinf(*number) || *number > 0 || pq_string_is(text, "-Infinity");
}

static bool write_double(struct pq_cel_formatting *formatting,
			 const struct pq_cel_format_clause *clause,
			 const struct pq_cel_value *value)
{
	double number;
	if (!get_double(value, &number))
		return fail_type(formatting, clause->verb, value);
	if (clause->letter == 'f')
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

static void write_hexadecimal(struct pq_buffer *buffer, bool is_upper,
			      const struct pq_cel_value *value)
{
	if (value->kind == PQ_CEL_INT || value->kind == PQ_CEL_UINT) {
		write_integer(buffer, value, 16, is_upper);
		return;
	}
	const char *digits = is_upper ? "0123456789ABCDEF" : "0123456789abcdef";
	for (uint32_t i = 0; i < value->length; i++) {
		unsigned char byte = (unsigned char)value->bytes[i];
		pq_buffer_append_byte(buffer, digits[byte >> 4]);
		pq_buffer_append_byte(buffer, digits[byte & 15]);
	}
}

static bool write_clause(struct pq_cel_formatting *formatting,
			 const struct pq_cel_format_clause *clause,
			 const struct pq_cel_value *value)
{
	if (clause->letter == 's' && value->kind == PQ_CEL_ERROR)
		return pq_cel_format_fail(formatting, "%.*s",
					  PQ_STRING_ARGUMENT(pq_cel_value_string(value)));
	if (!pq_cel_format_takes(clause->verb, pq_cel_runtime_type(value)))
		return fail_type(formatting, clause->verb, value);
	switch (clause->letter) {
	case 's':
		return pq_cel_format_string(formatting, value);
	case 'f':
	case 'e':
		return write_double(formatting, clause, value);
	case 'b':
		if (value->kind == PQ_CEL_BOOL)
			pq_buffer_append_byte(formatting->buffer, value->boolean ? '1' : '0');
		else
			write_integer(formatting->buffer, value, 2, false);
		return true;
	case 'x':
	case 'X':
		write_hexadecimal(formatting->buffer, clause->letter == 'X', value);
		return true;
	default:
		write_integer(formatting->buffer, value, clause->letter == 'd' ? 10 : 8, false);
		return true;
	}
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
	struct pq_cel_format_clause clause;
	struct pq_cel_value value;
	struct pq_string problem;
	if (index >= pq_cel_list_size(list))
		return pq_cel_format_fail(formatting, "index %" PRIu32 " out of range", index);
	if (*at == text.length)
		return pq_cel_format_fail(formatting, "unexpected end of string");
	if (!pq_cel_format_read_clause(formatting->arena, text, at, &clause, &problem))
		return pq_cel_format_fail(formatting, "could not parse formatting clause: %.*s",
					  PQ_STRING_ARGUMENT(problem));
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
