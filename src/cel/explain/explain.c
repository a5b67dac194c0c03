#include "cel/explain/explain.h"

#include "cel/explain/visit.h"

static struct pq_cel_expression *visit_choice(struct pq_cel_visitor *visitor,
					      const struct pq_cel_parse_node *node)
{
	struct pq_cel_expression *condition = pq_cel_visit_part(visitor, node, PQ_CEL_LABEL_FIRST);
	uint32_t id = pq_cel_visitor_id(visitor);
	struct pq_cel_expression *yes = pq_cel_visit_part(visitor, node, PQ_CEL_LABEL_SECOND);
	struct pq_cel_expression *no = pq_cel_visit_part(visitor, node, PQ_CEL_LABEL_THIRD);
	return pq_cel_build_operator(&visitor->builder, id,
				     pq_cel_part_find(node, PQ_CEL_LABEL_OPERATOR)->token.offset,
				     PQ_S("_?_:_"), condition, yes, no);
}

static struct pq_cel_expression *visit_chain(struct pq_cel_visitor *visitor,
					     const struct pq_cel_parse_node *node,
					     struct pq_string function)
{
	const struct pq_cel_parse_part *sign = pq_cel_part_find(node, PQ_CEL_LABEL_OPERATOR);
	const struct pq_cel_parse_part *value = pq_cel_part_find(node, PQ_CEL_LABEL_VALUE);
	struct pq_cel_parts terms;
	pq_cel_parts_init(&terms);
	struct pq_cel_part term = { .expression =
					    pq_cel_visit_part(visitor, node, PQ_CEL_LABEL_FIRST) };
	pq_cel_parts_add(&visitor->builder, &terms, term);
	for (; sign != NULL && value != NULL;
	     sign = pq_cel_part_following(sign), value = pq_cel_part_following(value)) {
		term.expression = pq_cel_visit(visitor, value->node);
		term.id = pq_cel_visitor_id(visitor);
		term.offset = sign->token.offset;
		pq_cel_parts_add(&visitor->builder, &terms, term);
	}
	return pq_cel_build_chain(&visitor->builder, function, &terms);
}

static struct pq_cel_expression *visit_binary(struct pq_cel_visitor *visitor,
					      const struct pq_cel_parse_node *node)
{
	struct pq_cel_expression *left = pq_cel_visit_part(visitor, node, PQ_CEL_LABEL_FIRST);
	uint32_t id = pq_cel_visitor_id(visitor);
	const struct pq_cel_parse_part *sign = pq_cel_part_find(node, PQ_CEL_LABEL_OPERATOR);
	struct pq_cel_expression *right = pq_cel_visit_part(visitor, node, PQ_CEL_LABEL_SECOND);
	return pq_cel_build_operator(&visitor->builder, id, sign->token.offset, sign->text, left,
				     right, NULL);
}

static struct pq_cel_expression *visit_unary(struct pq_cel_visitor *visitor,
					     const struct pq_cel_parse_node *node)
{
	const struct pq_cel_parse_part *sign = pq_cel_part_find(node, PQ_CEL_LABEL_OPERATOR);
	size_t count = 0;
	for (const struct pq_cel_parse_part *part = sign; part != NULL;
	     part = pq_cel_part_following(part))
		count++;
	if (count % 2 == 0)
		return pq_cel_visit_part(visitor, node, PQ_CEL_LABEL_FIRST);
	uint32_t id = pq_cel_visitor_id(visitor);
	struct pq_cel_expression *operand = pq_cel_visit_part(visitor, node, PQ_CEL_LABEL_FIRST);
	return pq_cel_build_operator(&visitor->builder, id, sign->token.offset, sign->text, operand,
				     NULL, NULL);
}

/* Down to the first node that is more than another one in parentheses or nothing. */
static const struct pq_cel_parse_node *unnest(const struct pq_cel_parse_node *node)
{
	while (node != NULL) {
		switch ((enum pq_cel_rule_name)node->rule) {
		case PQ_CEL_RULE_EXPRESSION:
		case PQ_CEL_RULE_OR:
		case PQ_CEL_RULE_AND:
		case PQ_CEL_RULE_RELATION:
		case PQ_CEL_RULE_CALCULATION:
			if (pq_cel_part_find(node, PQ_CEL_LABEL_OPERATOR) != NULL)
				return node;
			break;
		default:
			if (node->alternative != PQ_CEL_MEMBER_EXPRESSION &&
			    node->alternative != PQ_CEL_PRIMARY_EXPRESSION &&
			    node->alternative != PQ_CEL_NESTED &&
			    node->alternative != PQ_CEL_CONSTANT)
				return node;
			break;
		}
		node = pq_cel_part_find_node(node, PQ_CEL_LABEL_FIRST);
	}
	return NULL;
}

