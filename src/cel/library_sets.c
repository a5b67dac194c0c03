/*
 * Sets: cel-go v0.26 ext/sets.go.
 */
#include "cel/container.h"
#include "cel/cost.h"
#include "cel/estimate.h"
#include "cel/evaluate.h"
#include "cel/library.h"
#include "cel/signature.h"
#include "cel/standard.h"

/* Whether a list has an item: a bool, or why that cannot be said. */
static struct pq_cel_value has_item(struct pq_cel_run *run, const struct pq_cel_value *list,
				    const struct pq_cel_value *items, uint32_t index)
{
	struct pq_cel_value item, found;
	pq_cel_list_get(run->arena, items, index, &item);
	pq_cel_list_contains(run, list, &item, &found);
	return found;
}

static struct pq_cel_value contains_all(struct pq_cel_run *run, const struct pq_cel_value *list,
					const struct pq_cel_value *items)
{
	for (uint32_t i = 0; i < pq_cel_list_size(items); i++) {
		struct pq_cel_value found = has_item(run, list, items, i);
		if (!pq_cel_is_true(&found))
			return found;
	}
	return pq_cel_from_bool(true);
}

static void contains(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	*result = contains_all(run, &arguments[0], &arguments[1]);
}

static void is_equivalent(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			  struct pq_cel_value *result)
{
	*result = contains_all(run, &arguments[0], &arguments[1]);
	if (pq_cel_is_true(result))
		*result = contains_all(run, &arguments[1], &arguments[0]);
}

static void intersects(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		       struct pq_cel_value *result)
{
	for (uint32_t i = 0; i < pq_cel_list_size(&arguments[0]); i++) {
		*result = has_item(run, &arguments[1], &arguments[0], i);
		if (pq_cel_is_true(result))
			return;
	}
	*result = pq_cel_from_bool(false);
}

#define SET_FUNCTION(call_, function_, id_, model_)                                                \
	{                                                                                          \
		ROW(call_, function_, id_, &pq_cel_bool, 2, &pq_cel_list_of_a, &pq_cel_list_of_a), \
			OVERLOAD_COST(model_, model_)                                              \
	}

static const struct pq_cel_overload overloads[] = {
	SET_FUNCTION(contains, "sets.contains", "list_sets_contains_list", set_relation),
	SET_FUNCTION(is_equivalent, "sets.equivalent", "list_sets_equivalent_list",
		     set_equivalence),
	SET_FUNCTION(intersects, "sets.intersects", "list_sets_intersects_list", set_relation),
};

const struct pq_cel_library pq_cel_library_sets = {
	.name = "sets",
	.introduced = 29,
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
};
