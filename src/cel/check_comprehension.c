/* Comprehensions: what their variables are, and where they are known. */
#include "cel/checking.h"

/* Types of the iteration's variables; a second one has its type in either case. */
struct iteration {
	const struct pq_cel_type *first;
	const struct pq_cel_type *second;
};

static struct iteration iterate(struct pq_cel_checker *checker,
				const struct pq_cel_expression *range, bool two)
{
	const struct pq_cel_type *type = pq_cel_substitute(&checker->bindings, range->type, false);
	switch (type->kind) {
	case PQ_CEL_TYPE_LIST:
		return (struct iteration){ .first = two ? &pq_cel_int : type->parameters[0],
					   .second = type->parameters[0] };
	case PQ_CEL_TYPE_MAP:
		return (struct iteration){ .first = type->parameters[0],
					   .second = type->parameters[1] };
	case PQ_CEL_TYPE_DYN:
	case PQ_CEL_TYPE_ERROR:
	case PQ_CEL_TYPE_PARAMETER:
		/* Dynamic from here on. */
		(void)pq_cel_is_assignable(&checker->bindings, &pq_cel_dyn, type);
		return (struct iteration){ .first = &pq_cel_dyn, .second = &pq_cel_dyn };
	default:
		break;
	}
	struct pq_string shown = pq_cel_checker_show(checker, type);
	pq_cel_issues_add(checker->issues, range->offset,
			  "expression of type '%.*s' cannot be range of a comprehension (must be "
			  "list, map, or dynamic)",
			  PQ_STRING_ARGUMENT(shown));
	return (struct iteration){ .first = &pq_cel_error, .second = &pq_cel_error };
}

static void assert_type(struct pq_cel_checker *checker, const struct pq_cel_expression *node,
			const struct pq_cel_type *type)
{
	if (!pq_cel_is_assignable(&checker->bindings, type, node->type))
		pq_cel_checker_report_mismatch(checker, node->offset, type, node->type);
}

void pq_cel_checker_visit_comprehension(struct pq_cel_checker *checker,
					struct pq_cel_expression *node)
{
	const struct pq_cel_checker_scope *outer = checker->scope;
	bool two = node->comprehension.second_variable.data != NULL;
	pq_cel_checker_visit(checker, node->comprehension.range);
	pq_cel_checker_visit(checker, node->comprehension.initial);
	struct pq_cel_checker_scope accumulator = {
		.outer = outer,
		.name = node->comprehension.accumulator,
		.type = node->comprehension.initial->type,
	};
	struct iteration types = iterate(checker, node->comprehension.range, two);
	struct pq_cel_checker_scope first = {
		.outer = &accumulator,
		.name = node->comprehension.variable,
		.type = types.first,
	};
	struct pq_cel_checker_scope second = {
		.outer = &first,
		.name = node->comprehension.second_variable,
		.type = types.second,
	};

	checker->scope = two ? &second : &first;
	pq_cel_checker_visit(checker, node->comprehension.condition);
	assert_type(checker, node->comprehension.condition, &pq_cel_bool);
	pq_cel_checker_visit(checker, node->comprehension.step);
	assert_type(checker, node->comprehension.step, accumulator.type);

	checker->scope = &accumulator;
	pq_cel_checker_visit(checker, node->comprehension.result);
	checker->scope = outer;
	pq_cel_checker_set_type(
		checker, node,
		pq_cel_substitute(&checker->bindings, node->comprehension.result->type, false));
}
