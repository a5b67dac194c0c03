/* An expression: nothing crashes, what is refused has an issue, and what is accepted can be written
 * anew and means the same. */
#include "base/utf8.h"
#include "cel/parse.h"
#include "cel/unparse.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The text of the expression in its one form; empty when it is refused. */
static struct pq_string rewrite(struct pq_arena *arena, struct pq_string text, uint8_t version)
{
	struct pq_cel_tree tree;
	struct pq_cel_issues issues;
	struct pq_buffer written;
	pq_buffer_init_in(&written, arena, 0);
	if (pq_cel_parse(arena, text, version, &tree, &issues)) {
		if (!pq_cel_issues_is_empty(&issues))
			abort();
		pq_cel_unparse(&written, tree.root);
	} else if (pq_cel_issues_is_empty(&issues) ||
		   pq_cel_issues_format(&issues, arena).length == 0) {
		abort();
	}
	return pq_buffer_view(&written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_string text = { .data = (const char *)data, .length = size };
	text.length = pq_utf8_find_invalid(text);
	for (uint8_t version = 25; version <= 36; version += 11) {
		struct pq_string once = rewrite(&arena, text, version);
		/* Quotes and escapes make it longer: it may be too long then. */
		if (once.length > 0 && once.length <= PQ_CEL_CODE_POINTS_MAX &&
		    !pq_string_equal(rewrite(&arena, once, version), once))
			abort();
	}
	return 0;
}
