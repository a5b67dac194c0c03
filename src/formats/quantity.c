#include "formats/quantity.h"

#include "base/character.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define FORMAT_PROBLEM                                                                             \
	"quantities must match the regular expression "                                            \
	"'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
#define SUFFIX_PROBLEM  "unable to parse quantity's suffix"
#define NUMERIC_PROBLEM "unable to parse numeric part of quantity"

enum {
	NANO = -9,
	INT64_DIGITS = 18, /* decimal digits that an int64 surely holds */
	BINARY_DIGITS =
		14, /* the same for a product with a power of 1024, as the API server has it */
};

struct suffix {
	const char *text;
	int32_t exponent; /* of 10, or of 2 */
	enum pq_quantity_form form;
};

static const struct suffix suffixes[] = {
	{ "", 0, PQ_QUANTITY_DECIMAL_SI },   { "n", -9, PQ_QUANTITY_DECIMAL_SI },
	{ "u", -6, PQ_QUANTITY_DECIMAL_SI }, { "m", -3, PQ_QUANTITY_DECIMAL_SI },
	{ "k", 3, PQ_QUANTITY_DECIMAL_SI },  { "M", 6, PQ_QUANTITY_DECIMAL_SI },
	{ "G", 9, PQ_QUANTITY_DECIMAL_SI },  { "T", 12, PQ_QUANTITY_DECIMAL_SI },
	{ "P", 15, PQ_QUANTITY_DECIMAL_SI }, { "E", 18, PQ_QUANTITY_DECIMAL_SI },
	{ "Ki", 10, PQ_QUANTITY_BINARY_SI }, { "Mi", 20, PQ_QUANTITY_BINARY_SI },
	{ "Gi", 30, PQ_QUANTITY_BINARY_SI }, { "Ti", 40, PQ_QUANTITY_BINARY_SI },
	{ "Pi", 50, PQ_QUANTITY_BINARY_SI }, { "Ei", 60, PQ_QUANTITY_BINARY_SI },
};

/* A quantity's text taken apart. */
struct parts {
	struct pq_string text;
	bool negative;
	struct pq_string integer;  /* digits without leading zeros */
	struct pq_string fraction; /* digits */
	bool has_digits;           /* one zero at least */
	struct pq_string suffix;
};

static bool is_digit(struct pq_string text, size_t at)
{
	return at < text.length && pq_is_digit(text.data[at]);
}

static size_t skip_digits(struct pq_string text, size_t at)
{
	while (is_digit(text, at))
		at++;
	return at;
}

/* Whether the rest from at on looks like a suffix: letters, a sign, digits. */
static bool is_suffix(struct pq_string text, size_t at)
{
	while (at < text.length && text.data[at] != '\0' &&
	       strchr("eEinumkKMGTP", text.data[at]) != NULL)
		at++;
	if (at < text.length && (text.data[at] == '-' || text.data[at] == '+'))
		at++;
	return skip_digits(text, at) == text.length;
}

static bool split_text(struct pq_string text, struct parts *parts)
{
	size_t at = 0;
	*parts = (struct parts){ .text = text, .negative = text.data[0] == '-' };
	if (text.data[0] == '-' || text.data[0] == '+')
		at++;
	size_t zeros = at;
	while (at < text.length && text.data[at] == '0')
		at++;
	size_t end = skip_digits(text, at);
	parts->integer = pq_string_slice(text, at, end - at);
	parts->has_digits = end > zeros;
	at = end;
	if (at < text.length && text.data[at] == '.') {
		end = skip_digits(text, at + 1);
		parts->fraction = pq_string_slice(text, at + 1, end - at - 1);
		parts->has_digits = parts->has_digits || parts->fraction.length > 0;
		at = end;
	}
	parts->suffix = pq_string_slice(text, at, text.length);
	return is_suffix(text, at);
}

/* The number behind the "e" of an exponent, cut to 32 bits as the API server does. */
static bool parse_exponent(struct pq_string text, int32_t *exponent)
{
	bool negative = text.length > 0 && text.data[0] == '-';
	if (negative || (text.length > 0 && text.data[0] == '+'))
		text = pq_string_slice(text, 1, text.length);
	if (text.length == 0 || skip_digits(text, 0) != text.length)
		return false;
	int64_t value = 0;
	for (size_t i = 0; i < text.length; i++) {
		int64_t digit = text.data[i] - '0';
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, negative ? -digit : digit, &value))
			return false;
	}
	*exponent = (int32_t)(uint32_t)(uint64_t)value;
	return true;
}

