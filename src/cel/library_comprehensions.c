/*
 * What transformMap and transformMapEntry expand to: cel-go v0.26 ext/comprehensions.go.
 */
#include "cel/container.h"
#include "cel/evaluate.h"
#include "cel/library.h"
#include "cel/signature.h"
#include "cel/text.h"

static bool insert(struct pq_cel_run *run, const struct pq_cel_value *map,
		   const struct pq_cel_value *key, const struct pq_cel_value *value,
		   struct pq_cel_value *result)
{
	struct pq_cel_value found;
	if (pq_cel_map_find(run->arena, map, key, &found)) {
		*result =
			pq_cel_error_format(run->arena, "insert failed: key %.*s already exists",
					    PQ_STRING_ARGUMENT(pq_cel_to_go_text(run->arena, key)));
		return false;
	}
	if (pq_cel_map_refuses(run->arena, key, result))
		return false;
	if (pq_cel_map_put(run->arena, map->map, key, value))
		return true;
	*result = pq_cel_out_of_memory();
	return false;
}

/* The map itself while it grows, else a copy. */
static struct pq_cel_value writable(struct pq_cel_run *run, const struct pq_cel_value *map)
{
	struct pq_cel_value key, value;
	if (map->form == PQ_CEL_GROWING)
		return *map;
	struct pq_cel_value copy = pq_cel_map_grow(run->arena);
	for (uint32_t i = 0;
	     !pq_cel_is_error(&copy) && pq_cel_map_next(run->arena, map, &i, &key, &value);) {
		if (!pq_cel_map_put(run->arena, copy.map, &key, &value))
			return pq_cel_out_of_memory();
	}
	return copy;
}

static void insert_entry(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			 struct pq_cel_value *result)
{
	struct pq_cel_value map = writable(run, &arguments[0]);
	*result = map;
	if (!pq_cel_is_error(&map))
		insert(run, &map, &arguments[1], &arguments[2], result);
}

static void insert_map(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		       struct pq_cel_value *result)
{
	struct pq_cel_value map = writable(run, &arguments[0]), key, value;
	*result = map;
	for (uint32_t i = 0; !pq_cel_is_error(result) &&
			     pq_cel_map_next(run->arena, &arguments[1], &i, &key, &value);)
		insert(run, &map, &key, &value, result);
}

static const struct pq_cel_overload overloads[] = {
	FUNCTION(insert_entry, "cel.@mapInsert", "@mapInsert_map_key_value", &pq_cel_map_of_a_b, 3,
		 &pq_cel_map_of_a_b, &pq_cel_parameter_a, &pq_cel_parameter_b),
	FUNCTION(insert_map, "cel.@mapInsert", "@mapInsert_map_map", &pq_cel_map_of_a_b, 2,
		 &pq_cel_map_of_a_b, &pq_cel_map_of_a_b),
};

const struct pq_cel_library pq_cel_library_comprehensions = {
	.name = "comprehensions",
	.introduced = 32,
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
};
