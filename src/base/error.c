#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

static const struct pq_error_facts facts[] = {
	[PQ_ERROR_NONE] = { "no error", 200, "", 0, false },
	[PQ_ERROR_USAGE] = { "usage", 400, "BadRequest", 2, false },
	[PQ_ERROR_INVALID] = { "malformed input", 400, "BadRequest", 2, false },
	[PQ_ERROR_UNSUPPORTED] = { "unsupported", 415, "UnsupportedMediaType", 2, false },
	[PQ_ERROR_TOO_LARGE] = { "too large", 413, "RequestEntityTooLarge", 2, false },
	[PQ_ERROR_UNAUTHORIZED] = { "unauthorized", 401, "Unauthorized", 2, false },
	[PQ_ERROR_FORBIDDEN] = { "forbidden", 403, "Forbidden", 2, false },
	[PQ_ERROR_NOT_FOUND] = { "not found", 404, "NotFound", 2, false },
	[PQ_ERROR_CONFLICT] = { "conflict", 409, "Conflict", 2, true },
	[PQ_ERROR_EXPIRED] = { "expired", 410, "Expired", 2, true },
	[PQ_ERROR_REJECTED] = { "rejected", 422, "Invalid", 1, false },
	[PQ_ERROR_BUSY] = { "busy", 429, "TooManyRequests", 2, true },
	[PQ_ERROR_TIMEOUT] = { "timeout", 504, "Timeout", 2, true },
	[PQ_ERROR_UNAVAILABLE] = { "unavailable", 503, "ServiceUnavailable", 2, true },
	[PQ_ERROR_IO] = { "input or output", 500, "InternalError", 2, true },
	[PQ_ERROR_MEMORY] = { "out of memory", 500, "InternalError", 2, true },
	[PQ_ERROR_STOPPED] = { "stopped", 503, "ServiceUnavailable", 2, true },
	[PQ_ERROR_INTERNAL] = { "internal", 500, "InternalError", 2, true },
};
static_assert(sizeof facts / sizeof facts[0] == PQ_ERROR_COUNT, "a row for every code");

const struct pq_error_facts *pq_error_facts(enum pq_error_code code)
{
	return &facts[code < PQ_ERROR_COUNT ? code : PQ_ERROR_INTERNAL];
}

enum pq_error_code pq_error_code_from_http(int status)
{
	switch (status) {
	case 401:
		return PQ_ERROR_UNAUTHORIZED;
	case 403:
		return PQ_ERROR_FORBIDDEN;
	case 404:
		return PQ_ERROR_NOT_FOUND;
	case 406:
	case 415:
		return PQ_ERROR_UNSUPPORTED;
	case 409:
		return PQ_ERROR_CONFLICT;
	case 410:
		return PQ_ERROR_EXPIRED;
	case 413:
		return PQ_ERROR_TOO_LARGE;
	case 422:
		return PQ_ERROR_REJECTED;
	case 429:
		return PQ_ERROR_BUSY;
	case 408:
	case 504:
		return PQ_ERROR_TIMEOUT;
	default:
		return status >= 500 ? PQ_ERROR_UNAVAILABLE : PQ_ERROR_INVALID;
	}
}

/* Drops a UTF-8 sequence that was cut in two at the end of a full buffer. */
static void trim_cut_character(char *text, size_t size)
{
	size_t length = strlen(text);
	if (length + 1 < size)
		return;
	size_t start = length;
	while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0)
		return;
	unsigned char lead = (unsigned char)text[start - 1];
	size_t need = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
	if (length - start < need)
		text[start - 1] = '\0';
}

/* A new error, made before the one it replaces is touched: the arguments may be parts of that. */
static struct pq_error make_error(enum pq_error_code code, const char *format, va_list arguments)
{
	struct pq_error error = { .code = code };
	vsnprintf(error.message, sizeof error.message, format, arguments);
	trim_cut_character(error.message, sizeof error.message);
	return error;
}

bool pq_error_set(struct pq_error *error, enum pq_error_code code, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	*error = make_error(code, format, arguments);
	va_end(arguments);
	return false;
}

bool pq_error_set_at(struct pq_error *error, enum pq_error_code code, const char *path,
		     const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	struct pq_error made = make_error(code, format, arguments);
	va_end(arguments);
	pq_error_add_path(&made, pq_string_from(path));
	*error = made;
	return false;
}

void pq_error_add_path(struct pq_error *error, struct pq_string path)
{
	char whole[2 * PQ_ERROR_PATH_MAX];
	snprintf(whole, sizeof whole, "%.*s%s%s", PQ_STRING_ARGUMENT(path),
		 error->path[0] == '\0' ? "" : ": ", error->path);
	size_t length = strnlen(whole, sizeof error->path - 1);
	memcpy(error->path, whole, length);
	error->path[length] = '\0';
	trim_cut_character(error->path, sizeof error->path);
}

void pq_error_add_advice(struct pq_error *error, const char *advice)
{
	size_t length = strlen(error->message);
	snprintf(error->message + length, sizeof error->message - length, "; %s", advice);
}

void pq_error_set_position(struct pq_error *error, uint32_t line, uint32_t column)
{
	error->line = line;
	error->column = column;
}

void pq_error_format(const struct pq_error *error, char *text, size_t size)
{
	char position[32] = "";
	if (error->line != 0 && error->column != 0)
		snprintf(position, sizeof position, "%u:%u", error->line, error->column);
	else if (error->line != 0)
		snprintf(position, sizeof position, "%u", error->line);
	snprintf(text, size, "%s%s%s%s%s", error->path,
		 error->path[0] != '\0' && position[0] != '\0' ? ":" : "", position,
		 error->path[0] != '\0' || position[0] != '\0' ? ": " : "", error->message);
}
