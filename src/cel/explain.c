#include "cel/explain.h"

#include "cel/build.h"
#include "cel/parse.h"
#include "cel/syntax.h"

struct visitor {
	struct pq_cel_builder builder;
	uint32_t depth;
	bool stopped; /* too deep */
	size_t issues_at_stop;
};

static struct pq_cel_expression *visit(struct visitor *visitor,
				       const struct pq_cel_parse_node *node);

static const struct pq_cel_parse_part *next_part(const struct pq_cel_parse_part *part,
						 enum pq_cel_label label)
{
	while (part != NULL && part->label != label)
		part = part->next;
	return part;
}

/* The first part of that label, or NULL. */
static const struct pq_cel_parse_part *find(const struct pq_cel_parse_node *node,
					    enum pq_cel_label label)
{
	return next_part(node->parts, label);
}

static const struct pq_cel_parse_part *following(const struct pq_cel_parse_part *part)
{
	return next_part(part->next, (enum pq_cel_label)part->label);
}

static const struct pq_cel_parse_node *find_node(const struct pq_cel_parse_node *node,
						 enum pq_cel_label label)
{
	const struct pq_cel_parse_part *part = find(node, label);
	return part == NULL ? NULL : part->node;
}

static uint32_t new_id(struct visitor *visitor)
{
	return pq_cel_build_id(&visitor->builder);
}

static struct pq_cel_expression *unspecified(struct visitor *visitor, uint32_t offset)
{
	return pq_cel_build(&visitor->builder, PQ_CEL_UNSPECIFIED, new_id(visitor), offset);
}

/* Whether optionals' question marks are known; if not, an issue is added. */
static bool allows_optional(struct visitor *visitor, uint32_t offset, const char *syntax)
{
	if (visitor->builder.version >= PQ_CEL_OPTIONALS_INTRODUCED)
		return true;
	pq_cel_issues_add(visitor->builder.issues, offset, "unsupported syntax '%s'", syntax);
	return false;
}

static void visit_values(struct visitor *visitor, const struct pq_cel_parse_node *list,
			 struct pq_cel_parts *parts)
{
	pq_cel_parts_init(parts);
	if (list == NULL)
		return;
	for (const struct pq_cel_parse_part *part = find(list, PQ_CEL_LABEL_VALUE); part != NULL;
	     part = following(part))
		pq_cel_parts_add(&visitor->builder, parts,
				 (struct pq_cel_part){ .expression = visit(visitor, part->node) });
}

static struct pq_cel_expression *visit_choice(struct visitor *visitor,
					      const struct pq_cel_parse_node *node)
{
	struct pq_cel_expression *condition = visit(visitor, find_node(node, PQ_CEL_LABEL_FIRST));
	uint32_t id = new_id(visitor);
	struct pq_cel_expression *yes = visit(visitor, find_node(node, PQ_CEL_LABEL_SECOND));
	struct pq_cel_expression *no = visit(visitor, find_node(node, PQ_CEL_LABEL_THIRD));
	return pq_cel_build_operator(&visitor->builder, id,
				     find(node, PQ_CEL_LABEL_OPERATOR)->token.offset, PQ_S("_?_:_"),
				     condition, yes, no);
}

static struct pq_cel_expression *visit_chain(struct visitor *visitor,
					     const struct pq_cel_parse_node *node,
					     struct pq_string function)
{
	const struct pq_cel_parse_part *operator= find(node, PQ_CEL_LABEL_OPERATOR);
	const struct pq_cel_parse_part *value = find(node, PQ_CEL_LABEL_VALUE);
	struct pq_cel_parts terms;
	pq_cel_parts_init(&terms);
	struct pq_cel_part term = { .expression =
					    visit(visitor, find_node(node, PQ_CEL_LABEL_FIRST)) };
	pq_cel_parts_add(&visitor->builder, &terms, term);
	for (; operator!= NULL && value != NULL;
	     operator= following(operator), value = following(value)) {
		term.expression = visit(visitor, value->node);
		term.id = new_id(visitor);
		term.offset = operator->token.offset;
		pq_cel_parts_add(&visitor->builder, &terms, term);
	}
	return pq_cel_build_chain(&visitor->builder, function, &terms);
}

/* The trees are never used, only how they were made counts: the operator's name does not. */
static struct pq_cel_expression *visit_binary(struct visitor *visitor,
					      const struct pq_cel_parse_node *node)
{
	struct pq_cel_expression *left = visit(visitor, find_node(node, PQ_CEL_LABEL_FIRST));
	uint32_t id = new_id(visitor);
	const struct pq_cel_parse_part *operator= find(node, PQ_CEL_LABEL_OPERATOR);
	struct pq_cel_expression *right = visit(visitor, find_node(node, PQ_CEL_LABEL_SECOND));
	return pq_cel_build_operator(&visitor->builder, id, operator->token.offset, operator->text,
				     left, right, NULL);
}

