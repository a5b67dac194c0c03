/* The fast parser: literals, names, calls, selections, lists, maps and messages. */
#include "cel/parse.h"
#include "cel/parsing.h"

/* How a member expression began, in case that it turns out to be a message. */
struct start {
	uint32_t offset;
	uint32_t id; /* the next one */
	size_t issues;
	bool is_name; /* nothing but names and dots so far */
};

/* Whether an optional's question mark stands here and may. */
static bool accept_question(struct pq_cel_parser *parser, bool *is_refused)
{
	bool is_optional = pq_cel_parser_accept(parser, PQ_CEL_TOKEN_QUESTION);
	*is_refused = is_optional && parser->builder.version < PQ_CEL_OPTIONALS_INTRODUCED;
	return is_optional;
}

/* Expressions with commas between them, at least one; the height is that of the highest. */
static bool parse_items(struct pq_cel_parser *parser, bool may_be_optional,
			struct pq_cel_parts *items)
{
	uint32_t height = 0;
	bool is_refused = false;
	do {
		if (may_be_optional && items->count > 0 &&
		    parser->token.kind == PQ_CEL_TOKEN_RIGHT_BRACKET)
			break;
		struct pq_cel_part item = { 0 };
		if (may_be_optional)
			item.is_optional = accept_question(parser, &is_refused);
		item.expression = pq_cel_parse_expression(parser);
		if (item.expression == NULL || is_refused)
			return false;
		pq_cel_parts_add(&parser->builder, items, item);
		pq_cel_parser_raise(parser, height);
		height = parser->height;
	} while (pq_cel_parser_accept(parser, PQ_CEL_TOKEN_COMMA));
	return true;
}

static bool parse_arguments(struct pq_cel_parser *parser, struct pq_cel_parts *arguments)
{
	pq_cel_parts_init(arguments);
	parser->height = 0;
	if (pq_cel_parser_accept(parser, PQ_CEL_TOKEN_RIGHT_PARENTHESIS))
		return true;
	return parse_items(parser, false, arguments) &&
	       pq_cel_parser_accept(parser, PQ_CEL_TOKEN_RIGHT_PARENTHESIS);
}

static struct pq_cel_expression *parse_list(struct pq_cel_parser *parser)
{
	uint32_t id = pq_cel_parser_id(parser), offset = parser->token.offset;
	struct pq_cel_parts items;
	pq_cel_parts_init(&items);
	pq_cel_parser_advance(parser);
	parser->height = 0;
	/* "[,]" is a list, too. */
	if (!pq_cel_parser_accept(parser, PQ_CEL_TOKEN_COMMA) &&
	    parser->token.kind != PQ_CEL_TOKEN_RIGHT_BRACKET && !parse_items(parser, true, &items))
		return NULL;
	if (!pq_cel_parser_accept(parser, PQ_CEL_TOKEN_RIGHT_BRACKET))
		return NULL;
	return pq_cel_build_list(&parser->builder, id, offset, &items);
}

/* Of a map with its key, of a message with its field. */
static bool parse_entry(struct pq_cel_parser *parser, enum pq_cel_expression_kind kind,
			struct pq_cel_entry *entry)
{
	bool is_refused;
	entry->id = pq_cel_parser_id(parser);
	entry->optional = accept_question(parser, &is_refused);
	if (is_refused)
		return false;
	if (kind == PQ_CEL_MAP) {
		entry->key = pq_cel_parse_expression(parser);
		if (entry->key == NULL)
			return false;
	} else {
		entry->field = pq_cel_parser_text(parser, parser->token);
		parser->height = 0;
		if (!pq_cel_parser_accept(parser, PQ_CEL_TOKEN_IDENTIFIER))
			return false;
	}
	uint32_t height = parser->height;
	entry->offset = parser->token.offset;
	if (!pq_cel_parser_accept(parser, PQ_CEL_TOKEN_COLON))
		return false;
	entry->value = pq_cel_parse_expression(parser);
	pq_cel_parser_raise(parser, height);
	return entry->value != NULL;
}

static bool parse_entry_list(struct pq_cel_parser *parser, enum pq_cel_expression_kind kind,
			     struct pq_cel_entries *entries)
{
	uint32_t height = 0;
	while (parser->token.kind != PQ_CEL_TOKEN_RIGHT_BRACE) {
		struct pq_cel_entry entry = { 0 };
		if (!parse_entry(parser, kind, &entry))
			return false;
		pq_cel_entries_add(&parser->builder, entries, entry);
		pq_cel_parser_raise(parser, height);
		height = parser->height;
		if (!pq_cel_parser_accept(parser, PQ_CEL_TOKEN_COMMA))
			break;
	}
	return pq_cel_parser_accept(parser, PQ_CEL_TOKEN_RIGHT_BRACE);
}

