#include "base/map.h"

#include "base/hash.h"

#include <stdlib.h>

enum { SLOTS_MIN = 16 };

void pq_map_init(struct pq_map *map)
{
	*map = (struct pq_map){ 0 };
}

void pq_map_done(struct pq_map *map)
{
	for (size_t i = 0; i < map->count; i++)
		free((char *)map->entries[i].key.data);
	free(map->entries);
	free(map->slots);
	*map = (struct pq_map){ 0 };
}

/* The slot that holds key, or the free one where it would stand. The table is never full. */
static size_t find_slot(const struct pq_map *map, struct pq_string key, uint32_t hash)
{
	size_t mask = map->slot_count - 1;
	for (size_t slot = hash & mask;; slot = (slot + 1) & mask) {
		if (map->slots[slot] == 0)
			return slot;
		const struct pq_map_entry *entry = &map->entries[map->slots[slot] - 1];
		if (entry->hash == hash && pq_string_equal(entry->key, key))
			return slot;
	}
}

void *pq_map_find(const struct pq_map *map, struct pq_string key)
{
	if (map->count == 0)
		return NULL;
	uint32_t index = map->slots[find_slot(map, key, pq_hash(key))];
	return index == 0 ? NULL : map->entries[index - 1].value;
}

static bool grow_entries(struct pq_map *map)
{
	if (map->count < map->capacity)
		return true;
	size_t capacity = map->capacity == 0 ? SLOTS_MIN / 2 : map->capacity * 2;
	struct pq_map_entry *entries = realloc(map->entries, capacity * sizeof *entries);
	if (entries == NULL)
		return false;
	map->entries = entries;
	map->capacity = capacity;
	return true;
}

static bool grow_slots(struct pq_map *map)
{
	if ((map->count + 1) * 2 <= map->slot_count)
		return true;
	size_t slot_count = map->slot_count == 0 ? SLOTS_MIN : map->slot_count * 2;
	uint32_t *slots = calloc(slot_count, sizeof *slots);
	if (slots == NULL)
		return false;
	free(map->slots);
	map->slots = slots;
	map->slot_count = slot_count;
	for (size_t i = 0; i < map->count; i++) {
		const struct pq_map_entry *entry = &map->entries[i];
		map->slots[find_slot(map, entry->key, entry->hash)] = (uint32_t)i + 1;
	}
	return true;
}

bool pq_map_put(struct pq_map *map, struct pq_string key, void *value, void **replaced)
{
	if (replaced != NULL)
		*replaced = NULL;
	if (!grow_entries(map) || !grow_slots(map))
		return false;
	uint32_t hash = pq_hash(key);
	size_t slot = find_slot(map, key, hash);
	if (map->slots[slot] != 0) {
		struct pq_map_entry *entry = &map->entries[map->slots[slot] - 1];
		if (replaced != NULL)
			*replaced = entry->value;
		entry->value = value;
		return true;
	}
	char *copy = malloc(key.length + 1);
	if (copy == NULL)
		return false;
	if (key.length > 0)
		memcpy(copy, key.data, key.length);
	copy[key.length] = '\0';
	map->entries[map->count++] = (struct pq_map_entry){
		.key = { .data = copy, .length = key.length },
		.hash = hash,
		.value = value,
	};
	map->slots[slot] = (uint32_t)map->count;
	return true;
}

/* Closes the gap that removal leaves in a run of occupied slots (linear probing, no tombstones). */
static void free_slot(struct pq_map *map, size_t slot)
{
	size_t mask = map->slot_count - 1;
	size_t gap = slot;
	map->slots[gap] = 0;
	for (size_t next = (gap + 1) & mask; map->slots[next] != 0; next = (next + 1) & mask) {
		size_t home = map->entries[map->slots[next] - 1].hash & mask;
		if (((next - home) & mask) < ((next - gap) & mask))
			continue;
		map->slots[gap] = map->slots[next];
		map->slots[next] = 0;
		gap = next;
	}
}

void *pq_map_take(struct pq_map *map, struct pq_string key)
{
	if (map->count == 0)
		return NULL;
	size_t slot = find_slot(map, key, pq_hash(key));
	if (map->slots[slot] == 0)
		return NULL;
	size_t index = map->slots[slot] - 1;
	struct pq_map_entry removed = map->entries[index];
	free_slot(map, slot);
	size_t last = map->count - 1;
	if (index != last) {
		size_t moved = find_slot(map, map->entries[last].key, map->entries[last].hash);
		map->entries[index] = map->entries[last];
		map->slots[moved] = (uint32_t)index + 1;
	}
	map->count = last;
	free((char *)removed.key.data);
	return removed.value;
}
