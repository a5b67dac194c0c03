#include "cel/explain/visit.h"

#include "cel/parse.h"

/* Whether optionals' question marks are known; if not, an issue is added. */
static bool allows_optional(struct pq_cel_visitor *visitor, uint32_t offset, const char *syntax)
{
	if (visitor->builder.version >= PQ_CEL_OPTIONALS_INTRODUCED)
		return true;
	pq_cel_issues_add(visitor->builder.issues, offset, "unsupported syntax '%s'", syntax);
	return false;
}

static void visit_values(struct pq_cel_visitor *visitor, const struct pq_cel_parse_node *list,
			 struct pq_cel_parts *parts)
{
	pq_cel_parts_init(parts);
	if (list == NULL)
		return;
	for (const struct pq_cel_parse_part *part = pq_cel_part_find(list, PQ_CEL_LABEL_VALUE);
	     part != NULL; part = pq_cel_part_following(part))
		pq_cel_parts_add(
			&visitor->builder, parts,
			(struct pq_cel_part){ .expression = pq_cel_visit(visitor, part->node) });
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
	const struct pq_cel_parse_part *name = pq_cel_part_find(node, PQ_CEL_LABEL_NAME);
	if (node->alternative == PQ_CEL_UNDECIDED || name == NULL)
		return "unsupported ident kind";
	field->text = name->text;
	return NULL;
}

static struct pq_cel_expression *visit_select(struct pq_cel_visitor *visitor,
					      const struct pq_cel_parse_node *node)
{
	struct pq_cel_builder *builder = &visitor->builder;
	struct pq_cel_expression *operand = pq_cel_visit_part(visitor, node, PQ_CEL_LABEL_FIRST);
	const struct pq_cel_parse_part *dot = pq_cel_part_find(node, PQ_CEL_LABEL_OPERATOR);
	const struct pq_cel_parse_node *name = pq_cel_part_find_node(node, PQ_CEL_LABEL_NAME);
	if (dot == NULL || name == NULL)
		return pq_cel_visitor_unspecified(visitor, node->offset);
	struct pq_cel_name field;
	const char *problem = read_field(name, &field);
	if (problem != NULL)
		pq_cel_build_issue(builder, name->offset, "%s", problem);
	if (pq_cel_part_find(node, PQ_CEL_LABEL_OPTIONAL) == NULL)
		return pq_cel_build_select(builder, operand, dot->token.offset, field.text);
	if (!allows_optional(visitor, dot->token.offset, ".?"))
		return pq_cel_visitor_unspecified(visitor, dot->token.offset);
	return pq_cel_build_optional_select(builder, operand, dot->token.offset, &field);
}

static struct pq_cel_expression *visit_member_call(struct pq_cel_visitor *visitor,
						   const struct pq_cel_parse_node *node)
{
	struct pq_cel_expression *target = pq_cel_visit_part(visitor, node, PQ_CEL_LABEL_FIRST);
	const struct pq_cel_parse_part *name = pq_cel_part_find(node, PQ_CEL_LABEL_NAME);
	const struct pq_cel_parse_part *open = pq_cel_part_find(node, PQ_CEL_LABEL_OPERATOR);
	if (name == NULL || open == NULL)
		return pq_cel_visitor_unspecified(visitor, node->offset);
	uint32_t id = pq_cel_visitor_id(visitor);
	struct pq_cel_parts arguments;
	visit_values(visitor, pq_cel_part_find_node(node, PQ_CEL_LABEL_SECOND), &arguments);
	return pq_cel_build_call(&visitor->builder, id, open->token.offset, name->text, target,
				 &arguments);
}

static struct pq_cel_expression *visit_index(struct pq_cel_visitor *visitor,
					     const struct pq_cel_parse_node *node)
{
	struct pq_cel_expression *target = pq_cel_visit_part(visitor, node, PQ_CEL_LABEL_FIRST);
	const struct pq_cel_parse_part *bracket = pq_cel_part_find(node, PQ_CEL_LABEL_OPERATOR);
	if (bracket == NULL)
		return pq_cel_visitor_unspecified(visitor, node->offset);
	uint32_t id = pq_cel_visitor_id(visitor), offset = bracket->token.offset;
	struct pq_cel_expression *index = pq_cel_visit_part(visitor, node, PQ_CEL_LABEL_SECOND);
	if (pq_cel_part_find(node, PQ_CEL_LABEL_OPTIONAL) != NULL &&
	    !allows_optional(visitor, offset, "[?"))
		return pq_cel_visitor_unspecified(visitor, offset);
	return pq_cel_build_operator(&visitor->builder, id, offset, PQ_S("_[_]"), target, index,
				     NULL);
}

static struct pq_cel_name read_name(const struct pq_cel_parse_node *node,
				    const struct pq_cel_parse_part *part)
{
	return (struct pq_cel_name){
		.text = part->text,
		.offset = part->token.offset,
		.has_dot = pq_cel_part_find(node, PQ_CEL_LABEL_DOT) != NULL,
		.dot_offset = node->offset,
	};
}

static struct pq_cel_expression *visit_ident(struct pq_cel_visitor *visitor,
					     const struct pq_cel_parse_node *node)
{
	const struct pq_cel_parse_part *part = pq_cel_part_find(node, PQ_CEL_LABEL_NAME);
	if (part == NULL)
		return pq_cel_visitor_unspecified(visitor, node->offset);
	struct pq_cel_name name = read_name(node, part);
	return pq_cel_build_identifier(&visitor->builder, &name);
}

