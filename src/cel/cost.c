#include "cel/cost.h"

#include "base/utf8.h"
#include "cel/container.h"
#include "cel/estimate.h"
#include "cel/evaluate.h"
#include "cel/format_kind.h"
#include "cel/number.h"
#include "cel/opaque.h"

#include <math.h>

enum { CHARACTERS_OF_UNIT = 10 }; /* that cost 1 to walk through */

/* The size of a value as costs count it: characters of a string, bytes, items, entries; 1 for what
 * has none. */
static uint64_t size_of(const struct pq_cel_value *value)
{
	switch (value->kind) {
	case PQ_CEL_STRING:
		return pq_utf8_count(pq_cel_value_string(value));
	case PQ_CEL_BYTES:
		return value->length;
	case PQ_CEL_LIST_VALUE:
		return pq_cel_list_size(value);
	case PQ_CEL_MAP_VALUE:
	case PQ_CEL_OBJECT_VALUE:
		return pq_cel_map_size(value);
	case PQ_CEL_OPAQUE_VALUE:
		return pq_cel_opaque_kind(value)->size == NULL
			       ? 1
			       : pq_cel_opaque_kind(value)->size(value->opaque);
	default:
		return 1;
	}
}

/* The functions of cel-go's own look into optionals. */
static const struct pq_cel_value *look_into(const struct pq_cel_value *value)
{
	while (value->kind == PQ_CEL_OPTIONAL && value->present != NULL)
		value = value->present;
	return value;
}

static uint64_t standard_size(const struct pq_cel_value *value)
{
	return size_of(look_into(value));
}

/* ceil() of what is not negative and fits. */
static uint64_t round_up(double number)
{
	uint64_t whole = (uint64_t)number;
	return whole + ((double)whole < number);
}

static uint64_t scale(uint64_t size, double factor)
{
	return round_up((double)size * factor);
}

/* Walking through a value. A text of a few bytes costs a unit however many characters they are, so
 * that most texts need not be counted. */
static uint64_t of_walk(const struct pq_cel_value *value)
{
	if (value->kind == PQ_CEL_STRING && value->length <= CHARACTERS_OF_UNIT)
		return value->length > 0;
	return scale(size_of(value), PQ_CEL_COST_OF_CHARACTER);
}

static uint64_t standard_walk(const struct pq_cel_value *value)
{
	return of_walk(look_into(value));
}

static uint64_t of_search(uint64_t text_size, uint64_t pattern_size)
{
	/* One more, so that an empty text does not make a costly pattern free. */
	return round_up((1.0 + (double)text_size) * PQ_CEL_COST_OF_CHARACTER) *
	       scale(pattern_size, PQ_CEL_COST_OF_PATTERN);
}

uint64_t pq_cel_cost_comparison(const struct pq_cel_made_call *call)
{
	uint64_t left = standard_walk(&call->arguments[0]);
	uint64_t right = standard_walk(&call->arguments[1]);
	return left < right ? left : right;
}

uint64_t pq_cel_cost_equality(const struct pq_cel_made_call *call)
{
	if (call->arguments[0].kind == PQ_CEL_OPAQUE_VALUE)
		return PQ_CEL_COST_OF_CALL;
	return pq_cel_cost_comparison(call);
}

uint64_t pq_cel_cost_concatenation(const struct pq_cel_made_call *call)
{
	return scale(standard_size(&call->arguments[0]) + standard_size(&call->arguments[1]),
		     PQ_CEL_COST_OF_CHARACTER);
}

uint64_t pq_cel_cost_in_list(const struct pq_cel_made_call *call)
{
	return standard_size(&call->arguments[1]);
}

uint64_t pq_cel_cost_traversal(const struct pq_cel_made_call *call)
{
	return of_walk(&call->arguments[0]);
}

uint64_t pq_cel_cost_standard_traversal(const struct pq_cel_made_call *call)
{
	return standard_walk(&call->arguments[0]);
}

uint64_t pq_cel_cost_contains(const struct pq_cel_made_call *call)
{
	return standard_walk(&call->arguments[0]) * standard_walk(&call->arguments[1]);
}

