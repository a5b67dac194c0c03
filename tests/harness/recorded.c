#include "harness/recorded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct pq_string decode(struct pq_arena *arena, struct pq_string text)
{
	size_t length = text.length;
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '%')
			length -= 2;
	}
	char *bytes = pq_arena_alloc_bytes(arena, length);
	assert_non_null(bytes);
	for (size_t i = 0, at = 0; at < length; i++, at++) {
		bytes[at] = text.data[i];
		if (text.data[i] == '%') {
			char digits[] = { text.data[i + 1], text.data[i + 2], '\0' };
			bytes[at] = (char)strtoul(digits, NULL, 16);
			i += 2;
		}
	}
	return (struct pq_string){ .data = bytes, .length = length };
}

bool test_recorded_next(struct pq_string *rest, struct pq_arena *arena, struct pq_string *columns,
			size_t count)
{
	struct pq_string line, column;
	do {
		if (!pq_string_split(rest, '\n', &line))
			return false;
	} while (line.length == 0 || line.data[0] == '#');
	for (size_t i = 0; i < count; i++) {
		assert_true(pq_string_split(&line, '\t', &column));
		columns[i] = decode(arena, column);
	}
	assert_false(pq_string_split(&line, '\t', &column));
	return true;
}
