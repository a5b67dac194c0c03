/*
 * Patches on any documents: the input is a JSON array of a document and a patch, which is applied
 * as a JSON Patch when it is a list and as a merge patch too. Neither may change what it works on.
 */
#include "json/patch.h"
#include "json/pointer.h"
#include "json/read.h"
#include "json/write.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition)
		abort();
}

static void write_text(struct pq_buffer *buffer, const struct pq_value *value)
{
	pq_buffer_init(buffer, 0);
	pq_json_write(buffer, value, PQ_JSON_COMPACT);
	check(!pq_buffer_failed(buffer));
}

static void apply_patch(struct pq_arena *arena, const struct pq_value *document,
			const struct pq_value *operations)
{
	struct pq_patch patch;
	struct pq_value result;
	struct pq_error error;
	pq_patch_init(&patch, arena);
	if (!pq_patch_read(operations, &patch, &error)) {
		check(error.message[0] != '\0');
		return;
	}
	for (size_t i = 0; i < patch.count; i++)
		pq_json_pointer_find(document, patch.operations[i].path);
	if (pq_patch_apply(arena, document, &patch, &result, &error)) {
		struct pq_buffer text;
		write_text(&text, &result);
		pq_buffer_done(&text);
	}
}

static void apply_merge_patch(struct pq_arena *arena, const struct pq_value *document,
			      const struct pq_value *patch)
{
	struct pq_value once;
	struct pq_buffer text;
	if (!pq_merge_patch_apply(arena, document, patch, &once))
		return;
	write_text(&text, &once);
	pq_buffer_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pq_arena arena;
	struct pq_string text = { .data = (const char *)data, .length = size };
	struct pq_value pair;
	struct pq_error error;
	struct pq_buffer before, after;
	pq_arena_init(&arena, 64 << 20);
	if (pq_json_read(&arena, text, NULL, &pair, &error) && pair.kind == PQ_ARRAY &&
	    pair.length == 2) {
		write_text(&before, &pair);
		apply_patch(&arena, &pair.items[0], &pair.items[1]);
		apply_merge_patch(&arena, &pair.items[0], &pair.items[1]);
		write_text(&after, &pair);
		check(pq_string_equal(pq_buffer_view(&before), pq_buffer_view(&after)));
		pq_buffer_done(&before);
		pq_buffer_done(&after);
	}
	pq_arena_done(&arena);
	return 0;
}
