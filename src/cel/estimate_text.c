#include "cel/estimate.h"

#include "cel/number.h"

#include <math.h>

enum { NAME_PATTERN_MAX = 128 }; /* apiserver's MaxNameFormatRegexSize */

static struct pq_cel_estimate walk_twice(struct pq_cel_estimate size)
{
	return pq_cel_estimate_scale(size, 2 * PQ_CEL_COST_OF_CHARACTER);
}

static void set_size(struct pq_cel_call_estimate *estimate, struct pq_cel_estimate size)
{
	estimate->result_size = size;
	estimate->result_size_known = true;
}

void pq_cel_estimate_traversal(const struct pq_cel_operand *operands, uint32_t count,
			       struct pq_cel_call_estimate *estimate)
{
	(void)count;
	estimate->cost = pq_cel_estimate_walk(operands[0].size);
}

void pq_cel_estimate_traversal_twice(const struct pq_cel_operand *operands, uint32_t count,
				     struct pq_cel_call_estimate *estimate)
{
	(void)count;
	estimate->cost = walk_twice(operands[0].size);
}

void pq_cel_estimate_rewriting(const struct pq_cel_operand *operands, uint32_t count,
			       struct pq_cel_call_estimate *estimate)
{
	(void)count;
	estimate->cost = pq_cel_estimate_walk(operands[0].size);
	set_size(estimate, operands[0].size);
}

/* Every character may be escaped; sums wrap as in Go. */
void pq_cel_estimate_quote(const struct pq_cel_operand *operands, uint32_t count,
			   struct pq_cel_call_estimate *estimate)
{
	(void)count;
	struct pq_cel_estimate size = operands[0].size;
	estimate->cost = pq_cel_estimate_walk(size);
	set_size(estimate, (struct pq_cel_estimate){ size.min + 2, size.max * 2 + 2 });
}

static uint64_t divide_up(uint64_t amount, uint64_t by)
{
	double quotient = ceil((double)amount / (double)by);
	return quotient >= PQ_CEL_TWO_TO_64 ? UINT64_MAX : (uint64_t)quotient;
}

/* How much of a text of the size stays, and how often the replacement stands in it, when what is
 * replaced has a size of from and the replacement one that does not go beyond it (keeps). An empty
 * text is found around every character. */
static void count_replacements(uint64_t size, uint64_t from, bool keeps, uint64_t *times,
			       uint64_t *retained)
{
	*times = 0;
	*retained = 0;
	if (from == 0) {
		*times = pq_cel_saturating_add(size, 1);
		*retained = size;
	} else if (keeps) {
		*retained = size;
	} else {
		*times = divide_up(size, from);
	}
}

void pq_cel_estimate_replace(const struct pq_cel_operand *operands, uint32_t count,
			     struct pq_cel_call_estimate *estimate)
{
	(void)count;
	struct pq_cel_estimate size = operands[0].size;
	struct pq_cel_estimate from = operands[1].size;
	struct pq_cel_estimate to = operands[2].size;
	struct pq_cel_estimate times, retained;
	count_replacements(size.max, from.min, to.max <= from.min, &times.max, &retained.max);
	count_replacements(size.min, from.max, from.max <= to.min, &times.min, &retained.min);
	estimate->cost = walk_twice(size);
	set_size(estimate, pq_cel_estimate_add(pq_cel_estimate_multiply(times, to), retained));
}

void pq_cel_estimate_split(const struct pq_cel_operand *operands, uint32_t count,
			   struct pq_cel_call_estimate *estimate)
{
	uint64_t max = operands[0].size.max;
	if (count > 2) {
		const struct pq_cel_expression *limit = operands[2].expression;
		if (limit->kind == PQ_CEL_LITERAL && limit->literal.kind == PQ_CEL_LITERAL_INT)
			max = (uint64_t)limit->literal.integer;
	}
	estimate->cost = walk_twice(operands[0].size);
	set_size(estimate, (struct pq_cel_estimate){ 0, max });
}

void pq_cel_estimate_join(const struct pq_cel_operand *operands, uint32_t count,
			  struct pq_cel_call_estimate *estimate)
{
	struct pq_cel_estimate list = operands[0].size;
	struct pq_cel_estimate size = { 0, 0 };
	if (operands[0].type->parameter_count > 0)
		size = pq_cel_estimate_multiply(list, operands[0].item_size);
	if (count > 1) {
		struct pq_cel_estimate separators = {
			.min = list.min > 0 ? list.min - 1 : 0,
			.max = list.max > 0 ? list.max - 1 : 0,
		};
		size = pq_cel_estimate_add(size,
					   pq_cel_estimate_multiply(operands[1].size, separators));
	}
	estimate->cost = pq_cel_estimate_walk(size);
	set_size(estimate, size);
}

void pq_cel_estimate_find(const struct pq_cel_operand *operands, uint32_t count,
			  struct pq_cel_call_estimate *estimate)
{
	pq_cel_estimate_matches(operands, count, estimate);
	set_size(estimate, (struct pq_cel_estimate){ 0, operands[0].size.max });
}

void pq_cel_estimate_validate(const struct pq_cel_operand *operands, uint32_t count,
			      struct pq_cel_call_estimate *estimate)
{
	(void)count;
	estimate->cost = pq_cel_estimate_scale(pq_cel_estimate_walk(operands[1].size),
					       NAME_PATTERN_MAX * PQ_CEL_COST_OF_PATTERN);
}
