#include "cel/dynamic_regex.h"
#include "cel/number.h"
#include "cel/planning.h"

/* What a call is made of once its arguments are planned. */
struct planned_call {
	const struct pq_cel_expression *expression;
	struct pq_string function;
	struct pq_cel_node **nodes;
	uint32_t count;
};

static bool plan_arguments(struct pq_cel_planner *planner, struct planned_call *call)
{
	const struct pq_cel_expression *expression = call->expression;
	bool is_member = expression->function.target != NULL;
	call->function = expression->function.function;
	call->count = expression->function.count + is_member;
	call->nodes = pq_arena_alloc_array(planner->arena, call->count, sizeof *call->nodes);
	if (call->nodes == NULL)
		return false;
	for (uint32_t i = 0; i < call->count; i++) {
		const struct pq_cel_expression *argument =
			is_member && i == 0 ? expression->function.target
					    : expression->function.arguments[i - is_member];
		call->nodes[i] = pq_cel_plan_expression(planner, argument);
		if (call->nodes[i] == NULL)
			return false;
	}
	return true;
}

/* a OP b OP c from the left. */
static struct pq_cel_node *plan_pairs(struct pq_cel_planner *planner,
				      const struct planned_call *call,
				      enum pq_cel_operation operation)
{
	struct pq_cel_node *left = call->nodes[0];
	for (uint32_t i = 1; i < call->count; i++) {
		struct pq_cel_node *node = pq_cel_plan_node(planner, operation);
		if (node == NULL)
			return NULL;
		node->operands[0] = left;
		node->operands[1] = call->nodes[i];
		left = node;
	}
	return left;
}

static struct pq_cel_node *plan_single(struct pq_cel_planner *planner,
				       const struct planned_call *call,
				       enum pq_cel_operation operation)
{
	struct pq_cel_node *node = pq_cel_plan_node(planner, operation);
	if (node != NULL)
		node->operands[0] = call->nodes[0];
	return node;
}

/* Operators that have a plan of their own; false when the call is none of them. */
static bool plan_operator(struct pq_cel_planner *planner, const struct planned_call *call,
			  struct pq_cel_node **node)
{
	struct pq_string function = call->function;
	if (pq_string_is(function, "_&&_"))
		*node = plan_pairs(planner, call, PQ_CEL_DO_AND);
	else if (pq_string_is(function, "_||_"))
		*node = plan_pairs(planner, call, PQ_CEL_DO_OR);
	else if (pq_string_is(function, "!_"))
		*node = plan_single(planner, call, PQ_CEL_DO_NOT);
	else if (pq_string_is(function, "_==_"))
		*node = plan_pairs(planner, call, PQ_CEL_DO_EQUAL);
	else if (pq_string_is(function, "_!=_"))
		*node = plan_pairs(planner, call, PQ_CEL_DO_NOT_EQUAL);
	else if (pq_string_is(function, "_?_:_"))
		*node = pq_cel_plan_conditional(planner, call->nodes);
	else if (pq_string_is(function, "_[_]"))
		*node = pq_cel_plan_index(planner, call->expression, call->nodes, false);
	else if (pq_string_is(function, "_[?_]") || pq_string_is(function, "_?._"))
		*node = pq_cel_plan_index(planner, call->expression, call->nodes, true);
	else if (pq_string_is(function, "@not_strictly_false"))
		*node = plan_single(planner, call, PQ_CEL_DO_NOT_STRICTLY_FALSE);
	else if (call->count == 2 && pq_string_is(function, "or"))
		*node = plan_pairs(planner, call, PQ_CEL_DO_OPTIONAL_OR);
	else if (call->count == 2 && pq_string_is(function, "orValue"))
		*node = plan_pairs(planner, call, PQ_CEL_DO_OPTIONAL_OR_VALUE);
	else
		return false;
	return true;
}

/* Adds an item to a set, in the forms of all number types that equal it. */
static bool add_to_set(struct pq_arena *arena, struct pq_cel_map *set,
		       const struct pq_cel_value *item)
{
	struct pq_cel_value yes = pq_cel_from_bool(true), other;
	if (!pq_cel_map_put(arena, set, item, &yes))
		return false;
	if (pq_cel_to_lossless_int(item, &other) && !pq_cel_map_put(arena, set, &other, &yes))
		return false;
	if (pq_cel_to_lossless_uint(item, &other) && !pq_cel_map_put(arena, set, &other, &yes))
		return false;
	if (item->kind != PQ_CEL_INT && item->kind != PQ_CEL_UINT)
		return true;
	other = pq_cel_from_double(item->kind == PQ_CEL_INT ? (double)item->integer
							    : (double)item->natural);
	return pq_cel_map_put(arena, set, &other, &yes);
}

static bool is_settable(const struct pq_cel_value *item)
{
	return item->kind >= PQ_CEL_BOOL && item->kind <= PQ_CEL_STRING;
}

/* x in [constants]: nothing to evaluate when there are none, else a set when it can be one. *node
 * stays NULL when the call is as any other. False when the arena is exhausted. */