uint64_t pq_cel_cost_matches(const struct pq_cel_made_call *call)
{
	return of_search(standard_size(&call->arguments[0]), standard_size(&call->arguments[1]));
}

uint64_t pq_cel_cost_find(const struct pq_cel_made_call *call)
{
	return of_search(size_of(&call->arguments[0]), size_of(&call->arguments[1]));
}

uint64_t pq_cel_cost_traversal_twice(const struct pq_cel_made_call *call)
{
	return scale(size_of(&call->arguments[0]), 2 * PQ_CEL_COST_OF_CHARACTER);
}

uint64_t pq_cel_cost_join(const struct pq_cel_made_call *call)
{
	return scale(size_of(call->result), 2 * PQ_CEL_COST_OF_CHARACTER);
}

uint64_t pq_cel_cost_validate(const struct pq_cel_made_call *call)
{
	if (call->arguments[0].kind != PQ_CEL_OPAQUE_VALUE ||
	    call->arguments[0].opaque_type != &pq_cel_kind_format.type)
		return PQ_CEL_COST_OF_CALL;
	const struct pq_cel_named_format *format = call->arguments[0].opaque;
	return of_search(size_of(&call->arguments[1]), format->pattern_size);
}

static uint64_t of_items(struct pq_cel_run *run, const struct pq_cel_value *value, unsigned depth)
{
	struct pq_cel_value item, key;
	uint64_t cost = 0;
	if (depth > PQ_CEL_COST_DEPTH_MAX || !pq_cel_take_steps(run, 1))
		return 1;
	if (value->kind == PQ_CEL_STRING || value->kind == PQ_CEL_BYTES)
		return (uint64_t)((double)value->length * PQ_CEL_COST_OF_CHARACTER);
	if (value->kind == PQ_CEL_LIST_VALUE) {
		for (uint32_t i = 0; i < pq_cel_list_size(value) && !run->is_over; i++) {
			pq_cel_list_get(run->arena, value, i, &item);
			cost += of_items(run, &item, depth + 1);
		}
		return cost;
	}
	if (!pq_cel_is_map(value))
		return 1;
	for (uint32_t i = 0; pq_cel_map_next(run->arena, value, &i, &key, &item);)
		cost += of_items(run, &key, depth + 1) + of_items(run, &item, depth + 1);
	return cost;
}

uint64_t pq_cel_cost_items(const struct pq_cel_made_call *call)
{
	return of_items(call->run, &call->arguments[0], 0);
}

static uint64_t of_sets(const struct pq_cel_made_call *call, double factor)
{
	uint64_t pairs = size_of(&call->arguments[0]) * size_of(&call->arguments[1]);
	return PQ_CEL_COST_OF_CALL + (uint64_t)((double)pairs * factor);
}

uint64_t pq_cel_cost_set_relation(const struct pq_cel_made_call *call)
{
	return of_sets(call, 1);
}

uint64_t pq_cel_cost_set_equivalence(const struct pq_cel_made_call *call)
{
	return of_sets(call, 2);
}

static uint64_t of_new_list(double factor, uint64_t size)
{
	return (uint64_t)((double)size * factor) + PQ_CEL_COST_OF_CALL + PQ_CEL_COST_OF_LIST;
}

uint64_t pq_cel_cost_new_list(const struct pq_cel_made_call *call)
{
	return of_new_list(1, size_of(call->result));
}