static struct pq_cel_expression *visit_by_rule(struct pq_cel_visitor *visitor,
					       const struct pq_cel_parse_node *node)
{
	switch ((enum pq_cel_rule_name)node->rule) {
	case PQ_CEL_RULE_START:
		return pq_cel_visit_part(visitor, node, PQ_CEL_LABEL_FIRST);
	case PQ_CEL_RULE_EXPRESSION:
		return visit_choice(visitor, node);
	case PQ_CEL_RULE_OR:
		return visit_chain(visitor, node, PQ_S("_||_"));
	case PQ_CEL_RULE_AND:
		return visit_chain(visitor, node, PQ_S("_&&_"));
	case PQ_CEL_RULE_RELATION:
	case PQ_CEL_RULE_CALCULATION:
		return visit_binary(visitor, node);
	case PQ_CEL_RULE_UNARY:
		if (node->alternative != PQ_CEL_UNDECIDED)
			return visit_unary(visitor, node);
		return pq_cel_build(&visitor->builder, PQ_CEL_LITERAL, pq_cel_visitor_id(visitor),
				    node->offset);
	case PQ_CEL_RULE_MEMBER:
		return pq_cel_visit_member(visitor, node);
	case PQ_CEL_RULE_PRIMARY:
		return pq_cel_visit_primary(visitor, node);
	case PQ_CEL_RULE_LITERAL:
		return pq_cel_visit_literal(visitor, node);
	default:
		return pq_cel_visitor_unspecified(visitor, PQ_CEL_BEFORE_START);
	}
}

/* cel-go counts only these as nested. */
static bool is_counted(const struct pq_cel_parse_node *node)
{
	return node->rule == PQ_CEL_RULE_EXPRESSION || node->rule == PQ_CEL_RULE_RELATION ||
	       node->rule == PQ_CEL_RULE_CALCULATION || node->rule == PQ_CEL_RULE_MEMBER;
}

struct pq_cel_expression *pq_cel_visit(struct pq_cel_visitor *visitor,
				       const struct pq_cel_parse_node *node)
{
	node = unnest(node);
	if (node == NULL || visitor->stopped)
		return pq_cel_visitor_unspecified(visitor, PQ_CEL_BEFORE_START);
	uint32_t depth = visitor->depth;
	visitor->depth += is_counted(node);
	if (visitor->depth > PQ_CEL_DEPTH_MAX) {
		pq_cel_issues_add(visitor->builder.issues, PQ_CEL_NOWHERE,
				  "max recursion depth exceeded");
		visitor->stopped = true;
		visitor->issues_at_stop = visitor->builder.issues->reported;
		return pq_cel_visitor_unspecified(visitor, PQ_CEL_BEFORE_START);
	}
	struct pq_cel_expression *expression = visit_by_rule(visitor, node);
	visitor->depth = depth;
	return expression;
}

static void explain(struct pq_arena *arena, uint8_t version, struct pq_cel_issues *issues)
{
	struct pq_cel_visitor visitor = { 0 };
	const struct pq_cel_parse_node *root = pq_cel_syntax_parse(arena, issues);
	if (root == NULL)
		return;
	pq_cel_builder_init(&visitor.builder, arena, version, issues);
	pq_cel_visit(&visitor, root);
	/* What was found on the way out of what is too deep does not count. */
	if (visitor.stopped)
		pq_cel_issues_cut(issues, visitor.issues_at_stop);
}

void pq_cel_explain(uint8_t version, struct pq_cel_issues *issues)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, PQ_CEL_EXPLANATION_BYTES_MAX);
	explain(&arena, version, issues);
	if (pq_arena_is_exhausted(&arena) && !pq_arena_is_limited(&arena))
		pq_arena_set_exhausted(issues->arena);
	else if (pq_cel_issues_is_empty(issues))
		pq_cel_issues_add(issues, PQ_CEL_NOWHERE, "the expression cannot be parsed");
}
