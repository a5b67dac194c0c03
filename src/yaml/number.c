#include "yaml/number.h"

#include "base/character.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int digit_value(char byte)
{
	if (pq_is_digit(byte))
		return byte - '0';
	char lower = (char)(byte | 0x20);
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

/* Takes the prefix that names the base. */
static int take_base(const char **text)
{
	const char *at = *text;
	if (at[0] != '0')
		return 10;
	char letter = at[1] == '\0' || at[2] == '\0' ? '\0' : (char)(at[1] | 0x20);
	int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
	*text += base == 0 ? 1 : 2;
	return base == 0 ? 8 : base;
}

static bool parse_digits(const char *text, int base, uint64_t *natural)
{
	uint64_t sum = 0;
	for (; *text != '\0'; text++) {
		int digit = digit_value(*text);
		if (digit >= base || __builtin_mul_overflow(sum, (uint64_t)base, &sum) ||
		    __builtin_add_overflow(sum, (uint64_t)digit, &sum))
			return false;
	}
	*natural = sum;
	return true;
}

/* A number without its sign, '-', '+' or NUL. go-yaml takes one behind "0b", too. */
static bool parse_size(const char *text, char *sign, uint64_t *natural)
{
	*sign = *text == '-' || *text == '+' ? *text : '\0';
	text += *sign != '\0';
	bool has_late_sign =
		*sign == '\0' && strncmp(text, "0b", 2) == 0 && (text[2] == '-' || text[2] == '+');
	if (has_late_sign) {
		*sign = text[2];
		return text[3] != '\0' && parse_digits(text + 3, 2, natural);
	}
	if (*text == '\0')
		return false;
	int base = take_base(&text);
	return parse_digits(text, base, natural);
}

static bool parse_integer(const char *text, struct pq_yaml_scalar *scalar)
{
	char sign;
	uint64_t natural;
	if (!parse_size(text, &sign, &natural))
		return false;
	bool is_negative = sign == '-';
	if (natural <= (uint64_t)INT64_MAX + is_negative) {
		scalar->type = PQ_YAML_TYPE_INTEGER;
		scalar->integer = (int64_t)(is_negative ? 0 - natural : natural);
		return true;
	}
	if (sign != '\0')
		return false;
	scalar->type = PQ_YAML_TYPE_UNSIGNED;
	scalar->natural = natural;
	return true;
}

static const char *skip_digits(const char *text)
{
	while (pq_is_digit(*text))
		text++;
	return text;
}

/* [-+]? (\.[0-9]+ | [0-9]+(\.[0-9]*)?) ([eE][-+]?[0-9]+)? */
static bool has_float_form(const char *text)
{
	text += *text == '-' || *text == '+';
	const char *whole = text;
	text = skip_digits(text);
	bool has_whole = text > whole;
	if (*text == '.') {
		const char *fraction = ++text;
		text = skip_digits(text);
		if (!has_whole && text == fraction)
			return false;
	} else if (!has_whole) {
		return false;
	}
	if (*text == 'e' || *text == 'E') {
		text++;
		text += *text == '-' || *text == '+';
		const char *exponent = text;
		text = skip_digits(text);
		if (text == exponent)
			return false;
	}
	return *text == '\0';
}

bool pq_yaml_parse_float(const char *text, double *number)
{
	if (!has_float_form(text))
		return false;
	double parsed = strtod(text, NULL);
	if (isinf(parsed))
		return false;
	*number = parsed;
	return true;
}

bool pq_yaml_parse_number(const char *text, struct pq_yaml_scalar *scalar)
{
	if (parse_integer(text, scalar))
		return true;
	double number;
	if (!pq_yaml_parse_float(text, &number))
		return false;
	scalar->type = PQ_YAML_TYPE_FLOAT;
	scalar->number = number;
	return true;
}

/* Takes least to most digits; -1 when there are fewer. */
static int take_number(struct pq_string *text, size_t least, size_t most)
{
	int number = 0;
	size_t count = 0;
	while (count < most && count < text->length && pq_is_digit(text->data[count]))
		number = number * 10 + (text->data[count++] - '0');
	if (count < least)
		return -1;
	*text = pq_string_slice(*text, count, text->length);
	return number;
}

static bool take_byte(struct pq_string *text, char byte)
{
	if (text->length == 0 || text->data[0] != byte)
		return false;
	*text = pq_string_slice(*text, 1, text->length);
	return true;
}

static int days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

static bool take_date(struct pq_string *text)
{
	int year = take_number(text, 4, 4);
	if (year < 0 || !take_byte(text, '-'))
		return false;
	int month = take_number(text, 1, 2);
	if (month < 1 || month > 12 || !take_byte(text, '-'))
		return false;
	int day = take_number(text, 1, 2);
	return day >= 1 && day <= days_of_month(year, month);
}

static bool take_clock(struct pq_string *text)
{
	int hour = take_number(text, 1, 2);
	if (hour < 0 || hour > 23 || !take_byte(text, ':'))
		return false;
	int minute = take_number(text, 1, 2);
	if (minute < 0 || minute > 59 || !take_byte(text, ':'))
		return false;
	int second = take_number(text, 1, 2);
	if (second < 0 || second > 59)
		return false;
	bool has_fraction = text->length >= 2 && (text->data[0] == '.' || text->data[0] == ',') &&
			    pq_is_digit(text->data[1]);
	if (has_fraction) {
		do
			*text = pq_string_slice(*text, 1, text->length);
		while (text->length > 0 && pq_is_digit(text->data[0]));
	}
	return true;
}

static bool take_zone(struct pq_string *text)
{
	if (take_byte(text, 'Z'))
		return true;
	if (!take_byte(text, '+') && !take_byte(text, '-'))
		return false;
	int hour = take_number(text, 2, 2);
	if (hour < 0 || hour > 24 || !take_byte(text, ':'))
		return false;
	int minute = take_number(text, 2, 2);
	return minute >= 0 && minute <= 60;
}

bool pq_yaml_is_timestamp(struct pq_string text)
{
	if (!take_date(&text))
		return false;
	if (text.length == 0)
		return true;
	if (take_byte(&text, ' '))
		return take_clock(&text) && text.length == 0;
	if (!take_byte(&text, 'T') && !take_byte(&text, 't'))
		return false;
	return take_clock(&text) && take_zone(&text) && text.length == 0;
}

void pq_yaml_format_float_key(double number, char *text, size_t size)
{
	float narrow = (float)number;
	if (isnan(narrow) || isinf(narrow)) {
		snprintf(text, size, "%s", isnan(narrow) ? ".nan" : narrow < 0 ? "-.inf" : ".inf");
		return;
	}
	int digits = 1;
	for (; digits < 9; digits++) {
		snprintf(text, size, "%.*e", digits - 1, (double)narrow);
		if (strtof(text, NULL) == narrow)
			break;
	}
	snprintf(text, size, "%.*e", digits - 1, (double)narrow);
	int exponent = atoi(strchr(text, 'e') + 1);
	if (narrow != 0 && (exponent < -4 || exponent >= 6))
		return;
	int decimals = digits - 1 - exponent;
	snprintf(text, size, "%.*f", decimals > 0 ? decimals : 0, (double)narrow);
}

/* "-1.2345e+18" -> "-1234500000000000000", in place; text has room for 20 digits. */
static void expand_exponent(char *text)
{
	char *exponent = strchr(text, 'e');
	int zeros = atoi(exponent + 1);
	bool is_fraction = false;
	size_t length = 0;
	for (const char *at = text; at < exponent; at++) {
		zeros -= is_fraction;
		if (*at == '.')
			is_fraction = true;
		else
			text[length++] = *at;
	}
	for (; zeros > 0; zeros--)
		text[length++] = '0';
	text[length] = '\0';
}

bool pq_yaml_float_to_integer(double number, int64_t *integer)
{
	/* Above 2^53 the shortest digits that read back, padded with zeros, are what JSON says, and
	 * those are not the double's exact value. */
	const double exact = 9007199254740992.0;
	const double beyond = 1e19;
	if (isnan(number) || trunc(number) != number || fabs(number) >= beyond)
		return false;
	if (fabs(number) <= exact) {
		*integer = (int64_t)number;
		return true;
	}
	char text[40];
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*e", digits - 1, number);
		if (strtod(text, NULL) == number)
			break;
	}
	expand_exponent(text);
	errno = 0;
	long long parsed = strtoll(text, NULL, 10);
	if (errno == ERANGE)
		return false;
	*integer = parsed;
	return true;
}
