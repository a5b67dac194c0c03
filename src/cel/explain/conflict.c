#include "cel/explain/conflict.h"

bool pq_cel_configuration_is_stop(const struct pq_cel_closure *closure,
				  const struct pq_cel_configuration *configuration)
{
	return closure->atn->states[configuration->state].kind == PQ_CEL_STATE_RULE_STOP;
}

uint8_t pq_cel_find_unique(const struct pq_cel_configurations *set)
{
	for (uint32_t i = 1; i < set->count; i++) {
		if (set->items[i].alternative != set->items[0].alternative)
			return 0;
	}
	return set->count == 0 ? 0 : set->items[0].alternative;
}

uint8_t pq_cel_find_finished(const struct pq_cel_closure *closure,
			     const struct pq_cel_configurations *set)
{
	uint8_t found = 0;
	for (uint32_t i = 0; i < set->count; i++) {
		const struct pq_cel_configuration *item = &set->items[i];
		if ((item->leaves_rule ||
		     (pq_cel_configuration_is_stop(closure, item) && item->context->count == 0)) &&
		    (found == 0 || item->alternative < found))
			found = item->alternative;
	}
	return found;
}

const struct pq_cel_configuration *
pq_cel_find_configuration(const struct pq_cel_closure *closure,
			  const struct pq_cel_configurations *set, uint16_t state,
			  uint8_t alternative)
{
	const struct pq_cel_lookup *lookup = closure->lookup;
	if (lookup->rounds[state][alternative] != lookup->round)
		return NULL;
	return &set->items[lookup->at[state][alternative]];
}

/* The alternatives, as bits, that are in the state of a configuration of the set made last; with
 * the same context, if asked for. */
static uint32_t find_rivals(const struct pq_cel_closure *closure,
			    const struct pq_cel_configurations *set,
			    const struct pq_cel_configuration *configuration, bool in_context)
{
	uint32_t rivals = 0;
	for (uint8_t i = 1; i <= PQ_CEL_ALTERNATIVES_MAX; i++) {
		const struct pq_cel_configuration *other =
			pq_cel_find_configuration(closure, set, configuration->state, i);
		if (other != NULL && (!in_context || other->context == configuration->context))
			rivals |= 1U << i;
	}
	return rivals;
}

static bool is_single(uint32_t bits)
{
	return (bits & (bits - 1)) == 0;
}

uint8_t pq_cel_find_conflict(const struct pq_cel_closure *closure,
			     const struct pq_cel_configurations *set)
{
	bool all_stop = true, conflicts = false, has_single = false;
	uint8_t lowest = UINT8_MAX;
	for (uint32_t i = 0; i < set->count; i++) {
		const struct pq_cel_configuration *item = &set->items[i];
		all_stop &= pq_cel_configuration_is_stop(closure, item);
		conflicts |= !is_single(find_rivals(closure, set, item, true));
		has_single |= is_single(find_rivals(closure, set, item, false));
		if (item->alternative < lowest)
			lowest = item->alternative;
	}
	return all_stop || (conflicts && !has_single) ? lowest : 0;
}

uint8_t pq_cel_find_winner(const struct pq_cel_closure *closure,
			   const struct pq_cel_configurations *set)
{
	uint8_t winner = 0;
	for (uint32_t i = 0; i < set->count; i++) {
		uint8_t lowest =
			(uint8_t)__builtin_ctz(find_rivals(closure, set, &set->items[i], true));
		if (winner != 0 && lowest != winner)
			return 0;
		winner = lowest;
	}
	return winner;
}
