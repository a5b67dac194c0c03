#include "harness/recorded.h"

#include "harness/corpora.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
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

/* Moves *rest behind the next line and sets its columns; false at the end. */
static bool read_line(struct pq_string *rest, struct pq_arena *arena, struct pq_string columns[3])
{
	struct pq_string line, column;
	do {
		if (!pq_string_split(rest, '\n', &line))
			return false;
	} while (line.length == 0 || line.data[0] == '#');
	for (size_t i = 0; i < 3; i++) {
		assert_true(pq_string_split(&line, '\t', &column));
		columns[i] = decode(arena, column);
	}
	assert_false(pq_string_split(&line, '\t', &column));
	return true;
}

void test_recorded_replay(const char *relative, size_t least, test_answerer *answer)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_string rest = test_read_file(&arena, test_data(relative));
	struct pq_string columns[3];
	size_t count = 0;
	for (; read_line(&rest, &arena, columns); count++) {
		pq_cleanup_buffer struct pq_buffer got;
		pq_buffer_init(&got, 0);
		answer(columns[0], columns[1], &got);
		if (!pq_string_equal(pq_buffer_view(&got), columns[2]))
			fail_msg("%.*s \"%.*s\": want %.*s, got %.*s",
				 PQ_STRING_ARGUMENT(columns[0]), PQ_STRING_ARGUMENT(columns[1]),
				 PQ_STRING_ARGUMENT(columns[2]),
				 PQ_STRING_ARGUMENT(pq_buffer_view(&got)));
	}
	printf("%zu cases of %s\n", count, relative);
	assert_true(count >= least);
}