/* What stands in braces; name is a message's. */
static struct pq_cel_expression *
parse_entries(struct pq_cel_parser *parser, enum pq_cel_expression_kind kind, struct pq_string name)
{
	uint32_t id = pq_cel_parser_id(parser), offset = parser->token.offset;
	struct pq_cel_entries entries = { 0 };
	pq_cel_parser_advance(parser);
	parser->height = 0;
	if (pq_cel_parser_accept(parser, PQ_CEL_TOKEN_COMMA)) {
		if (!pq_cel_parser_accept(parser, PQ_CEL_TOKEN_RIGHT_BRACE))
			return NULL;
	} else if (!parse_entry_list(parser, kind, &entries)) {
		return NULL;
	}
	return pq_cel_build_entries(&parser->builder, kind, id, offset, name, &entries);
}

/* The name that begins at from and ends before the brace that comes next, without white space. */
static struct pq_string read_message_name(struct pq_cel_parser *parser, uint32_t from)
{
	struct pq_buffer name;
	pq_buffer_init_in(&name, parser->builder.arena, 0);
	for (struct pq_cel_token token = pq_cel_lex(parser->text, from);
	     token.kind != PQ_CEL_TOKEN_LEFT_BRACE;
	     token = pq_cel_lex(parser->text, token.offset + token.length))
		pq_buffer_append_string(&name, pq_cel_parser_text(parser, token));
	return pq_buffer_view(&name);
}

static struct pq_cel_expression *parse_call(struct pq_cel_parser *parser,
					    struct pq_cel_expression *target,
					    struct pq_string function)
{
	uint32_t id = pq_cel_parser_id(parser), offset = parser->token.offset;
	struct pq_cel_parts arguments;
	pq_cel_parser_advance(parser);
	if (!parse_arguments(parser, &arguments))
		return NULL;
	return pq_cel_build_call(&parser->builder, id, offset, function, target, &arguments);
}

/* A name, which may be the first part of a longer one, or the call of a global function. */
static struct pq_cel_expression *parse_name(struct pq_cel_parser *parser, struct start *start)
{
	struct pq_cel_name name = { .dot_offset = parser->token.offset };
	name.has_dot = pq_cel_parser_accept(parser, PQ_CEL_TOKEN_DOT);
	name.offset = parser->token.offset;
	name.text = pq_cel_parser_text(parser, parser->token);
	parser->height = 0;
	if (!pq_cel_parser_accept(parser, PQ_CEL_TOKEN_IDENTIFIER))
		return NULL;
	if (parser->token.kind != PQ_CEL_TOKEN_LEFT_PARENTHESIS) {
		start->is_name = true;
		return pq_cel_build_identifier(&parser->builder, &name);
	}
	struct pq_string function = pq_cel_build_function_name(&parser->builder, &name);
	return function.data == NULL ? NULL : parse_call(parser, NULL, function);
}

bool pq_cel_parser_is_number_next(const struct pq_cel_parser *parser)
{
	struct pq_cel_token next =
		pq_cel_lex(parser->text, parser->token.offset + parser->token.length);
	return next.kind == PQ_CEL_TOKEN_INT || next.kind == PQ_CEL_TOKEN_DOUBLE;
}

static struct pq_cel_expression *parse_literal(struct pq_cel_parser *parser, bool is_negative,
					       uint32_t offset)
{
	struct pq_cel_token token = parser->token;
	pq_cel_parser_advance(parser);
	parser->height = 0;
	return pq_cel_build_literal(&parser->builder, token, is_negative, offset);
}