static bool find_suffix(struct pq_string text, struct suffix *suffix)
{
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		if (pq_string_is(text, suffixes[i].text)) {
			*suffix = suffixes[i];
			return true;
		}
	}
	suffix->form = PQ_QUANTITY_DECIMAL_EXPONENT;
	return text.length > 1 && (text.data[0] == 'e' || text.data[0] == 'E') &&
	       parse_exponent(pq_string_slice(text, 1, text.length), &suffix->exponent);
}

static size_t digit_count(const struct parts *parts)
{
	return parts->integer.length + parts->fraction.length;
}

static char digit_at(const struct parts *parts, size_t at)
{
	return at < parts->integer.length ? parts->integer.data[at]
					  : parts->fraction.data[at - parts->integer.length];
}

/* All digits as one number; false when there are too many. */
static bool read_mantissa(const struct parts *parts, __int128 *mantissa)
{
	__int128 value = 0;
	size_t significant = 0;
	for (size_t i = 0; i < digit_count(parts); i++) {
		char digit = digit_at(parts, i);
		if ((significant > 0 || digit != '0') && ++significant > PQ_QUANTITY_DIGITS_MAX)
			return false;
		value = value * 10 + (digit - '0');
	}
	*mantissa = value;
	return true;
}

static __int128 power_of_ten(unsigned exponent)
{
	__int128 power = 1;
	while (exponent-- > 0)
		power *= 10;
	return power;
}

/* Away from zero, so that who asks for some gets some. The mantissa is not negative. */
static void round_up_to_nano(struct pq_quantity *quantity)
{
	if (quantity->scale >= NANO || quantity->mantissa == 0)
		return;
	int64_t excess = (int64_t)NANO - quantity->scale;
	quantity->scale = NANO;
	if (excess > PQ_QUANTITY_DIGITS_MAX) {
		quantity->mantissa = 1;
		return;
	}
	__int128 unit = power_of_ten((unsigned)excess);
	quantity->mantissa = quantity->mantissa / unit + (quantity->mantissa % unit != 0);
}

static void set_largest(struct pq_quantity *quantity)
{
	quantity->mantissa = INT64_MAX;
	quantity->scale = quantity->held_scale = 0;
}

/* Multiplies fraction / unit by 2^exponent, adds the whole part of it to *integer and returns the
 * rest in nano units, rounded up. Bit by bit and digit by digit, as the product has no room. */
static __int128 multiply_fraction(__int128 fraction, __int128 unit, int32_t exponent,
				  __int128 *integer)
{
	__int128 whole = 0, nano = 0;
	for (int32_t i = 0; i < exponent; i++) {
		fraction *= 2;
		whole = whole * 2 + fraction / unit;
		fraction %= unit;
	}
	for (int i = 0; i < -NANO; i++) {
		fraction *= 10;
		nano = nano * 10 + fraction / unit;
		fraction %= unit;
	}
	*integer += whole;
	return nano + (fraction > 0);
}

/* Multiplies by 2^exponent; what exceeds an int64 becomes the largest. False when there are too
 * many digits behind the point. */
static bool multiply_binary(struct pq_quantity *quantity, int32_t exponent)
{
	if (quantity->scale < -PQ_QUANTITY_DIGITS_MAX)
		return false;
	__int128 unit = power_of_ten((unsigned)-quantity->scale);
	__int128 integer = quantity->mantissa / unit;
	if (integer > INT64_MAX >> exponent) {
		set_largest(quantity);
		return true;
	}
	__int128 fraction = quantity->mantissa % unit;
	integer <<= exponent;
	quantity->mantissa = integer;
	quantity->scale = 0;
	if (fraction == 0)
		return true;
	__int128 nano = multiply_fraction(fraction, unit, exponent, &integer);
	quantity->mantissa = integer * power_of_ten(-NANO) + nano;
	quantity->scale = NANO;
	if (quantity->mantissa > INT64_MAX * power_of_ten(-NANO))
		set_largest(quantity);
	else if (quantity->mantissa < power_of_ten(-NANO))
		quantity->form = PQ_QUANTITY_DECIMAL_SI;
	return true;
}

/* Whether the API server can do with an int64, and so neither looks at the digits nor rounds. */
static bool is_simple(const struct parts *parts, const struct suffix *suffix)
{
	size_t digits = digit_count(parts) + (parts->integer.length == 0);
	if (digits > INT64_DIGITS)
		return false;
	if (suffix->form == PQ_QUANTITY_BINARY_SI)
		return parts->fraction.length == 0 &&
		       (int32_t)digits + suffix->exponent * 3 / 10 <= BINARY_DIGITS;
	return (int64_t)suffix->exponent - (int64_t)parts->fraction.length >= NANO;
}

