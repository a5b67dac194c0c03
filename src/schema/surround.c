#include "schema/surround.h"

bool pq_place_surround(struct pq_arena *arena, const struct pq_place *place, struct pq_value *value)
{
	for (; place->above != NULL; place = place->above) {
		if (place->is_item) {
			struct pq_value *item = pq_arena_alloc(arena, sizeof *item);
			if (item == NULL)
				return false;
			*item = *value;
			*value = pq_value_from_items(item, 1);
			continue;
		}
		const struct pq_member member = { .key = place->name, .value = *value };
		if (!pq_value_from_members(arena, &member, 1, value))
			return false;
	}
	return true;
}
