#include "cel/estimate.h"
#include "cel/estimating.h"

static struct pq_cel_estimate estimate_identifier(struct pq_cel_coster *coster,
						  const struct pq_cel_expression *node)
{
	const struct pq_cel_local *local = pq_cel_coster_find_local(coster, node);
	struct pq_cel_size_facts *facts = pq_cel_coster_facts(coster, node);
	facts->path = local != NULL
			      ? local->path
			      : pq_cel_size_path_append(coster->arena,
							(struct pq_cel_size_path){ 0 }, node->name);
	return pq_cel_estimate_fixed(PQ_CEL_COST_OF_SELECT);
}

static struct pq_cel_estimate estimate_select(struct pq_cel_coster *coster,
					      const struct pq_cel_expression *node)
{
	const struct pq_cel_expression *operand = node->select.operand;
	struct pq_cel_estimate cost = pq_cel_coster_visit(coster, operand);
	if (node->select.test_only)
		return cost;
	uint8_t kind = operand->type->kind;
	if (kind == PQ_CEL_TYPE_MAP || kind == PQ_CEL_TYPE_OBJECT)
		cost = pq_cel_estimate_add(cost, pq_cel_estimate_fixed(PQ_CEL_COST_OF_SELECT));
	pq_cel_coster_facts(coster, node)->path = pq_cel_size_path_append(
		coster->arena, pq_cel_coster_path(coster, operand), node->select.field);
	return cost;
}

/* The smallest and the largest of the sizes so far, before there is any. */
static struct pq_cel_estimate no_size_yet(uint32_t count)
{
	return (struct pq_cel_estimate){ .min = count == 0 ? 0 : UINT64_MAX, .max = 0 };
}

static struct pq_cel_estimate estimate_list(struct pq_cel_coster *coster,
					    const struct pq_cel_expression *node)
{
	struct pq_cel_estimate cost = pq_cel_estimate_fixed(PQ_CEL_COST_OF_LIST);
	struct pq_cel_entry_size entries = {
		.known = true,
		.is_list = true,
		.key = pq_cel_estimate_fixed(1),
		.value = no_size_yet(node->list.count),
	};
	for (uint32_t i = 0; i < node->list.count; i++) {
		const struct pq_cel_expression *item = node->list.items[i];
		cost = pq_cel_estimate_add(cost, pq_cel_coster_visit(coster, item));
		entries.value = pq_cel_estimate_union(entries.value,
						      pq_cel_coster_size_or_unknown(coster, item));
	}
	pq_cel_coster_set_entries(coster, node, entries);
	return cost;
}

static struct pq_cel_estimate estimate_map(struct pq_cel_coster *coster,
					   const struct pq_cel_expression *node)
{
	struct pq_cel_estimate cost = pq_cel_estimate_fixed(PQ_CEL_COST_OF_MAP);
	struct pq_cel_entry_size entries = {
		.known = true,
		.key = no_size_yet(node->entries.count),
		.value = no_size_yet(node->entries.count),
	};
	for (uint32_t i = 0; i < node->entries.count; i++) {
		const struct pq_cel_entry *entry = &node->entries.entries[i];
		cost = pq_cel_estimate_add(cost, pq_cel_coster_visit(coster, entry->key));
		cost = pq_cel_estimate_add(cost, pq_cel_coster_visit(coster, entry->value));
		entries.key = pq_cel_estimate_union(
			entries.key, pq_cel_coster_size_or_unknown(coster, entry->key));
		entries.value = pq_cel_estimate_union(
			entries.value, pq_cel_coster_size_or_unknown(coster, entry->value));
	}
	pq_cel_coster_set_entries(coster, node, entries);
	return cost;
}

static struct pq_cel_estimate estimate_struct(struct pq_cel_coster *coster,
					      const struct pq_cel_expression *node)
{
	struct pq_cel_estimate cost = pq_cel_estimate_fixed(PQ_CEL_COST_OF_STRUCT);
	for (uint32_t i = 0; i < node->entries.count; i++)
		cost = pq_cel_estimate_add(
			cost, pq_cel_coster_visit(coster, node->entries.entries[i].value));
	return cost;
}

/* A variable that has an expression's value. */
static struct pq_cel_local bind(struct pq_cel_coster *coster, struct pq_string name,
				const struct pq_cel_expression *value)
{
	return (struct pq_cel_local){
		.outer = coster->locals,
		.name = name,
		.path = pq_cel_coster_path(coster, value),
		.size = pq_cel_coster_size(coster, value),
		.entries = pq_cel_coster_entries(coster, value),
	};
}

/* A variable that goes over the keys (or indices) or values (or items) of a range. */
static struct pq_cel_local iterate(struct pq_cel_coster *coster, struct pq_string name,
				   const struct pq_cel_expression *range, bool values, bool two)
{
	struct pq_cel_entry_size entries = pq_cel_coster_entries(coster, range);
	bool is_list = entries.known ? entries.is_list : range->type->kind == PQ_CEL_TYPE_LIST;
	if (!two)
		values = is_list;
	struct pq_string part = values ? (is_list ? PQ_S("@items") : PQ_S("@values"))
				       : (is_list ? PQ_S("@indices") : PQ_S("@keys"));
	return (struct pq_cel_local){
		.outer = coster->locals,
		.name = name,
		.path = pq_cel_size_path_append(coster->arena, pq_cel_coster_path(coster, range),
						part),
		.size = { .known = entries.known, .range = values ? entries.value : entries.key },
	};
}