static struct pq_cel_expression *visit_unary(struct visitor *visitor,
					     const struct pq_cel_parse_node *node)
{
	const struct pq_cel_parse_part *operator= find(node, PQ_CEL_LABEL_OPERATOR);
	size_t count = 0;
	for (const struct pq_cel_parse_part *part = operator; part != NULL; part = following(part))
		count++;
	if (count % 2 == 0)
		return visit(visitor, find_node(node, PQ_CEL_LABEL_FIRST));
	uint32_t id = new_id(visitor);
	struct pq_cel_expression *operand = visit(visitor, find_node(node, PQ_CEL_LABEL_FIRST));
	return pq_cel_build_operator(&visitor->builder, id, operator->token.offset, operator->text,
				     operand, NULL, NULL);
}

/* The name of a field; what is wrong with it, or NULL. */
static const char *read_field(const struct pq_cel_parse_node *node, struct pq_cel_name *field)
{
	*field = (struct pq_cel_name){ .text = PQ_S("") };
	if (node == NULL)
		return "unsupported ident kind";
	field->offset = node->offset;
	if (node->alternative == PQ_CEL_ESCAPED_NAME)
		return "unsupported syntax: '`'";
	const struct pq_cel_parse_part *name = find(node, PQ_CEL_LABEL_NAME);
	if (node->alternative == PQ_CEL_UNDECIDED || name == NULL)
		return "unsupported ident kind";
	field->text = name->text;
	return NULL;
}

static struct pq_cel_expression *visit_select(struct visitor *visitor,
					      const struct pq_cel_parse_node *node)
{
	struct pq_cel_builder *builder = &visitor->builder;
	struct pq_cel_expression *operand = visit(visitor, find_node(node, PQ_CEL_LABEL_FIRST));
	const struct pq_cel_parse_part *dot = find(node, PQ_CEL_LABEL_OPERATOR);
	const struct pq_cel_parse_node *name = find_node(node, PQ_CEL_LABEL_NAME);
	if (dot == NULL || name == NULL)
		return unspecified(visitor, node->offset);
	struct pq_cel_name field;
	const char *problem = read_field(name, &field);
	if (problem != NULL)
		pq_cel_build_issue(builder, name->offset, "%s", problem);
	if (find(node, PQ_CEL_LABEL_OPTIONAL) == NULL)
		return pq_cel_build_select(builder, operand, dot->token.offset, field.text);
	if (!allows_optional(visitor, dot->token.offset, ".?"))
		return unspecified(visitor, dot->token.offset);
	return pq_cel_build_optional_select(builder, operand, dot->token.offset, &field);
}

static struct pq_cel_expression *visit_member_call(struct visitor *visitor,
						   const struct pq_cel_parse_node *node)
{
	struct pq_cel_expression *target = visit(visitor, find_node(node, PQ_CEL_LABEL_FIRST));
	const struct pq_cel_parse_part *name = find(node, PQ_CEL_LABEL_NAME);
	const struct pq_cel_parse_part *open = find(node, PQ_CEL_LABEL_OPERATOR);
	if (name == NULL || open == NULL)
		return unspecified(visitor, node->offset);
	uint32_t id = new_id(visitor);
	struct pq_cel_parts arguments;
	visit_values(visitor, find_node(node, PQ_CEL_LABEL_SECOND), &arguments);
	return pq_cel_build_call(&visitor->builder, id, open->token.offset, name->text, target,
				 &arguments);
}

static struct pq_cel_expression *visit_index(struct visitor *visitor,
					     const struct pq_cel_parse_node *node)
{
	struct pq_cel_expression *target = visit(visitor, find_node(node, PQ_CEL_LABEL_FIRST));
	const struct pq_cel_parse_part *bracket = find(node, PQ_CEL_LABEL_OPERATOR);
	if (bracket == NULL)
		return unspecified(visitor, node->offset);
	uint32_t id = new_id(visitor), offset = bracket->token.offset;
	struct pq_cel_expression *index = visit(visitor, find_node(node, PQ_CEL_LABEL_SECOND));
	if (find(node, PQ_CEL_LABEL_OPTIONAL) != NULL && !allows_optional(visitor, offset, "[?"))
		return unspecified(visitor, offset);
	return pq_cel_build_operator(&visitor->builder, id, offset, PQ_S("_[_]"), target, index,
				     NULL);
}

static struct pq_cel_name read_name(const struct pq_cel_parse_node *node,
				    const struct pq_cel_parse_part *part)
{
	return (struct pq_cel_name){
		.text = part->text,
		.offset = part->token.offset,
		.has_dot = find(node, PQ_CEL_LABEL_DOT) != NULL,
		.dot_offset = node->offset,
	};
}

