#include "json/double.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Doubles with 53 bits of precision hold every decimal of 15 digits. */
enum { DIGITS_ALWAYS_EXACT = 15 };

/* Rounds number to count digits; true when they read back as number. */
static bool try_digits(double number, int count, struct pq_double_digits *result)
{
	char text[PQ_DOUBLE_DIGITS_MAX + 16];
	snprintf(text, sizeof text, "%.*e", count - 1, number);
	/* "d.ddde±xx", or "de±xx" for one digit */
	result->digits[0] = text[0];
	memcpy(result->digits + 1, text + 2, (size_t)count - 1);
	result->count = (uint8_t)count;
	result->point = (int16_t)(atoi(strchr(text, 'e') + 1) + 1);
	return strtod(text, NULL) == number;
}

/* The next larger decimal with as many digits; true when it reads back as number. Nearest digits
 * do not always: below a power of two doubles lie twice as close as above it, so that a decimal
 * above may still belong to it where the nearer one below does not. */
static bool try_next(double number, struct pq_double_digits *result)
{
	char text[PQ_DOUBLE_DIGITS_MAX + 16];
	int last = result->count - 1;
	while (last >= 0 && result->digits[last] == '9')
		result->digits[last--] = '0';
	if (last < 0) {
		result->digits[0] = '1';
		result->point++;
	} else {
		result->digits[last]++;
	}
	snprintf(text, sizeof text, "0.%.*se%d", result->count, result->digits, result->point);
	return strtod(text, NULL) == number;
}

static void strip_zeros(struct pq_double_digits *result)
{
	while (result->count > 1 && result->digits[result->count - 1] == '0')
		result->count--;
}

struct pq_double_digits pq_double_shortest(double number)
{
	struct pq_double_digits result = { .digits = "0", .count = 1, .point = 1 };
	if (number == 0)
		return result;
	int exponent;
	bool power_of_two = frexp(number, &exponent) == 0.5;
	/* Subnormal numbers have less precision, and so perhaps fewer digits. */
	int count = isnormal(number) ? DIGITS_ALWAYS_EXACT : 1;
	for (; count < PQ_DOUBLE_DIGITS_MAX; count++) {
		if (try_digits(number, count, &result))
			break;
		if (power_of_two && try_next(number, &result))
			break;
	}
	if (count == PQ_DOUBLE_DIGITS_MAX)
		try_digits(number, count, &result);
	strip_zeros(&result);
	return result;
}

/* Up to 15 digits and a power of ten up to 22 are exact doubles, so that one rounding remains
 * (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990). */
static bool parse_exactly(struct pq_string text, double *number)
{
	static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
					 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
					 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	size_t at = text.length > 0 && text.data[0] == '-';
	int64_t mantissa = 0;
	int digits = 0, fraction = 0;
	bool behind_point = false;
	for (; at < text.length; at++) {
		char byte = text.data[at];
		if (byte == '.') {
			behind_point = true;
			continue;
		}
		if (byte < '0' || byte > '9' || ++digits > DIGITS_ALWAYS_EXACT)
			return false;
		mantissa = mantissa * 10 + (byte - '0');
		fraction += behind_point;
	}
	double magnitude = (double)mantissa / powers[fraction];
	*number = text.data[0] == '-' ? -magnitude : magnitude;
	return true;
}

enum pq_double_outcome pq_double_parse(struct pq_string text, double *number)
{
	char local[128];
	if (parse_exactly(text, number))
		return PQ_DOUBLE_PARSED;
	char *copy = text.length < sizeof local ? local : malloc(text.length + 1);
	if (copy == NULL)
		return PQ_DOUBLE_NO_MEMORY;
	memcpy(copy, text.data, text.length);
	copy[text.length] = '\0';
	double result = strtod(copy, NULL);
	if (copy != local)
		free(copy);
	if (isinf(result))
		return PQ_DOUBLE_OUT_OF_RANGE;
	*number = result;
	return PQ_DOUBLE_PARSED;
}