/* Macros that only give a name to a value: a range without items, never gone through. */
static bool is_binding(const struct pq_cel_expression *node)
{
	const struct pq_cel_expression *range = node->comprehension.range;
	const struct pq_cel_expression *condition = node->comprehension.condition;
	return range->kind == PQ_CEL_LIST && range->list.count == 0 &&
	       condition->kind == PQ_CEL_LITERAL &&
	       condition->literal.kind == PQ_CEL_LITERAL_BOOL && !condition->literal.boolean;
}

/* Condition and step, once. */
static struct pq_cel_estimate estimate_round(struct pq_cel_coster *coster,
					     const struct pq_cel_expression *node)
{
	const struct pq_cel_local *outer = coster->locals;
	const struct pq_cel_expression *range = node->comprehension.range;
	bool two = node->comprehension.second_variable.data != NULL;
	struct pq_cel_local first =
		iterate(coster, node->comprehension.variable, range, false, two);
	coster->locals = &first;
	struct pq_cel_local second = { 0 };
	if (two) {
		second = iterate(coster, node->comprehension.second_variable, range, true, two);
		coster->locals = &second;
	}
	struct pq_cel_estimate condition =
		pq_cel_coster_visit(coster, node->comprehension.condition);
	struct pq_cel_estimate step = pq_cel_coster_visit(coster, node->comprehension.step);
	coster->locals = outer;
	return pq_cel_estimate_add(step, condition);
}

static void set_comprehension_size(struct pq_cel_coster *coster,
				   const struct pq_cel_expression *node,
				   struct pq_cel_estimate rounds)
{
	const struct pq_cel_expression *initial = node->comprehension.initial;
	if (initial->kind == PQ_CEL_LITERAL) {
		pq_cel_coster_set_size(coster, node, pq_cel_coster_size(coster, initial));
	} else if (initial->kind == PQ_CEL_LIST || initial->kind == PQ_CEL_MAP) {
		pq_cel_coster_set_size(coster, node,
				       (struct pq_cel_size){ .known = true, .range = rounds });
		pq_cel_coster_set_entries(coster, node,
					  pq_cel_coster_entries(coster, node->comprehension.step));
	}
}

static struct pq_cel_estimate estimate_comprehension(struct pq_cel_coster *coster,
						     const struct pq_cel_expression *node)
{
	const struct pq_cel_local *outer = coster->locals;
	const struct pq_cel_expression *range = node->comprehension.range;
	bool binding = is_binding(node);
	struct pq_cel_estimate cost = pq_cel_coster_visit(coster, range);
	cost = pq_cel_estimate_add(cost, pq_cel_coster_visit(coster, node->comprehension.initial));
	struct pq_cel_local accumulator =
		bind(coster, node->comprehension.accumulator, node->comprehension.initial);
	coster->locals = &accumulator;
	struct pq_cel_estimate round = { 0, 0 };
	if (!binding)
		round = estimate_round(coster, node);
	cost = pq_cel_estimate_add(cost, pq_cel_coster_visit(coster, node->comprehension.result));
	coster->locals = outer;
	if (binding) {
		pq_cel_coster_set_size(coster, node,
				       pq_cel_coster_size(coster, node->comprehension.result));
		pq_cel_coster_set_entries(
			coster, node, pq_cel_coster_entries(coster, node->comprehension.result));
		return cost;
	}
	struct pq_cel_estimate rounds = pq_cel_coster_size_or_unknown(coster, range);
	set_comprehension_size(coster, node, rounds);
	return pq_cel_estimate_add(cost, pq_cel_estimate_multiply(rounds, round));
}

struct pq_cel_estimate pq_cel_coster_visit(struct pq_cel_coster *coster,
					   const struct pq_cel_expression *node)
{
	switch ((enum pq_cel_expression_kind)node->kind) {
	case PQ_CEL_UNSPECIFIED:
	case PQ_CEL_LITERAL:
		break;
	case PQ_CEL_IDENTIFIER:
		return estimate_identifier(coster, node);
	case PQ_CEL_SELECT:
		return estimate_select(coster, node);
	case PQ_CEL_CALL:
		return pq_cel_coster_visit_call(coster, node);
	case PQ_CEL_LIST:
		return estimate_list(coster, node);
	case PQ_CEL_MAP:
		return estimate_map(coster, node);
	case PQ_CEL_STRUCT:
		return estimate_struct(coster, node);
	case PQ_CEL_COMPREHENSION:
		return estimate_comprehension(coster, node);
	}
	return pq_cel_estimate_fixed(0);
}

bool pq_cel_estimate_cost(const struct pq_cel_environment *environment,
			  const struct pq_cel_tree *tree, struct pq_arena *scratch,
			  struct pq_cel_estimate *cost)
{
	struct pq_cel_coster coster = {
		.environment = environment,
		.arena = scratch,
		.facts = pq_arena_alloc_array(scratch, tree->id_count,
					      sizeof(struct pq_cel_size_facts)),
	};
	if (coster.facts == NULL)
		return false;
	struct pq_cel_estimate estimate = pq_cel_coster_visit(&coster, tree->root);
	if (pq_arena_is_exhausted(scratch))
		return false;
	*cost = estimate;
	return true;
}