/* Whether the API server takes a simple text for canonical; it is not strict about it. */
static bool is_kept(const struct parts *parts, const struct suffix *suffix,
		    const struct pq_quantity *quantity)
{
	if (suffix->form == PQ_QUANTITY_BINARY_SI)
		return (quantity->mantissa >> suffix->exponent & 7) != 0;
	size_t digits = digit_count(parts);
	bool thousands = digits >= 3 && digit_at(parts, digits - 1) == '0' &&
			 digit_at(parts, digits - 2) == '0' && digit_at(parts, digits - 3) == '0';
	return quantity->scale % 3 == 0 && !thousands && parts->integer.length > 0;
}

static bool fail(struct pq_error *error, const char *problem)
{
	return pq_error_set(error, PQ_ERROR_INVALID, "%s", problem);
}

static bool fail_digits(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_TOO_LARGE,
			    "the quantity has more than %d digits; write fewer",
			    PQ_QUANTITY_DIGITS_MAX);
}

bool pq_quantity_parse(struct pq_string text, struct pq_quantity *quantity, struct pq_error *error)
{
	struct parts parts;
	struct suffix suffix;
	if (text.length == 0 || !split_text(text, &parts))
		return fail(error, FORMAT_PROBLEM);
	if (!find_suffix(parts.suffix, &suffix))
		return fail(error, SUFFIX_PROBLEM);
	bool simple = is_simple(&parts, &suffix);
	if (!simple && !parts.has_digits)
		return fail(error, NUMERIC_PROBLEM);

	struct pq_quantity parsed = {
		.form = suffix.form,
		.is_int64 = simple,
		.held_scale = NANO,
	};
	int64_t scale = -(int64_t)parts.fraction.length;
	if (suffix.form != PQ_QUANTITY_BINARY_SI)
		scale += suffix.exponent;
	if (scale < INT32_MIN || scale > INT32_MAX || !read_mantissa(&parts, &parsed.mantissa))
		return fail_digits(error);
	parsed.scale = (int32_t)scale;
	if (suffix.form == PQ_QUANTITY_BINARY_SI) {
		if (!multiply_binary(&parsed, suffix.exponent))
			return fail_digits(error);
	} else {
		round_up_to_nano(&parsed);
	}
	if (simple)
		parsed.held_scale = parsed.scale;
	if (simple && is_kept(&parts, &suffix, &parsed))
		parsed.kept = text;
	if (parts.negative)
		parsed.mantissa = -parsed.mantissa;
	*quantity = parsed;
	return true;
}

int pq_quantity_sign(const struct pq_quantity *quantity)
{
	return (quantity->mantissa > 0) - (quantity->mantissa < 0);
}

void pq_quantity_round_up(struct pq_quantity *quantity, int32_t scale)
{
	if (quantity->scale >= scale)
		return;
	for (; quantity->scale < scale; quantity->scale++)
		quantity->mantissa = quantity->mantissa / 10 + (quantity->mantissa % 10 > 0) -
				     (quantity->mantissa % 10 < 0);
	quantity->held_scale = scale;
	quantity->kept = PQ_S("");
}

/* positiveScaleInt64 multiplies by the most usual powers at once, and lets them wrap. */
int64_t pq_quantity_value(const struct pq_quantity *quantity, int digits)
{
	int64_t exponent = (int64_t)quantity->scale + digits;
	bool is_large = quantity->mantissa > INT64_MAX || quantity->mantissa < INT64_MIN;
	__int128 value = quantity->mantissa;
	if (value == 0 || exponent < -PQ_QUANTITY_DIGITS_MAX)
		return (value > 0) - (value < 0);
	for (; exponent < 0; exponent++)
		value = value / 10 + (value % 10 > 0) - (value % 10 < 0);
	if (!is_large && exponent > 0 && value == INT64_MIN)
		return 0;
	bool wraps = is_large || exponent <= 3 || exponent == 6 || exponent == 9;
	for (; exponent > 0; exponent--) {
		bool overflows = __builtin_mul_overflow(value, 10, &value);
		if (!wraps && (overflows || value > INT64_MAX || value < INT64_MIN))
			return 0;
	}
	return (int64_t)(uint64_t)value;
}

