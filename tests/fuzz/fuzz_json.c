/*
 * The JSON reader on any bytes. What it accepts the syntax checker accepts and the other way
 * round, and what it has read comes back the same when it is written and read again.
 */
#include "json/read.h"
#include "json/syntax.h"
#include "json/write.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition)
		abort();
}

static void rewrite(struct pq_string text, struct pq_buffer *written)
{
	struct pq_arena arena;
	struct pq_value value;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	pq_buffer_init(written, 0);
	check(pq_json_read_copy(&arena, text, NULL, &value, &error));
	pq_json_write(written, &value, PQ_JSON_GO);
	check(!pq_buffer_failed(written));
	pq_arena_done(&arena);
}

/* Doubles that are whole numbers are written without a fraction and so come back as integers, -0
 * even as 0: what has been written once is what stays the same. */
static void check_round_trip(const struct pq_value *value)
{
	struct pq_buffer first, second, third;
	pq_buffer_init(&first, 0);
	pq_json_write(&first, value, PQ_JSON_GO);
	check(!pq_buffer_failed(&first));
	rewrite(pq_buffer_view(&first), &second);
	rewrite(pq_buffer_view(&second), &third);
	check(pq_string_equal(pq_buffer_view(&second), pq_buffer_view(&third)));
	pq_buffer_done(&first);
	pq_buffer_done(&second);
	pq_buffer_done(&third);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pq_arena arena;
	struct pq_findings findings;
	struct pq_json_options options = { .findings = &findings };
	struct pq_string text = { .data = (const char *)data, .length = size };
	struct pq_value value;
	struct pq_error error, syntax;
	pq_arena_init(&arena, 64 << 20);
	pq_findings_init(&findings, &arena, 0);
	bool read = pq_json_read(&arena, text, &options, &value, &error);
	bool valid = pq_json_check_syntax(text, PQ_JSON_DEPTH_MAX, &syntax);
	if (read) {
		check(valid);
		check_round_trip(&value);
	} else {
		check(error.code != PQ_ERROR_INTERNAL && error.message[0] != '\0');
		/* A number out of range is the one thing that is no matter of syntax. */
		check(!valid || strstr(error.message, "cannot unmarshal number") != NULL);
	}
	pq_arena_done(&arena);
	return 0;
}