static struct pq_cel_expression *visit_ident(struct visitor *visitor,
					     const struct pq_cel_parse_node *node)
{
	const struct pq_cel_parse_part *part = find(node, PQ_CEL_LABEL_NAME);
	if (part == NULL)
		return unspecified(visitor, node->offset);
	struct pq_cel_name name = read_name(node, part);
	return pq_cel_build_identifier(&visitor->builder, &name);
}

static struct pq_cel_expression *visit_global_call(struct visitor *visitor,
						   const struct pq_cel_parse_node *node)
{
	const struct pq_cel_parse_part *part = find(node, PQ_CEL_LABEL_NAME);
	const struct pq_cel_parse_part *open = find(node, PQ_CEL_LABEL_OPERATOR);
	if (part == NULL || open == NULL)
		return unspecified(visitor, node->offset);
	struct pq_cel_name name = read_name(node, part);
	struct pq_string function = pq_cel_build_function_name(&visitor->builder, &name);
	if (function.data == NULL)
		return unspecified(visitor, node->offset);
	uint32_t id = new_id(visitor);
	struct pq_cel_parts arguments;
	visit_values(visitor, find_node(node, PQ_CEL_LABEL_SECOND), &arguments);
	return pq_cel_build_call(&visitor->builder, id, open->token.offset, function, NULL,
				 &arguments);
}

static struct pq_cel_expression *visit_list(struct visitor *visitor,
					    const struct pq_cel_parse_node *node)
{
	const struct pq_cel_parse_part *bracket = find(node, PQ_CEL_LABEL_OPERATOR);
	const struct pq_cel_parse_node *list = find_node(node, PQ_CEL_LABEL_FIRST);
	uint32_t id = new_id(visitor);
	struct pq_cel_parts items;
	pq_cel_parts_init(&items);
	const struct pq_cel_parse_part *part = list == NULL ? NULL : find(list, PQ_CEL_LABEL_VALUE);
	for (; part != NULL; part = following(part)) {
		struct pq_cel_part item = {
			.expression = visit(visitor, find_node(part->node, PQ_CEL_LABEL_FIRST)),
		};
		const struct pq_cel_parse_part *question = find(part->node, PQ_CEL_LABEL_OPTIONAL);
		if (question != NULL)
			allows_optional(visitor, question->token.offset, "?");
		pq_cel_parts_add(&visitor->builder, &items, item);
	}
	return pq_cel_build_list(&visitor->builder, id,
				 bracket == NULL ? node->offset : bracket->token.offset, &items);
}

static void visit_field(struct visitor *visitor, const struct pq_cel_parse_node *list,
			const struct pq_cel_parse_node *key, const struct pq_cel_parse_node *value)
{
	struct pq_cel_name field;
	if (find(key, PQ_CEL_LABEL_OPTIONAL) != NULL && !allows_optional(visitor, key->offset, "?"))
		return;
	const char *problem = read_field(find_node(key, PQ_CEL_LABEL_NAME), &field);
	if (problem != NULL)
		pq_cel_build_issue(&visitor->builder, list->offset, "%s", problem);
	else
		visit(visitor, value);
}

static void visit_entry(struct visitor *visitor, const struct pq_cel_parse_node *key,
			const struct pq_cel_parse_node *value)
{
	if (find(key, PQ_CEL_LABEL_OPTIONAL) != NULL && !allows_optional(visitor, key->offset, "?"))
		return;
	visit(visitor, find_node(key, PQ_CEL_LABEL_FIRST));
	visit(visitor, value);
}

/* Of entries only what is wrong with them counts. */
static struct pq_cel_expression *visit_entries(struct visitor *visitor,
					       const struct pq_cel_parse_node *node)
{
	bool is_map = node->alternative == PQ_CEL_CREATE_MAP;
	const struct pq_cel_parse_node *list = find_node(node, PQ_CEL_LABEL_FIRST);
	uint32_t id = new_id(visitor);
	if (list != NULL) {
		const struct pq_cel_parse_part *key = find(list, PQ_CEL_LABEL_KEY);
		const struct pq_cel_parse_part *colon = find(list, PQ_CEL_LABEL_COLON);
		const struct pq_cel_parse_part *value = find(list, PQ_CEL_LABEL_VALUE);
		for (; key != NULL && colon != NULL && value != NULL;
		     key = following(key), colon = following(colon), value = following(value)) {
			new_id(visitor);
			if (is_map)
				visit_entry(visitor, key->node, value->node);
			else
				visit_field(visitor, list, key->node, value->node);
		}
	}
	return pq_cel_build(&visitor->builder, is_map ? PQ_CEL_MAP : PQ_CEL_STRUCT, id,
			    find(node, PQ_CEL_LABEL_OPERATOR)->token.offset);
}

