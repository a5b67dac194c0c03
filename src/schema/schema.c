#include "schema/rule_programs.h"

#include <stdlib.h>

const struct pq_schema *pq_schema_ref(const struct pq_schema *schema)
{
	atomic_fetch_add_explicit(&((struct pq_schema *)schema)->references, 1,
				  memory_order_relaxed);
	return schema;
}

void pq_schema_unref(const struct pq_schema *schema)
{
	struct pq_schema *owned = (struct pq_schema *)schema;
	if (owned == NULL ||
	    atomic_fetch_sub_explicit(&owned->references, 1, memory_order_acq_rel) != 1)
		return;
	for (const struct pq_node_text *text = owned->texts; text != NULL; text = text->next)
		pq_regex_unref(text->regex);
	pq_rules_done(owned->rules);
	pq_arena_done(&owned->arena);
	free(owned);
}

size_t pq_schema_size(const struct pq_schema *schema)
{
	return sizeof *schema + schema->arena.reserved;
}

bool pq_schema_has_rules(const struct pq_schema *schema)
{
	return (schema->root->flags & PQ_NODE_RULES_BELOW) != 0;
}

bool pq_schema_rules_use_old(const struct pq_schema *schema)
{
	return schema->rules_use_old;
}

const struct pq_node *pq_node_find_property(const struct pq_node *node, struct pq_string name,
					    uint32_t hash)
{
	const struct pq_node_properties *properties = node->properties;
	if (properties == NULL)
		return NULL;
	for (uint32_t slot = hash & properties->slot_mask; properties->slots[slot] != 0;
	     slot = (slot + 1) & properties->slot_mask) {
		const struct pq_node_property *item =
			&properties->items[properties->slots[slot] - 1];
		if (item->name.hash == hash && pq_string_equal(item->name.text, name))
			return item->node;
	}
	return NULL;
}
