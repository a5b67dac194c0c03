#include "cel/estimate.h"
#include "cel/estimating.h"

#include <assert.h>

/* A call while it is estimated. */
struct call {
	const struct pq_cel_expression *node;
	struct pq_cel_operand operands[PQ_CEL_ARGUMENTS_MAX];
	struct pq_cel_estimate costs[PQ_CEL_ARGUMENTS_MAX]; /* of the operands */
	struct pq_cel_expression *expressions[PQ_CEL_ARGUMENTS_MAX];
	uint32_t count;
};

static void add_operand(struct pq_cel_coster *coster, struct call *call,
			struct pq_cel_expression *expression, uint32_t index)
{
	call->costs[index] = pq_cel_coster_visit(coster, expression);
	struct pq_cel_size size = pq_cel_coster_size(coster, expression);
	struct pq_cel_size_path path = pq_cel_coster_path(coster, expression);
	struct pq_cel_size item = { 0 };
	if (path.count > 0 && expression->type->parameter_count > 0)
		item = pq_cel_coster_size_at(
			coster,
			pq_cel_size_path_append(
				coster->arena,
				(struct pq_cel_size_path){ path.parts, path.count, path.count },
				PQ_S("@items")));
	call->expressions[index] = expression;
	call->operands[index] = (struct pq_cel_operand){
		.expression = expression,
		.type = expression->type,
		.size = size.known ? size.range : pq_cel_estimate_unknown(),
		.size_known = size.known,
		.item_size = item.known ? item.range : pq_cel_estimate_unknown(),
	};
}

/* Arguments first, as their paths may see each other. */
static void collect_operands(struct pq_cel_coster *coster, struct call *call)
{
	const struct pq_cel_expression *node = call->node;
	uint32_t first = node->function.target != NULL ? 1 : 0;
	assert(first + node->function.count <= PQ_CEL_ARGUMENTS_MAX);
	for (uint32_t i = 0; i < node->function.count; i++)
		add_operand(coster, call, node->function.arguments[i], first + i);
	if (first == 1)
		add_operand(coster, call, node->function.target, 0);
	call->count = first + node->function.count;
}

/* The conditional: either branch. */
static struct pq_cel_estimate estimate_conditional(struct pq_cel_coster *coster,
						   const struct call *call)
{
	struct pq_cel_size size = {
		.known = true,
		.range = pq_cel_estimate_union(call->operands[1].size, call->operands[2].size),
	};
	pq_cel_coster_set_entries(
		coster, call->node,
		pq_cel_unite_entries(pq_cel_coster_entries(coster, call->expressions[1]),
				     pq_cel_coster_entries(coster, call->expressions[2])));
	pq_cel_coster_set_size(coster, call->node, size);
	return pq_cel_estimate_add(call->costs[0],
				   pq_cel_estimate_union(call->costs[1], call->costs[2]));
}

/* Logical operators: the left side at least. */
static struct pq_cel_estimate estimate_logical(struct pq_cel_coster *coster,
					       const struct call *call)
{
	pq_cel_coster_set_size(coster, call->node, pq_cel_coster_size(coster, call->node));
	return (struct pq_cel_estimate){
		.min = call->costs[0].min,
		.max = pq_cel_saturating_add(call->costs[0].max, call->costs[1].max),
	};
}

/* What indexing finds: an item or a value of what is indexed. */
static struct pq_cel_size point_into(struct pq_cel_coster *coster, const struct call *call,
				     struct pq_string part)
{
	const struct pq_cel_expression *operand = call->expressions[0];
	struct pq_cel_entry_size entries = pq_cel_coster_entries(coster, operand);
	pq_cel_coster_facts(coster, call->node)->path =
		pq_cel_size_path_append(coster->arena, pq_cel_coster_path(coster, operand), part);
	return (struct pq_cel_size){ .known = entries.known, .range = entries.value };
}

static void add_entry_sizes(struct pq_cel_coster *coster, const struct call *call)
{
	pq_cel_coster_set_entries(
		coster, call->node,
		pq_cel_unite_entries(pq_cel_coster_entries(coster, call->expressions[0]),
				     pq_cel_coster_entries(coster, call->expressions[1])));
}

/* The size that a call has after one more of its overloads has been looked at. */
static struct pq_cel_size unite_size(struct pq_cel_size before,
				     const struct pq_cel_call_estimate *estimate)
{
	if (!estimate->result_size_known)
		return before;
	if (!before.known)
		return (struct pq_cel_size){ .known = true, .range = estimate->result_size };
	before.range = pq_cel_estimate_union(before.range, estimate->result_size);
	return before;
}

/* A range that covers all overloads that may apply. */
static struct pq_cel_estimate estimate_overloads(struct pq_cel_coster *coster,
						 const struct call *call)
{
	const struct pq_cel_expression *node = call->node;
	struct pq_cel_estimate cost = { .min = UINT64_MAX, .max = 0 };
	struct pq_cel_size size = { 0 };
	for (uint32_t i = 0; i < node->overload_count; i++) {
		const struct pq_cel_overload *overload = node->overloads[i];
		struct pq_cel_call_estimate estimate = { .cost = pq_cel_estimate_fixed(1) };
		if (overload->estimator != NULL)
			overload->estimator(call->operands, call->count, &estimate);
		cost = pq_cel_estimate_union(cost, estimate.cost);
		size = unite_size(size, &estimate);
		if (strcmp(overload->id, "index_list") == 0)
			size = point_into(coster, call, PQ_S("@items"));
		else if (strcmp(overload->id, "index_map") == 0)
			size = point_into(coster, call, PQ_S("@values"));
		else if (overload->estimator == pq_cel_estimate_concatenation ||
			 overload->estimator == pq_cel_estimate_list_concatenation)
			add_entry_sizes(coster, call);
		if (!size.known)
			size = pq_cel_coster_size(coster, node);
	}
	pq_cel_coster_set_size(coster, node, size);
	for (uint32_t i = 0; i < call->count; i++)
		cost = pq_cel_estimate_add(cost, call->costs[i]);
	return cost;
}

/* dyn() is there for the checker only. */
static struct pq_cel_estimate estimate_dyn(struct pq_cel_coster *coster,
					   const struct pq_cel_expression *node)
{
	const struct pq_cel_expression *argument = node->function.arguments[0];
	struct pq_cel_estimate cost = pq_cel_coster_visit(coster, argument);
	pq_cel_coster_set_size(coster, node, pq_cel_coster_size(coster, argument));
	pq_cel_coster_set_entries(coster, node, pq_cel_coster_entries(coster, argument));
	return pq_cel_estimate_add(cost, pq_cel_estimate_fixed(1));
}

struct pq_cel_estimate pq_cel_coster_visit_call(struct pq_cel_coster *coster,
						const struct pq_cel_expression *node)
{
	struct pq_string function = node->function.function;
	if (pq_string_is(function, "dyn"))
		return estimate_dyn(coster, node);
	struct call call = { .node = node };
	collect_operands(coster, &call);
	if (pq_string_is(function, "_?_:_"))
		return estimate_conditional(coster, &call);
	if (pq_string_is(function, "_&&_") || pq_string_is(function, "_||_"))
		return estimate_logical(coster, &call);
	return estimate_overloads(coster, &call);
}