static struct pq_cel_expression *parse_primary(struct pq_cel_parser *parser, struct start *start)
{
	uint32_t offset = parser->token.offset;
	struct pq_cel_expression *node;
	switch (parser->token.kind) {
	case PQ_CEL_TOKEN_DOT:
	case PQ_CEL_TOKEN_IDENTIFIER:
		return parse_name(parser, start);
	case PQ_CEL_TOKEN_LEFT_PARENTHESIS:
		pq_cel_parser_advance(parser);
		node = pq_cel_parse_expression(parser);
		return pq_cel_parser_accept(parser, PQ_CEL_TOKEN_RIGHT_PARENTHESIS) ? node : NULL;
	case PQ_CEL_TOKEN_LEFT_BRACKET:
		return parse_list(parser);
	case PQ_CEL_TOKEN_LEFT_BRACE:
		return parse_entries(parser, PQ_CEL_MAP, (struct pq_string){ 0 });
	case PQ_CEL_TOKEN_TRUE:
	case PQ_CEL_TOKEN_FALSE:
	case PQ_CEL_TOKEN_NULL:
	case PQ_CEL_TOKEN_DOUBLE:
	case PQ_CEL_TOKEN_INT:
	case PQ_CEL_TOKEN_UINT:
	case PQ_CEL_TOKEN_STRING:
	case PQ_CEL_TOKEN_BYTES:
		return parse_literal(parser, false, offset);
	case PQ_CEL_TOKEN_MINUS:
		if (!pq_cel_parser_is_number_next(parser))
			return NULL;
		pq_cel_parser_advance(parser);
		return parse_literal(parser, true, offset);
	default:
		return NULL;
	}
}

/* At a dot behind node. */
static struct pq_cel_expression *parse_select(struct pq_cel_parser *parser,
					      struct pq_cel_expression *node, struct start *start)
{
	uint32_t offset = parser->token.offset, height = parser->height;
	bool is_refused;
	pq_cel_parser_advance(parser);
	bool is_optional = accept_question(parser, &is_refused);
	struct pq_cel_name field = {
		.text = pq_cel_parser_text(parser, parser->token),
		.offset = parser->token.offset,
	};
	if (is_refused || !pq_cel_parser_accept(parser, PQ_CEL_TOKEN_IDENTIFIER))
		return NULL;
	if (is_optional) {
		start->is_name = false;
		node = pq_cel_build_optional_select(&parser->builder, node, offset, &field);
	} else if (parser->token.kind == PQ_CEL_TOKEN_LEFT_PARENTHESIS) {
		start->is_name = false;
		node = parse_call(parser, node, field.text);
	} else {
		node = pq_cel_build_select(&parser->builder, node, offset, field.text);
	}
	pq_cel_parser_raise(parser, height);
	parser->height++;
	return node;
}

/* At a bracket behind node. */
static struct pq_cel_expression *parse_index(struct pq_cel_parser *parser,
					     struct pq_cel_expression *node)
{
	uint32_t id = pq_cel_parser_id(parser), offset = parser->token.offset,
		 height = parser->height;
	bool is_refused;
	pq_cel_parser_advance(parser);
	bool is_optional = accept_question(parser, &is_refused);
	struct pq_cel_expression *index = pq_cel_parse_expression(parser);
	if (index == NULL || is_refused ||
	    !pq_cel_parser_accept(parser, PQ_CEL_TOKEN_RIGHT_BRACKET))
		return NULL;
	pq_cel_parser_raise(parser, height);
	parser->height++;
	return pq_cel_build_operator(&parser->builder, id, offset,
				     is_optional ? PQ_S("_[?_]") : PQ_S("_[_]"), node, index, NULL);
}

/* What looked like selects is the name of a message. */
static struct pq_cel_expression *parse_message(struct pq_cel_parser *parser, struct start *start)
{
	start->is_name = false;
	parser->builder.next_id = start->id;
	pq_cel_issues_cut(parser->builder.issues, start->issues);
	return parse_entries(parser, PQ_CEL_STRUCT, read_message_name(parser, start->offset));
}

/* What follows a primary expression. */
static struct pq_cel_expression *
parse_member_of(struct pq_cel_parser *parser, struct pq_cel_expression *node, struct start *start)
{
	while (node != NULL) {
		switch (parser->token.kind) {
		case PQ_CEL_TOKEN_DOT:
			node = parse_select(parser, node, start);
			break;
		case PQ_CEL_TOKEN_LEFT_BRACKET:
			start->is_name = false;
			node = parse_index(parser, node);
			break;
		case PQ_CEL_TOKEN_LEFT_BRACE:
			if (!start->is_name)
				return NULL;
			node = parse_message(parser, start);
			break;
		default:
			return node;
		}
	}
	return NULL;
}

struct pq_cel_expression *pq_cel_parse_member(struct pq_cel_parser *parser)
{
	struct start start = {
		.offset = parser->token.offset,
		.id = parser->builder.next_id,
		.issues = parser->builder.issues->count,
	};
	struct pq_cel_expression *node = parse_primary(parser, &start);
	return parse_member_of(parser, node, &start);
}