static struct pq_cel_expression *visit_global_call(struct pq_cel_visitor *visitor,
						   const struct pq_cel_parse_node *node)
{
	const struct pq_cel_parse_part *part = pq_cel_part_find(node, PQ_CEL_LABEL_NAME);
	const struct pq_cel_parse_part *open = pq_cel_part_find(node, PQ_CEL_LABEL_OPERATOR);
	if (part == NULL || open == NULL)
		return pq_cel_visitor_unspecified(visitor, node->offset);
	struct pq_cel_name name = read_name(node, part);
	struct pq_string function = pq_cel_build_function_name(&visitor->builder, &name);
	if (function.data == NULL)
		return pq_cel_visitor_unspecified(visitor, node->offset);
	uint32_t id = pq_cel_visitor_id(visitor);
	struct pq_cel_parts arguments;
	visit_values(visitor, pq_cel_part_find_node(node, PQ_CEL_LABEL_SECOND), &arguments);
	return pq_cel_build_call(&visitor->builder, id, open->token.offset, function, NULL,
				 &arguments);
}

static struct pq_cel_expression *visit_list(struct pq_cel_visitor *visitor,
					    const struct pq_cel_parse_node *node)
{
	const struct pq_cel_parse_part *bracket = pq_cel_part_find(node, PQ_CEL_LABEL_OPERATOR);
	const struct pq_cel_parse_node *list = pq_cel_part_find_node(node, PQ_CEL_LABEL_FIRST);
	uint32_t id = pq_cel_visitor_id(visitor);
	struct pq_cel_parts items;
	pq_cel_parts_init(&items);
	const struct pq_cel_parse_part *part =
		list == NULL ? NULL : pq_cel_part_find(list, PQ_CEL_LABEL_VALUE);
	for (; part != NULL; part = pq_cel_part_following(part)) {
		struct pq_cel_part item = {
			.expression = pq_cel_visit_part(visitor, part->node, PQ_CEL_LABEL_FIRST),
		};
		const struct pq_cel_parse_part *question =
			pq_cel_part_find(part->node, PQ_CEL_LABEL_OPTIONAL);
		if (question != NULL)
			allows_optional(visitor, question->token.offset, "?");
		pq_cel_parts_add(&visitor->builder, &items, item);
	}
	return pq_cel_build_list(&visitor->builder, id,
				 bracket == NULL ? node->offset : bracket->token.offset, &items);
}

static void visit_field(struct pq_cel_visitor *visitor, const struct pq_cel_parse_node *list,
			const struct pq_cel_parse_node *key, const struct pq_cel_parse_node *value)
{
	struct pq_cel_name field;
	if (pq_cel_part_find(key, PQ_CEL_LABEL_OPTIONAL) != NULL &&
	    !allows_optional(visitor, key->offset, "?"))
		return;
	const char *problem = read_field(pq_cel_part_find_node(key, PQ_CEL_LABEL_NAME), &field);
	if (problem != NULL)
		pq_cel_build_issue(&visitor->builder, list->offset, "%s", problem);
	else
		pq_cel_visit(visitor, value);
}

static void visit_entry(struct pq_cel_visitor *visitor, const struct pq_cel_parse_node *key,
			const struct pq_cel_parse_node *value)
{
	if (pq_cel_part_find(key, PQ_CEL_LABEL_OPTIONAL) != NULL &&
	    !allows_optional(visitor, key->offset, "?"))
		return;
	pq_cel_visit_part(visitor, key, PQ_CEL_LABEL_FIRST);
	pq_cel_visit(visitor, value);
}

/* Of entries only what is wrong with them counts. */
static struct pq_cel_expression *visit_entries(struct pq_cel_visitor *visitor,
					       const struct pq_cel_parse_node *node)
{
	bool is_map = node->alternative == PQ_CEL_CREATE_MAP;
	const struct pq_cel_parse_node *list = pq_cel_part_find_node(node, PQ_CEL_LABEL_FIRST);
	uint32_t id = pq_cel_visitor_id(visitor);
	if (list != NULL) {
		const struct pq_cel_parse_part *key = pq_cel_part_find(list, PQ_CEL_LABEL_KEY);
		const struct pq_cel_parse_part *colon = pq_cel_part_find(list, PQ_CEL_LABEL_COLON);
		const struct pq_cel_parse_part *value = pq_cel_part_find(list, PQ_CEL_LABEL_VALUE);
		for (; key != NULL && colon != NULL && value != NULL;
		     key = pq_cel_part_following(key), colon = pq_cel_part_following(colon),
		     value = pq_cel_part_following(value)) {
			pq_cel_visitor_id(visitor);
			if (is_map)
				visit_entry(visitor, key->node, value->node);
			else
				visit_field(visitor, list, key->node, value->node);
		}
	}
	return pq_cel_build(&visitor->builder, is_map ? PQ_CEL_MAP : PQ_CEL_STRUCT, id,
			    pq_cel_part_find(node, PQ_CEL_LABEL_OPERATOR)->token.offset);
}

struct pq_cel_expression *pq_cel_visit_literal(struct pq_cel_visitor *visitor,
					       const struct pq_cel_parse_node *node)
{
	const struct pq_cel_parse_part *text = pq_cel_part_find(node, PQ_CEL_LABEL_TEXT);
	if (text == NULL)
		return pq_cel_visitor_unspecified(visitor, PQ_CEL_BEFORE_START);
	return pq_cel_build_literal(&visitor->builder, text->token,
				    pq_cel_part_find(node, PQ_CEL_LABEL_SIGN) != NULL,
				    node->offset);
}

struct pq_cel_expression *pq_cel_visit_primary(struct pq_cel_visitor *visitor,
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
		return pq_cel_visitor_unspecified(visitor, PQ_CEL_BEFORE_START);
	}
}

struct pq_cel_expression *pq_cel_visit_member(struct pq_cel_visitor *visitor,
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