static struct pq_cel_expression *visit_literal(struct visitor *visitor,
					       const struct pq_cel_parse_node *node)
{
	const struct pq_cel_parse_part *text = find(node, PQ_CEL_LABEL_TEXT);
	if (text == NULL)
		return unspecified(visitor, PQ_CEL_BEFORE_START);
	return pq_cel_build_literal(&visitor->builder, text->token,
				    find(node, PQ_CEL_LABEL_SIGN) != NULL, node->offset);
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
			if (find(node, PQ_CEL_LABEL_OPERATOR) != NULL)
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
		node = find_node(node, PQ_CEL_LABEL_FIRST);
	}
	return NULL;
}

static struct pq_cel_expression *visit_primary(struct visitor *visitor,
					       const struct pq_cel_parse_node *node)
{
	switch ((enum pq_cel_alternative_name)node->alternative) {
	case PQ_CEL_IDENT:
		return visit_ident(visitor, node);
	case PQ_CEL_GLOBAL_CALL:
		return visit_global_call(visitor, node);
	case PQ_CEL_CREATE_LIST:
		return visit_list(visitor, node);
	case PQ_CEL_CREATE_MAP:
	case PQ_CEL_CREATE_MESSAGE:
		return visit_entries(visitor, node);
	default:
		return unspecified(visitor, PQ_CEL_BEFORE_START);
	}
}

static struct pq_cel_expression *visit_member(struct visitor *visitor,
					      const struct pq_cel_parse_node *node)
{
	switch ((enum pq_cel_alternative_name)node->alternative) {
	case PQ_CEL_SELECTION:
		return visit_select(visitor, node);
	case PQ_CEL_MEMBER_CALL:
		return visit_member_call(visitor, node);
	default:
		return visit_index(visitor, node);
	}
}

static struct pq_cel_expression *visit_by_rule(struct visitor *visitor,
					       const struct pq_cel_parse_node *node)
{
	switch ((enum pq_cel_rule_name)node->rule) {
	case PQ_CEL_RULE_START:
		return visit(visitor, find_node(node, PQ_CEL_LABEL_FIRST));
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
		return pq_cel_build(&visitor->builder, PQ_CEL_LITERAL, new_id(visitor),
				    node->offset);
	case PQ_CEL_RULE_MEMBER:
		return visit_member(visitor, node);
	case PQ_CEL_RULE_PRIMARY:
		return visit_primary(visitor, node);
	case PQ_CEL_RULE_LITERAL:
		return visit_literal(visitor, node);
	default:
		return unspecified(visitor, PQ_CEL_BEFORE_START);
	}
}

/* cel-go counts only these as nested. */
static bool is_counted(const struct pq_cel_parse_node *node)
{
	return node->rule == PQ_CEL_RULE_EXPRESSION || node->rule == PQ_CEL_RULE_RELATION ||
	       node->rule == PQ_CEL_RULE_CALCULATION || node->rule == PQ_CEL_RULE_MEMBER;
}

static struct pq_cel_expression *visit(struct visitor *visitor,
				       const struct pq_cel_parse_node *node)
{
	node = unnest(node);
	if (node == NULL || visitor->stopped)
		return unspecified(visitor, PQ_CEL_BEFORE_START);
	uint32_t depth = visitor->depth;
	visitor->depth += is_counted(node);
	if (visitor->depth > PQ_CEL_DEPTH_MAX) {
		pq_cel_issues_add(visitor->builder.issues, PQ_CEL_NOWHERE,
				  "max recursion depth exceeded");
		visitor->stopped = true;
		visitor->issues_at_stop = visitor->builder.issues->reported;
		return unspecified(visitor, PQ_CEL_BEFORE_START);
	}
	struct pq_cel_expression *expression = visit_by_rule(visitor, node);
	visitor->depth = depth;
	return expression;
}

void pq_cel_explain(struct pq_arena *arena, uint8_t version, struct pq_cel_issues *issues)
{
	struct visitor visitor = { 0 };
	pq_cel_builder_init(&visitor.builder, arena, version, issues);
	const struct pq_cel_parse_node *root = pq_cel_syntax_parse(arena, issues);
	if (root == NULL)
		return;
	visit(&visitor, root);
	/* What was found on the way out of what is too deep does not count. */
	if (visitor.stopped)
		pq_cel_issues_cut(issues, visitor.issues_at_stop);
	if (pq_cel_issues_is_empty(issues))
		pq_cel_issues_add(issues, PQ_CEL_NOWHERE, "the expression cannot be parsed");
}
