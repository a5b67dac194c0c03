/*
 * Hash map from byte strings to pointers.
 *
 * Keys are copied into the map. Values are the caller's: the map never frees them. Iteration is in
 * order of insertion as long as nothing has been removed. Not thread-safe.
 */
#ifndef PQ_BASE_MAP_H
#define PQ_BASE_MAP_H

#include "base/compiler.h"
#include "base/string_view.h"

struct pq_map_entry {
	struct pq_string key;
	uint32_t hash;
	void *value;
};

struct pq_map {
	struct pq_map_entry *entries; /* dense; entries[0..count) are in use */
	size_t count;
	size_t capacity;
	uint32_t *slots; /* index into entries + 1, or 0 */
	size_t slot_count;
};

void pq_map_init(struct pq_map *map);
void pq_map_done(struct pq_map *map);

/* The value, or NULL. */
void *pq_map_find(const struct pq_map *map, struct pq_string key);

/* Stores value under key; *replaced, if given, is set to the value that stood there or NULL.
 * False when out of memory, the map being as it was. value must not be NULL. */
PQ_CHECKED bool pq_map_put(struct pq_map *map, struct pq_string key, void *value, void **replaced);

/* Takes the value out, or returns NULL. The last entry moves into the gap. */
void *pq_map_take(struct pq_map *map, struct pq_string key);

#define pq_cleanup_map PQ_CLEANUP(pq_map_done)

#endif
