/* Looking for a schema among those that a schema holds. */
#include "schema/source.h"

static bool any_in_list(const struct pq_source_list *list, pq_source_test *test, void *context)
{
	for (size_t i = 0; i < list->count; i++) {
		if (pq_source_any(list->items[i], test, context))
			return true;
	}
	return false;
}

static bool any_in_members(const struct pq_source_members *members, pq_source_test *test,
			   void *context)
{
	for (size_t i = 0; i < members->count; i++) {
		if (pq_source_any(members->items[i].schema, test, context))
			return true;
	}
	return false;
}

/* In the order of NewStructural, whose first complaint is the one that is told; keywords that it
 * never gets to come last. */
bool pq_source_any(const struct pq_source *source, pq_source_test *test, void *context)
{
	const struct pq_source *single[] = { source->items, source->additional_properties,
					     source->not, source->additional_items };
	if (test(source, context))
		return true;
	for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
		if (single[i] != NULL && pq_source_any(single[i], test, context))
			return true;
	}
	return any_in_members(&source->properties, test, context) ||
	       any_in_list(&source->all_of, test, context) ||
	       any_in_list(&source->any_of, test, context) ||
	       any_in_list(&source->one_of, test, context) ||
	       any_in_list(&source->items_list, test, context) ||
	       any_in_members(&source->pattern_properties, test, context) ||
	       any_in_members(&source->definitions, test, context) ||
	       any_in_members(&source->dependencies, test, context);
}