static int count_digits(__int128 mantissa)
{
	int digits = 0;
	for (; mantissa != 0; mantissa /= 10)
		digits++;
	return digits;
}

int pq_quantity_compare(const struct pq_quantity *a, const struct pq_quantity *b)
{
	int sign = pq_quantity_sign(a);
	if (sign != pq_quantity_sign(b))
		return sign < pq_quantity_sign(b) ? -1 : 1;
	if (sign == 0)
		return 0;
	int64_t magnitude_a = (int64_t)count_digits(a->mantissa) + a->scale;
	int64_t magnitude_b = (int64_t)count_digits(b->mantissa) + b->scale;
	if (magnitude_a != magnitude_b)
		return (magnitude_a < magnitude_b ? -1 : 1) * sign;
	/* As long as the longer one, both fit. */
	__int128 x = a->mantissa, y = b->mantissa;
	if (a->scale > b->scale)
		x *= power_of_ten((unsigned)(a->scale - b->scale));
	else
		y *= power_of_ten((unsigned)(b->scale - a->scale));
	return (x > y) - (x < y);
}

static bool fits_int64(__int128 value)
{
	return value >= INT64_MIN && value <= INT64_MAX;
}

/* Multiplies by a power of ten; false when the product has too many digits. */
static bool shift_left(__int128 *mantissa, int64_t digits)
{
	if (*mantissa != 0 && count_digits(*mantissa) + digits > PQ_QUANTITY_DIGITS_MAX)
		return false;
	for (; *mantissa != 0 && digits > 0; digits--)
		*mantissa *= 10;
	return true;
}

/* Whether the API server can add with int64: what is shifted and the sum must fit. */
static bool adds_as_int64(const struct pq_quantity *a, const struct pq_quantity *b,
			  __int128 shifted, __int128 sum)
{
	return a->is_int64 && b->is_int64 && fits_int64(shifted) && fits_int64(sum);
}

static bool add_signed(const struct pq_quantity *a, const struct pq_quantity *b, __int128 addend,
		       struct pq_quantity *sum)
{
	struct pq_quantity made = { .form = a->mantissa == 0 ? b->form : a->form };
	__int128 augend = a->mantissa;
	made.scale = a->scale < b->scale ? a->scale : b->scale;
	made.held_scale = a->held_scale < b->held_scale ? a->held_scale : b->held_scale;
	if (addend == 0 || augend == 0) {
		made.scale = addend == 0 ? a->scale : b->scale;
		made.mantissa = addend == 0 ? augend : addend;
		made.is_int64 = a->is_int64 && b->is_int64;
		if (made.is_int64)
			made.held_scale = made.scale;
		*sum = made;
		return true;
	}
	__int128 *shifted = a->scale > b->scale ? &augend : &addend;
	if (!shift_left(&augend, (int64_t)a->scale - made.scale) ||
	    !shift_left(&addend, (int64_t)b->scale - made.scale))
		return false;
	made.mantissa = augend + addend;
	made.is_int64 = adds_as_int64(a, b, *shifted, made.mantissa);
	*sum = made;
	return count_digits(made.mantissa) <= PQ_QUANTITY_DIGITS_MAX;
}

bool pq_quantity_add(const struct pq_quantity *a, const struct pq_quantity *b,
		     struct pq_quantity *sum)
{
	return add_signed(a, b, b->mantissa, sum);
}

bool pq_quantity_subtract(const struct pq_quantity *a, const struct pq_quantity *b,
			  struct pq_quantity *difference)
{
	/* Go's negation leaves the least int64 as it is, so that the API server adds it. */
	if (a->is_int64 && b->is_int64 && b->mantissa == INT64_MIN &&
	    add_signed(a, b, INT64_MIN, difference) && difference->is_int64)
		return true;
	return add_signed(a, b, -b->mantissa, difference);
}

bool pq_quantity_to_int64(const struct pq_quantity *quantity, int64_t *integer)
{
	__int128 value = quantity->mantissa;
	if (!quantity->is_int64 || quantity->scale < 0 || !shift_left(&value, quantity->scale) ||
	    !fits_int64(value))
		return false;
	*integer = (int64_t)value;
	return true;
}

enum { INTEGER_ROOM = 40 }; /* the digits of the largest, and a sign */

static struct pq_string format_integer(__int128 value, char text[INTEGER_ROOM])
{
	size_t at = INTEGER_ROOM;
	bool negative = value < 0;
	do {
		int digit = (int)(value % 10);
		text[--at] = (char)('0' + (negative ? -digit : digit));
		value /= 10;
	} while (value != 0);
	if (negative)
		text[--at] = '-';
	return (struct pq_string){ .data = text + at, .length = INTEGER_ROOM - at };
}

