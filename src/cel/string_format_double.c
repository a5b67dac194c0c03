#include "cel/string_format.h"

#include "json/double.h"

#include <math.h>

static struct pq_string print_double(struct pq_arena *arena, const char *format, int precision,
				     double number)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	return pq_arena_format(arena, format, precision, number);
#pragma GCC diagnostic pop
}

/* What a precision is that golang.org/x/text does not read to its end. */
static bool write_unread(struct pq_buffer *buffer, int64_t precision)
{
	if (precision <= PQ_CEL_FORMAT_PRECISION_MAX)
		return false;
	pq_buffer_append_text(buffer, "%!(NOVERB)");
	return true;
}

static void write_repeated(struct pq_buffer *buffer, char byte, int count)
{
	for (int i = 0; i < count; i++)
		pq_buffer_append_byte(buffer, byte);
}

static void write_special(struct pq_buffer *buffer, double number, int width)
{
	int length = isnan(number) ? 3 : number < 0 ? 2 : 1;
	write_repeated(buffer, ' ', width - length);
	pq_buffer_append_text(buffer, isnan(number) ? "NaN" : number < 0 ? "-∞" : "∞");
}

/* "1234.5": the fewest digits that read back, without an exponent. */
static struct pq_string print_shortest(struct pq_arena *arena, double number)
{
	struct pq_double_digits shortest = pq_double_shortest(number);
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, arena, 0);
	if (shortest.point <= 0)
		pq_buffer_append_text(&buffer, "0.");
	write_repeated(&buffer, '0', -shortest.point);
	for (int i = 0; i < shortest.count; i++) {
		if (i > 0 && i == shortest.point)
			pq_buffer_append_byte(&buffer, '.');
		pq_buffer_append_byte(&buffer, shortest.digits[i]);
	}
	write_repeated(&buffer, '0', shortest.point - shortest.count);
	return pq_buffer_view(&buffer);
}

/* "1,234" */
static void write_grouped(struct pq_buffer *buffer, struct pq_string whole)
{
	for (size_t i = 0; i < whole.length; i++) {
		if (i > 0 && (whole.length - i) % 3 == 0)
			pq_buffer_append_byte(buffer, ',');
		pq_buffer_append_byte(buffer, whole.data[i]);
	}
}

/*
 * "-1,234.500000". golang.org/x/text keeps a precision twice: as how many digits there are at
 * least, in 8 bits, and at most, in 16 bits with a sign; negative, the fewest are written that
 * read back.
 */
void pq_cel_format_fixed(struct pq_cel_formatting *formatting, double number, int64_t precision)
{
	struct pq_buffer *buffer = formatting->buffer;
	int least = (uint8_t)precision, most = (int16_t)precision;
	if (write_unread(buffer, precision))
		return;
	if (!isfinite(number)) {
		write_special(buffer, number, 0);
		return;
	}
	struct pq_string digits =
		most < 0 ? print_shortest(formatting->arena, fabs(number))
			 : print_double(formatting->arena, "%.*f", most, fabs(number));
	ptrdiff_t point = pq_string_find_byte(digits, '.');
	struct pq_string whole = pq_string_slice(digits, 0, point < 0 ? SIZE_MAX : (size_t)point);
	struct pq_string fraction = pq_string_slice(digits, whole.length + 1, SIZE_MAX);
	while (fraction.length > (size_t)least && fraction.data[fraction.length - 1] == '0')
		fraction.length--;
	if (number < 0)
		pq_buffer_append_byte(buffer, '-');
	write_grouped(buffer, whole);
	if (fraction.length > 0 || least > 0)
		pq_buffer_append_byte(buffer, '.');
	pq_buffer_append(buffer, fraction.data, fraction.length);
	write_repeated(buffer, '0', least - (int)fraction.length);
}

/* "2.718280×10⁰⁰". What is given as a precision is taken for a width, which is kept in 16 bits. */
void pq_cel_format_scientific(struct pq_cel_formatting *formatting, double number,
			      int64_t precision)
{
	static const char *const superscripts[] = {
		"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"
	};
	struct pq_buffer *buffer = formatting->buffer;
	int width = (uint16_t)precision;
	if (write_unread(buffer, precision))
		return;
	if (!isfinite(number)) {
		write_special(buffer, number, width);
		return;
	}
	/* A zero has no sign. */
	struct pq_string digits = print_double(formatting->arena, "%.*e",
					       PQ_CEL_FORMAT_PRECISION_DEFAULT, number + 0.0);
	ptrdiff_t exponent = pq_string_find_byte(digits, 'e');
	if (exponent < 0)
		return;
	bool is_negative = digits.data[exponent + 1] == '-';
	/* "×10" is three characters, "e+" and "e-" are two, of which the minus stays. */
	write_repeated(buffer, ' ', width - (int)digits.length - 1 - is_negative);
	pq_buffer_append(buffer, digits.data, (size_t)exponent);
	pq_buffer_append_text(buffer, is_negative ? "×10⁻" : "×10");
	for (size_t i = (size_t)exponent + 2; i < digits.length; i++)
		pq_buffer_append_text(buffer, superscripts[digits.data[i] - '0']);
}
