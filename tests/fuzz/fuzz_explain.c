/*
 * An OpenAPI document, a CustomResourceDefinition and what is asked about them: two JSON documents
 * and a text, with a line feed between.
 *
 * Beyond memory safety: JSON must be JSON, and text nothing that a terminal would obey.
 */
#include "base/utf8.h"
#include "explain/explain.h"
#include "json/printable.h"
#include "json/read.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY_MAX = 64 * 1024 * 1024, COLUMNS = 60 };

static void check_text(struct pq_string text)
{
	size_t width;
	for (size_t at = 0; at < text.length; at += width) {
		uint32_t character =
			pq_utf8_decode(pq_string_slice(text, at, text.length - at), &width);
		assert(character != PQ_UTF8_REPLACEMENT || width > 1);
		assert(character == '\n' || character == '\t' || pq_go_is_printable(character));
	}
}

static void check_json(struct pq_arena *arena, struct pq_string text)
{
	struct pq_value value;
	struct pq_error error;
	assert(pq_json_read(arena, text, NULL, &value, &error) || error.code == PQ_ERROR_TOO_LARGE);
}

static void explain(struct pq_arena *arena, const struct pq_explain *known,
		    struct pq_string request, bool is_recursive)
{
	pq_cleanup_buffer struct pq_buffer text, json;
	struct pq_explain_target target;
	struct pq_error error;
	pq_buffer_init(&text, MEMORY_MAX);
	pq_buffer_init(&json, MEMORY_MAX);
	if (!pq_explain_find(known, request, PQ_S(""), &target, &error))
		return;
	if (pq_explain_write_text(&target, is_recursive, COLUMNS, &text, &error))
		check_text(pq_buffer_view(&text));
	if (pq_explain_write_json(&target, is_recursive, &json, &error) && !pq_buffer_failed(&json))
		check_json(arena, pq_buffer_view(&json));
}

static void run(struct pq_arena *arena, struct pq_explain *known, struct pq_string openapi,
		struct pq_string crd, struct pq_string request)
{
	struct pq_value document;
	struct pq_error error;
	if (!pq_explain_add_openapi(known, openapi, &error))
		return;
	if (pq_json_read(arena, crd, NULL, &document, &error) &&
	    !pq_explain_add_crd(known, &document, &error))
		return;
	explain(arena, known, request, false);
	explain(arena, known, request, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pq_string text = { .data = (const char *)data, .length = size }, openapi, crd;
	struct pq_explain *known = pq_explain_new();
	struct pq_arena arena;
	pq_arena_init(&arena, MEMORY_MAX);
	if (known != NULL && pq_string_split(&text, '\n', &openapi) &&
	    pq_string_split(&text, '\n', &crd) && text.data != NULL)
		run(&arena, known, openapi, crd, text);
	pq_explain_free(known);
	pq_arena_done(&arena);
	return 0;
}
