#include "cel/estimate.h"

static bool is_text(const struct pq_cel_type *type)
{
	return type->kind == PQ_CEL_TYPE_STRING || type->kind == PQ_CEL_TYPE_BYTES;
}

/* Every item is compared once. The operand may be a text, too: indexOf. */
void pq_cel_estimate_items(const struct pq_cel_operand *operands, uint32_t count,
			   struct pq_cel_call_estimate *estimate)
{
	(void)count;
	const struct pq_cel_operand *list = &operands[0];
	if (list->type->parameter_count == 0) {
		estimate->cost = pq_cel_estimate_walk(list->size);
		return;
	}
	struct pq_cel_estimate item = pq_cel_estimate_fixed(1);
	if (is_text(list->type->parameters[0]))
		item = pq_cel_estimate_add(item, pq_cel_estimate_walk(list->item_size));
	estimate->cost = pq_cel_estimate_multiply(list->size, item);
}

static void relate(const struct pq_cel_operand *operands, double factor,
		   struct pq_cel_call_estimate *estimate)
{
	struct pq_cel_estimate pairs = pq_cel_estimate_multiply(operands[0].size, operands[1].size);
	estimate->cost =
		pq_cel_estimate_add(pq_cel_estimate_scale(pairs, factor), pq_cel_estimate_fixed(1));
}

void pq_cel_estimate_set_relation(const struct pq_cel_operand *operands, uint32_t count,
				  struct pq_cel_call_estimate *estimate)
{
	(void)count;
	relate(operands, 1, estimate);
}

void pq_cel_estimate_set_equivalence(const struct pq_cel_operand *operands, uint32_t count,
				     struct pq_cel_call_estimate *estimate)
{
	(void)count;
	relate(operands, 2, estimate);
}

/* A call that makes a new list. */
static void make_list(double factor, struct pq_cel_estimate size,
		      struct pq_cel_call_estimate *estimate)
{
	estimate->cost = pq_cel_estimate_add(
		pq_cel_estimate_scale(size, factor),
		pq_cel_estimate_fixed(PQ_CEL_COST_OF_CALL + PQ_CEL_COST_OF_LIST));
	estimate->result_size = size;
	estimate->result_size_known = true;
}

static uint64_t literal_or(const struct pq_cel_operand *operand, uint64_t otherwise)
{
	const struct pq_cel_expression *expression = operand->expression;
	if (expression->kind != PQ_CEL_LITERAL || expression->literal.kind != PQ_CEL_LITERAL_INT)
		return otherwise;
	int64_t value = expression->literal.integer;
	return value < 0 ? 0 : (uint64_t)value;
}

/* The difference wraps as in Go. */
void pq_cel_estimate_slice(const struct pq_cel_operand *operands, uint32_t count,
			   struct pq_cel_call_estimate *estimate)
{
	(void)count;
	uint64_t start = literal_or(&operands[1], 0);
	uint64_t end = literal_or(&operands[2], operands[0].size.max);
	make_list(1, pq_cel_estimate_fixed(end - start), estimate);
}

void pq_cel_estimate_range(const struct pq_cel_operand *operands, uint32_t count,
			   struct pq_cel_call_estimate *estimate)
{
	(void)count;
	make_list(1, pq_cel_estimate_fixed(literal_or(&operands[0], UINT64_MAX)), estimate);
}

void pq_cel_estimate_reverse(const struct pq_cel_operand *operands, uint32_t count,
			     struct pq_cel_call_estimate *estimate)
{
	(void)count;
	make_list(1, operands[0].size, estimate);
}

void pq_cel_estimate_flatten(const struct pq_cel_operand *operands, uint32_t count,
			     struct pq_cel_call_estimate *estimate)
{
	uint64_t depth = count > 1 ? literal_or(&operands[1], UINT64_MAX) : 1;
	make_list((double)depth, operands[0].size, estimate);
}

/* Every item with every other. */
static void compare_all(double factor, struct pq_cel_estimate size,
			struct pq_cel_call_estimate *estimate)
{
	make_list(factor, pq_cel_estimate_multiply(size, size), estimate);
}

void pq_cel_estimate_distinct(const struct pq_cel_operand *operands, uint32_t count,
			      struct pq_cel_call_estimate *estimate)
{
	(void)count;
	compare_all(2, operands[0].size, estimate);
}

void pq_cel_estimate_sort(const struct pq_cel_operand *operands, uint32_t count,
			  struct pq_cel_call_estimate *estimate)
{
	(void)count;
	compare_all(2, operands[0].size, estimate);
}

void pq_cel_estimate_sort_texts(const struct pq_cel_operand *operands, uint32_t count,
				struct pq_cel_call_estimate *estimate)
{
	(void)count;
	compare_all(2 + PQ_CEL_COST_OF_CHARACTER, operands[0].size, estimate);
}

void pq_cel_estimate_sort_by(const struct pq_cel_operand *operands, uint32_t count,
			     struct pq_cel_call_estimate *estimate)
{
	(void)count;
	compare_all(2, operands[1].size, estimate);
}

void pq_cel_estimate_sort_by_texts(const struct pq_cel_operand *operands, uint32_t count,
				   struct pq_cel_call_estimate *estimate)
{
	(void)count;
	compare_all(2 + PQ_CEL_COST_OF_CHARACTER, operands[1].size, estimate);
}
