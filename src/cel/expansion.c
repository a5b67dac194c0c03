#include "cel/expansion.h"

struct pq_cel_expression *pq_cel_make(struct pq_cel_expansion *expansion,
				      enum pq_cel_expression_kind kind)
{
	return pq_cel_build(expansion->builder, kind, pq_cel_build_id(expansion->builder),
			    expansion->call->offset);
}

struct pq_cel_expression *pq_cel_make_bool(struct pq_cel_expansion *expansion, bool value)
{
	struct pq_cel_expression *node = pq_cel_make(expansion, PQ_CEL_LITERAL);
	node->literal.kind = PQ_CEL_LITERAL_BOOL;
	node->literal.boolean = value;
	return node;
}

struct pq_cel_expression *pq_cel_make_int(struct pq_cel_expansion *expansion, int64_t value)
{
	struct pq_cel_expression *node = pq_cel_make(expansion, PQ_CEL_LITERAL);
	node->literal.kind = PQ_CEL_LITERAL_INT;
	node->literal.integer = value;
	return node;
}

struct pq_cel_expression *pq_cel_make_identifier(struct pq_cel_expansion *expansion,
						 struct pq_string name)
{
	struct pq_cel_expression *node = pq_cel_make(expansion, PQ_CEL_IDENTIFIER);
	node->name = name;
	return node;
}

struct pq_cel_expression *pq_cel_make_accumulator(struct pq_cel_expansion *expansion)
{
	return pq_cel_make_identifier(expansion, PQ_CEL_ACCUMULATOR);
}

struct pq_cel_expression *pq_cel_make_list(struct pq_cel_expansion *expansion,
					   struct pq_cel_expression *item)
{
	struct pq_cel_parts items;
	pq_cel_parts_init(&items);
	if (item != NULL)
		pq_cel_parts_add(expansion->builder, &items,
				 (struct pq_cel_part){ .expression = item });
	return pq_cel_build_list(expansion->builder, pq_cel_build_id(expansion->builder),
				 expansion->call->offset, &items);
}

struct pq_cel_expression *pq_cel_make_call(struct pq_cel_expansion *expansion, const char *function,
					   struct pq_cel_expression *first,
					   struct pq_cel_expression *second,
					   struct pq_cel_expression *third)
{
	return pq_cel_build_operator(expansion->builder, pq_cel_build_id(expansion->builder),
				     expansion->call->offset, pq_string_from(function), first,
				     second, third);
}

struct pq_cel_expression *pq_cel_make_member_call(struct pq_cel_expansion *expansion,
						  const char *function,
						  struct pq_cel_expression *target,
						  struct pq_cel_expression *argument)
{
	struct pq_cel_expression *node =
		pq_cel_make_call(expansion, function, argument, NULL, NULL);
	node->function.target = target;
	return node;
}

struct pq_cel_expression *pq_cel_make_fold(struct pq_cel_expansion *expansion,
					   struct pq_cel_expression *range,
					   const struct pq_cel_comprehension *fold)
{
	struct pq_cel_expression *node = pq_cel_make(expansion, PQ_CEL_COMPREHENSION);
	node->comprehension.range = range;
	node->comprehension.variable = fold->variable;
	node->comprehension.second_variable = fold->second_variable;
	node->comprehension.accumulator = fold->accumulator;
	node->comprehension.initial = fold->initial;
	node->comprehension.condition = fold->condition;
	node->comprehension.step = fold->step;
	node->comprehension.result = fold->result;
	return node;
}