uint64_t pq_cel_cost_flatten(const struct pq_cel_made_call *call)
{
	double depth = 1;
	/* cel-go takes the depth for a number here even when the call was refused for it. */
	if (call->count == 2 && call->arguments[1].kind != PQ_CEL_INT) {
		pq_cel_end_run(call->run,
			       pq_cel_error_format(call->run->arena,
						   "internal error: interface conversion: ref.Val "
						   "is %s, not types.Int",
						   pq_cel_value_go_type(&call->arguments[1])));
		return 0;
	}
	if (call->count == 2)
		depth = (double)call->arguments[1].integer;
	double cost = (double)size_of(&call->arguments[0]) * depth;
	/* Go's conversion of what is too large for an unsigned integer, and, below, of what is
	 * negative: a flattening that fails is cheap. */
	if (cost < -PQ_CEL_TWO_TO_63 || cost >= PQ_CEL_TWO_TO_63)
		return (UINT64_C(1) << 63) + PQ_CEL_COST_OF_CALL + PQ_CEL_COST_OF_LIST;
	return (uint64_t)(int64_t)cost + PQ_CEL_COST_OF_CALL + PQ_CEL_COST_OF_LIST;
}

/* The method of a list that values of a kind have none of: the first in the order of their names
 * but "Add". */
static const char *missing_method(const struct pq_cel_value *value)
{
	static const bool can_add[] = {
		[PQ_CEL_INT] = true,      [PQ_CEL_UINT] = true,   [PQ_CEL_DOUBLE] = true,
		[PQ_CEL_STRING] = true,   [PQ_CEL_BYTES] = true,  [PQ_CEL_TIMESTAMP] = true,
		[PQ_CEL_DURATION] = true, [PQ_CEL_ERROR] = false,
	};
	return can_add[value->kind] ? "Contains" : "Add";
}

static uint64_t of_self_comparison(struct pq_cel_run *run, const struct pq_cel_value *list)
{
	double factor = 2;
	/* cel-go takes it for a list here even when the call was refused for it. */
	if (list->kind != PQ_CEL_LIST_VALUE) {
		pq_cel_end_run(run, pq_cel_error_format(run->arena,
							"internal error: interface conversion: %s "
							"is not traits.Lister: missing method %s",
							pq_cel_value_go_type(list),
							missing_method(list)));
		return 0;
	}
	uint64_t size = size_of(list);
	if (size > 0) {
		struct pq_cel_value first;
		pq_cel_list_get(run->arena, list, 0, &first);
		if (first.kind == PQ_CEL_STRING || first.kind == PQ_CEL_BYTES)
			factor += PQ_CEL_COST_OF_CHARACTER;
	}
	return of_new_list(factor, size * size);
}

uint64_t pq_cel_cost_self_comparison(const struct pq_cel_made_call *call)
{
	return of_self_comparison(call->run, &call->arguments[0]);
}

uint64_t pq_cel_cost_sort_by(const struct pq_cel_made_call *call)
{
	return of_self_comparison(call->run, &call->arguments[1]);
}

/* The prefix against the address, twice as long as the prefix. */
static uint64_t of_containment(const struct pq_cel_made_call *call)
{
	return scale(2 * size_of(&call->arguments[0]), PQ_CEL_COST_OF_CHARACTER);
}

uint64_t pq_cel_cost_contains_ip(const struct pq_cel_made_call *call)
{
	return of_containment(call);
}

uint64_t pq_cel_cost_contains_ip_text(const struct pq_cel_made_call *call)
{
	return of_containment(call) + of_walk(&call->arguments[1]);
}

uint64_t pq_cel_cost_contains_cidr(const struct pq_cel_made_call *call)
{
	return of_containment(call) + of_walk(&call->arguments[0]) + 1;
}

uint64_t pq_cel_cost_contains_cidr_text(const struct pq_cel_made_call *call)
{
	return pq_cel_cost_contains_cidr(call) + of_walk(&call->arguments[1]);
}

uint64_t pq_cel_cost_authorization(const struct pq_cel_made_call *call)
{
	(void)call;
	return PQ_CEL_COST_OF_AUTHORIZATION;
}

uint64_t pq_cel_cost_selector(const struct pq_cel_made_call *call)
{
	uint64_t size = size_of(&call->arguments[1]);
	return PQ_CEL_COST_OF_LIST + scale(size, PQ_CEL_COST_OF_CHARACTER) +
	       scale(size, PQ_CEL_REQUIREMENTS_OF_CHARACTER) *
		       (PQ_CEL_COST_OF_LIST + PQ_CEL_COST_OF_STRUCT);
}
