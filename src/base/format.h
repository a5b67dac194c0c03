/* printf's formats, with %.*s for strings that may hold NULs. */
#ifndef PQ_BASE_FORMAT_H
#define PQ_BASE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* As vsnprintf, but that a string given by its length is written whole. No conversion but %.*s
 * takes its width or precision from an argument. */
int pq_format_list(char *text, size_t size, const char *format, va_list arguments)
	__attribute__((format(printf, 3, 0)));

#endif
