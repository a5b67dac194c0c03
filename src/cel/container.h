/*
 * Lists and maps: those of the data, adapted as they are looked at, and those that expressions
 * make.
 *
 * What is asked for may be an error, of data that does not fit its declaration. Functions that
 * take an arena answer pq_cel_out_of_memory() or an error of that kind when it is exhausted.
 *
 * Follows cel-go v0.26 common/types/{list,map}.go and, for data with a declaration,
 * k8s.io/apiserver v0.36 pkg/cel/common/valuesunstructured.go. A map's order, random in Go, is the
 * order in which its entries stand in the data or were made.
 */
#ifndef PQ_CEL_CONTAINER_H
#define PQ_CEL_CONTAINER_H

#include "cel/value.h"

struct pq_cel_map_entry {
	struct pq_cel_value key;
	struct pq_cel_value value;
};

/* A list while it grows. */
struct pq_cel_list {
	struct pq_cel_value *items;
	uint32_t count;
	uint32_t capacity;
};

/* A map that an expression makes: entries in order, found by a hash of their keys. */
struct pq_cel_map {
	struct pq_cel_map_entry *entries;
	uint32_t count;
	uint32_t capacity;
	uint32_t *slots; /* index into entries + 1, or 0; NULL while there are few entries */
	uint32_t slot_mask;
};

/* A list of cel-go's own: built by an expression, or data without a declaration. It compares and
 * adds otherwise than a list of declared data. */
bool pq_cel_list_is_plain(const struct pq_cel_value *list);
bool pq_cel_map_is_plain(const struct pq_cel_value *map);

uint32_t pq_cel_list_size(const struct pq_cel_value *list);
/* The index must be within the list. */
void pq_cel_list_get(struct pq_arena *arena, const struct pq_cel_value *list, uint32_t index,
		     struct pq_cel_value *item);

/* An empty list or map that grows in place. */
struct pq_cel_value pq_cel_list_grow(struct pq_arena *arena);
struct pq_cel_value pq_cel_map_grow(struct pq_arena *arena);
/* False when the arena is exhausted. */
PQ_CHECKED bool pq_cel_list_append(struct pq_arena *arena, struct pq_cel_list *list,
				   const struct pq_cel_value *item);
/* A growing list or map as it stays. */
struct pq_cel_value pq_cel_settle(const struct pq_cel_value *value);

/* The list that a + b gives; both are lists. */
struct pq_cel_value pq_cel_list_concatenate(struct pq_arena *arena, const struct pq_cel_value *a,
					    const struct pq_cel_value *b);

/* True, with an error that ends the evaluation, for a key that Go's maps cannot hold. */
bool pq_cel_map_refuses(struct pq_arena *arena, const struct pq_cel_value *key,
			struct pq_cel_value *error);

uint32_t pq_cel_map_size(const struct pq_cel_value *map);
/* The value at a key; false when there is none. A key that the map cannot have gives an error and
 * true. */
bool pq_cel_map_find(struct pq_arena *arena, const struct pq_cel_value *map,
		     const struct pq_cel_value *key, struct pq_cel_value *value);

/* The field of an object that an expression calls name, or NULL: names may be written otherwise
 * than the declaration does ("namespace" for "__namespace__"). By its key in the data: the other.
 */
const struct pq_cel_field *pq_cel_find_field(struct pq_arena *arena,
					     const struct pq_cel_declaration *declaration,
					     struct pq_string name);
const struct pq_cel_field *pq_cel_find_field_by_key(const struct pq_cel_declaration *declaration,
						    struct pq_string key);
/* The data of a field in an object, or NULL. A null is as good as absent: only maps can tell them
 * apart. */
static inline const struct pq_value *pq_cel_object_find(const struct pq_cel_value *object,
							const struct pq_cel_field *field)
{
	const struct pq_member *member =
		pq_object_find(object->data->object, field->key, field->hash);
	return member == NULL || member->value.kind == PQ_NULL ? NULL : &member->value;
}

/* Adds to a map that expressions make or replaces what stands at exactly this key. False when the
 * arena is exhausted. */
PQ_CHECKED bool pq_cel_map_put(struct pq_arena *arena, struct pq_cel_map *map,
			       const struct pq_cel_value *key, const struct pq_cel_value *value);
/* Whether there is exactly this key. */
bool pq_cel_map_has(const struct pq_cel_map *map, const struct pq_cel_value *key);
void pq_cel_map_remove(struct pq_cel_map *map, const struct pq_cel_value *key);

/* A walk through the entries: for (i = 0; pq_cel_map_next(arena, map, &i, &key, &value);) with
 * value or NULL. A field of an object that is null comes with an error in the place of its value;
 * members that are no fields come last, with null for a key and an error. */
bool pq_cel_map_next(struct pq_arena *arena, const struct pq_cel_value *map, uint32_t *position,
		     struct pq_cel_value *key, struct pq_cel_value *value);

#endif