static bool plan_membership(struct pq_cel_planner *planner, const struct planned_call *call,
			    struct pq_cel_node **node)
{
	if (!pq_string_is(call->function, "@in") || call->expression->overload_count != 1 ||
	    strcmp(call->expression->overloads[0]->id, "in_list") != 0 ||
	    call->nodes[1]->operation != PQ_CEL_DO_CONSTANT)
		return true;
	const struct pq_cel_value *list = &call->nodes[1]->constant;
	if (list->kind != PQ_CEL_LIST_VALUE)
		return true;
	if (list->length == 0) {
		*node = pq_cel_plan_constant(planner, pq_cel_from_bool(false));
		return *node != NULL;
	}
	struct pq_cel_value set = pq_cel_map_grow(planner->arena);
	if (pq_cel_is_error(&set))
		return false;
	for (uint32_t i = 0; i < list->length; i++) {
		if (!is_settable(&list->items[i]))
			return true;
		if (!add_to_set(planner->arena, set.map, &list->items[i]))
			return false;
	}
	*node = pq_cel_plan_node(planner, PQ_CEL_DO_IS_IN_SET);
	if (*node == NULL)
		return false;
	(*node)->membership.element = call->nodes[0];
	(*node)->membership.set = set.map;
	return true;
}

static bool is_conversion(struct pq_string function)
{
	static const char *const conversions[] = {
		"bool", "bytes",  "double",    "duration", "dyn",
		"int",  "string", "timestamp", "type",     "uint"
	};
	for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++) {
		if (pq_string_is(function, conversions[i]))
			return true;
	}
	return false;
}

/* Replaces a conversion of a constant by its result. */
static struct pq_cel_node *fold_conversion(struct pq_cel_planner *planner, struct pq_cel_node *node)
{
	struct pq_cel_value result;
	pq_cel_run_node(&planner->run, node, &result);
	if (pq_cel_is_error(&result))
		return pq_cel_plan_fail(planner, pq_cel_value_string(&result));
	return pq_cel_plan_constant(planner, result);
}

static bool hold_regex(struct pq_cel_planner *planner, const struct pq_regex *regex)
{
	struct pq_cel_held *held = pq_arena_alloc_raw(planner->arena, sizeof *held);
	if (held == NULL) {
		pq_regex_unref(regex);
		return false;
	}
	*held = (struct pq_cel_held){ regex, planner->held };
	planner->held = held;
	return true;
}

/* Compiles the pattern of a call that takes one as its second argument, when it is constant. */
static bool prepare_regex(struct pq_cel_planner *planner, const struct planned_call *planned,
			  struct pq_cel_call *call)
{
	struct pq_error error;
	bool takes_pattern = pq_string_is(planned->function, "matches") ||
			     pq_string_is(planned->function, "find") ||
			     pq_string_is(planned->function, "findAll");
	if (!takes_pattern || planned->count < 2 ||
	    planned->nodes[1]->operation != PQ_CEL_DO_CONSTANT ||
	    planned->nodes[1]->constant.kind != PQ_CEL_STRING)
		return true;
	struct pq_string pattern = pq_cel_value_string(&planned->nodes[1]->constant);
	const struct pq_regex *regex = pq_regex_compile(pattern, &error);
	if (regex == NULL) {
		struct pq_cel_value problem =
			pq_cel_regex_error(planner->arena, "", pattern, &error);
		pq_cel_plan_fail(planner, pq_cel_value_string(&problem));
		return false;
	}
	call->prepared = regex;
	call->stops_early = true;
	return hold_regex(planner, regex);
}

static struct pq_cel_node *plan_function(struct pq_cel_planner *planner,
					 const struct planned_call *planned)
{
	const struct pq_cel_expression *expression = planned->expression;
	struct pq_cel_node *node = pq_cel_plan_node(planner, PQ_CEL_DO_CALL);
	size_t arguments_size = planned->count * sizeof(struct pq_cel_node *);
	struct pq_cel_call *call = pq_arena_alloc(planner->arena, sizeof *call + arguments_size);
	size_t overloads_size = expression->overload_count * sizeof *expression->overloads;
	void *overloads = pq_arena_alloc_raw(planner->arena, overloads_size);
	if (node == NULL || call == NULL || overloads == NULL)
		return NULL;
	memcpy(overloads, expression->overloads, overloads_size);
	memcpy(call->arguments, planned->nodes, arguments_size);
	call->overloads = overloads;
	call->overload_count = expression->overload_count;
	call->count = planned->count;
	const struct pq_cel_overload *first = call->overloads[0];
	call->stops_early = call->count > 2 || first->stops_early ||
			    (call->overload_count > 1 && !first->unguarded);
	call->is_unguarded = first->unguarded;
	call->is_strict = !first->non_strict || call->overload_count > 1;
	call->cost = call->overload_count > 1 ? first->unresolved_cost : first->cost;
	node->call = call;
	if (!prepare_regex(planner, planned, call))
		return NULL;
	if (call->count == 1 && is_conversion(planned->function) &&
	    planned->nodes[0]->operation == PQ_CEL_DO_CONSTANT)
		return fold_conversion(planner, node);
	return node;
}

struct pq_cel_node *pq_cel_plan_call(struct pq_cel_planner *planner,
				     const struct pq_cel_expression *expression)
{
	struct planned_call call = { .expression = expression };
	struct pq_cel_node *node = NULL;
	if (!plan_arguments(planner, &call))
		return NULL;
	if (plan_operator(planner, &call, &node))
		return node;
	if (!plan_membership(planner, &call, &node) || node != NULL)
		return node;
	return plan_function(planner, &call);
}
