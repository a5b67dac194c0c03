#include "base/format.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
	CONVERSION_MAX = 48,
	NUMBER_MAX = 12, /* of an int, and the end */
};

/* What has been written so far, and would have been had there been room. */
struct output {
	char *text;
	size_t size;
	size_t length;
};

static void append(struct output *output, const char *bytes, size_t count)
{
	if (output->length < output->size) {
		size_t room = output->size - output->length;
		memcpy(output->text + output->length, bytes, count < room ? count : room);
	}
	output->length += count;
}

/* Where a conversion goes on: the rest of the room. */
static char *end_of(const struct output *output)
{
	return output->length < output->size ? output->text + output->length : NULL;
}

static size_t room_of(const struct output *output)
{
	return output->length < output->size ? output->size - output->length : 0;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* One conversion, "%03d" for instance, but %.*s; the length of its text, or -1. */
static int convert(const struct output *output, const char *conversion, va_list *arguments)
{
	char *end = end_of(output);
	size_t room = room_of(output), length = strlen(conversion);
	switch (conversion[length - 1]) {
	case 's':
		return snprintf(end, room, conversion, va_arg(*arguments, const char *));
	case 'e':
	case 'f':
	case 'g':
		return snprintf(end, room, conversion, va_arg(*arguments, double));
	default:
		break;
	}
	if (strchr(conversion, 'z') != NULL)
		return snprintf(end, room, conversion, va_arg(*arguments, size_t));
	if (strstr(conversion, "ll") != NULL)
		return snprintf(end, room, conversion, va_arg(*arguments, long long));
	if (strchr(conversion, 'l') != NULL)
		return snprintf(end, room, conversion, va_arg(*arguments, long));
	return snprintf(end, room, conversion, va_arg(*arguments, int));
}

#pragma GCC diagnostic pop

/* Takes a conversion off the format, with the widths and precisions that are arguments written out.
 * False when it is longer than any should be. */
static bool take_conversion(const char **format, char conversion[CONVERSION_MAX],
			    va_list *arguments)
{
	size_t length = 0;
	char last;
	do {
		last = *(*format)++;
		if (length + NUMBER_MAX >= CONVERSION_MAX || last == '\0')
			return false;
		if (last == '*')
			length += (size_t)snprintf(conversion + length, NUMBER_MAX, "%d",
						   va_arg(*arguments, int));
		else
			conversion[length++] = last;
	} while (length == 1 || strchr("%cdefgisuxX", last) == NULL);
	conversion[length] = '\0';
	return true;
}

/* %.*s: all of the string, whatever is in it. */
static void append_string(struct output *output, va_list *arguments)
{
	int length = va_arg(*arguments, int);
	const char *bytes = va_arg(*arguments, const char *);
	append(output, bytes, (size_t)length);
}

static bool write_all(struct output *output, const char *format, va_list *arguments)
{
	for (;;) {
		size_t plain = strcspn(format, "%");
		append(output, format, plain);
		format += plain;
		if (*format == '\0')
			return true;
		if (strncmp(format, "%.*s", 4) == 0) {
			append_string(output, arguments);
			format += 4;
			continue;
		}
		char conversion[CONVERSION_MAX];
		if (!take_conversion(&format, conversion, arguments))
			return false;
		if (strcmp(conversion, "%%") == 0) {
			append(output, "%", 1);
			continue;
		}
		int written = convert(output, conversion, arguments);
		if (written < 0)
			return false;
		output->length += (size_t)written;
	}
}

int pq_format_list(char *text, size_t size, const char *format, va_list arguments)
{
	struct output output = { .text = text, .size = size };
	va_list copy;
	va_copy(copy, arguments);
	bool fine = write_all(&output, format, &copy);
	va_end(copy);
	if (size > 0)
		text[output.length < size ? output.length : size - 1] = '\0';
	return !fine || output.length > INT32_MAX ? -1 : (int)output.length;
}
