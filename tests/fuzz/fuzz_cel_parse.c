/* An expression: nothing crashes, what is refused has an issue, and what is accepted is the same
 * when it is parsed again. */
#include "base/utf8.h"
#include "cel/parse.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_string text = { .data = (const char *)data, .length = size };
	text.length = pq_utf8_find_invalid(text);
	for (uint8_t version = 25; version <= 36; version += 11) {
		struct pq_cel_tree tree, again;
		struct pq_cel_issues issues;
		if (!pq_cel_parse(&arena, text, version, &tree, &issues)) {
			if (pq_cel_issues_is_empty(&issues) ||
			    pq_cel_issues_format(&issues, &arena).data == NULL)
				abort();
			continue;
		}
		if (tree.root == NULL || !pq_cel_issues_is_empty(&issues) ||
		    !pq_cel_parse(&arena, text, version, &again, &issues) ||
		    tree.id_count != again.id_count)
			abort();
	}
	return 0;
}