static void write_integer(struct pq_buffer *buffer, __int128 value)
{
	char text[INTEGER_ROOM];
	pq_buffer_append_string(buffer, format_integer(value, text));
}

/* The nearest to the mantissa with so many zeros. */
static double integer_to_double(__int128 mantissa, int64_t zeros)
{
	char digits[INTEGER_ROOM], text[INTEGER_ROOM + sizeof "e-2147483648"];
	snprintf(text, sizeof text, "%.*se%lld",
		 PQ_STRING_ARGUMENT(format_integer(mantissa, digits)), (long long)zeros);
	return strtod(text, NULL);
}

/* math.Pow10, which multiplies two powers, and so is not always the nearest to the power. */
static double go_power_of_ten(int32_t exponent)
{
	enum { STEP = 32 };
	static const double units[STEP] = {
		1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10,
		1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
		1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31,
	};
	static const double steps[] = {
		1e0, 1e32, 1e64, 1e96, 1e128, 1e160, 1e192, 1e224, 1e256, 1e288,
	};
	if (exponent > 308)
		return INFINITY;
	/* A quantity is not held with a smaller one than nano. */
	return exponent < 0 ? 1 / units[-exponent]
			    : steps[exponent / STEP] * units[exponent % STEP];
}

double pq_quantity_to_double(const struct pq_quantity *quantity)
{
	int64_t zeros = (int64_t)quantity->scale - quantity->held_scale;
	double base = zeros == 0 ? (double)quantity->mantissa
				 : integer_to_double(quantity->mantissa, zeros);
	return quantity->held_scale == 0 ? base : base * go_power_of_ten(quantity->held_scale);
}

static void write_suffix(struct pq_buffer *buffer, int64_t exponent, enum pq_quantity_form form)
{
	if (form == PQ_QUANTITY_DECIMAL_EXPONENT) {
		if (exponent != 0)
			pq_buffer_append_format(buffer, "e%lld", (long long)exponent);
		return;
	}
	/* The API server too writes nothing for an exponent that has no suffix. */
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		if (suffixes[i].form == form && suffixes[i].exponent == exponent)
			pq_buffer_append_text(buffer, suffixes[i].text);
	}
}

static void write_decimal(struct pq_buffer *buffer, const struct pq_quantity *quantity,
			  enum pq_quantity_form form)
{
	__int128 mantissa = quantity->mantissa;
	int64_t exponent = quantity->scale;
	for (; mantissa % 10 == 0; mantissa /= 10)
		exponent++;
	unsigned zeros = (unsigned)(((exponent % 3) + 3) % 3);
	write_integer(buffer, mantissa);
	for (unsigned i = 0; i < zeros; i++)
		pq_buffer_append_byte(buffer, '0');
	write_suffix(buffer, exponent - zeros, form);
}

/* Whether a quantity can be written with a binary suffix: an integer of at least 1024, which is
 * put in *value. */
static bool is_binary_integer(const struct pq_quantity *quantity, __int128 *value)
{
	if (quantity->form != PQ_QUANTITY_BINARY_SI)
		return false;
	__int128 unit = quantity->scale < 0 ? power_of_ten((unsigned)-quantity->scale) : 1;
	*value = quantity->mantissa / unit;
	return quantity->mantissa % unit == 0 && (*value >= 1024 || *value <= -1024);
}

static void write_binary(struct pq_buffer *buffer, __int128 value)
{
	int32_t exponent = 0;
	for (; value % 1024 == 0; value /= 1024)
		exponent += 10;
	write_integer(buffer, value);
	if (exponent > 0)
		write_suffix(buffer, exponent, PQ_QUANTITY_BINARY_SI);
}

void pq_quantity_write(struct pq_buffer *buffer, const struct pq_quantity *quantity)
{
	__int128 integer;
	if (quantity->kept.length > 0) {
		pq_buffer_append_string(buffer, quantity->kept);
	} else if (quantity->mantissa == 0) {
		pq_buffer_append_byte(buffer, '0');
	} else if (is_binary_integer(quantity, &integer)) {
		write_binary(buffer, integer);
	} else {
		write_decimal(buffer, quantity,
			      quantity->form == PQ_QUANTITY_BINARY_SI ? PQ_QUANTITY_DECIMAL_SI
								      : quantity->form);
	}
}
