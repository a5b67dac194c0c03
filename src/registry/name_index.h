/* The items of a list by their names: of those that share one, the first. Private to this folder.
 */
#ifndef PQ_REGISTRY_NAME_INDEX_H
#define PQ_REGISTRY_NAME_INDEX_H

#include "base/arena.h"
#include "json/value.h"

struct name_index {
	const struct pq_value **items; /* in the order of their names, then of the list */
	size_t count;
	const char *key;
};

/* The name of an item is the string at key; with key NULL the items are strings
 * themselves. list may be NULL.
 * The index lives in the arena, and is empty when that is exhausted. */
void name_index_build(struct name_index *index, struct pq_arena *arena, const struct pq_value *list,
		      const char *key);

/* The first item of that name, or NULL. */
const struct pq_value *name_index_find(const struct name_index *index, struct pq_string name);

/* The name of items[at]; empty when it has none. */
struct pq_string name_index_name(const struct name_index *index, size_t at);

/* Whether two items share a name. */
bool name_index_has_repeated(const struct name_index *index);

#endif
