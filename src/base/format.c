#include "base/format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { CONVERSION_MAX = 16 };

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

static int write_all(struct output *output, const char *format, va_list *arguments)
{
	while (*format != '\0') {
		size_t plain = strcspn(format, "%");
		append(output, format, plain);
		format += plain;
		if (*format == '\0')
			return 0;
		size_t length = 1 + strcspn(format + 1, "%cdefgisuxX") + 1;
		char conversion[CONVERSION_MAX];
		if (length >= sizeof conversion)
			return -1;
		memcpy(conversion, format, length);
		conversion[length] = '\0';
		format += length;
		if (strcmp(conversion, "%.*s") == 0) {
			int count = va_arg(*arguments, int);
			const char *bytes = va_arg(*arguments, const char *);
			append(output, bytes, (size_t)count);
			continue;
		}
		if (strcmp(conversion, "%%") == 0) {
			append(output, "%", 1);
			continue;
		}
		int written = convert(output, conversion, arguments);
		if (written < 0)
			return -1;
		output->length += (size_t)written;
	}
	return 0;
}

int pq_format_list(char *text, size_t size, const char *format, va_list arguments)
{
	struct output output = { .text = text, .size = size };
	va_list copy;
	va_copy(copy, arguments);
	int code = write_all(&output, format, &copy);
	va_end(copy);
	if (size > 0)
		text[output.length < size ? output.length : size - 1] = '\0';
	return code < 0 || output.length > INT32_MAX ? -1 : (int)output.length;
}
