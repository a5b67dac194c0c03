/* What the tables of this folder have in common: JSON texts in, findings as lines out. */
#ifndef PQ_TESTS_SCHEMA_CASE_H
#define PQ_TESTS_SCHEMA_CASE_H

#include "schema/schema.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static inline void expect_text(const char *name, const char *got, const char *want)
{
	if (strcmp(got, want) != 0)
		fail_msg("%s: got\n%s\nwant\n%s", name, got, want);
}

/* The tables are written with ' for ", ` for ' and ~ for `. */
static inline const char *with_quotes(struct pq_arena *arena, const char *text)
{
	static const char from[] = "'`~", to[] = "\"'`";
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, arena, 0);
	for (; *text != '\0'; text++) {
		const char *found = strchr(from, *text);
		pq_buffer_append_byte(&buffer, found == NULL ? *text : to[found - from]);
	}
	pq_buffer_append_byte(&buffer, '\0');
	return buffer.data;
}

static inline struct pq_value read_json(struct pq_arena *arena, const char *text)
{
	struct pq_value value;
	struct pq_error error;
	if (!pq_json_read_copy(arena, pq_string_from(text), NULL, &value, &error))
		fail_msg("%s: %s", text, error.message);
	return value;
}

static inline const struct pq_schema *compile_json(const char *text, enum pq_schema_kind kind)
{
	struct pq_arena arena;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	struct pq_value source = read_json(&arena, text);
	const struct pq_schema *schema = pq_schema_compile(&source, kind, &error);
	/* The program keeps nothing of its source. */
	pq_arena_done(&arena);
	if (schema == NULL)
		fail_msg("%s: %s: %s", text, error.path, error.message);
	return schema;
}

/* "field: message" lines, in order. */
static inline const char *findings_text(struct pq_arena *arena, const struct pq_findings *findings)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	for (size_t i = 0; i < findings->count; i++) {
		pq_buffer_append_text(&text, i == 0 ? "" : "\n");
		pq_buffer_append_string(&text, findings->items[i].field);
		pq_buffer_append_text(&text, ": ");
		pq_buffer_append_string(&text, findings->items[i].message);
	}
	pq_buffer_append_byte(&text, '\0');
	return text.data;
}

static inline const char *json_text(struct pq_arena *arena, const struct pq_value *value)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	pq_json_write(&text, value, PQ_JSON_COMPACT);
	pq_buffer_append_byte(&text, '\0');
	return text.data;
}

#endif
