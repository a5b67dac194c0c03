/*
 * The parser of expressions that are right: by recursive descent, in one pass. It gives up at the
 * first thing that is wrong.
 */
#include "cel/parse.h"

#include "base/utf8.h"
#include "cel/build.h"
#include "cel/explain.h"

/*
 * cel-go limits how often each rule of the grammar is open at once (recursionListener), and how
 * many nested operators its visitor meets. Of the rules, these three are open most.
 */
struct depth {
	uint32_t expression;
	uint32_t relation;
	uint32_t calculation;
};

struct parser {
	struct pq_cel_builder builder;
	struct pq_string text;
	struct pq_cel_token token; /* the next one */
	struct depth depth;
	uint32_t height; /* nested operators of what was parsed last */
};

/* How a member expression began, in case that it turns out to be a message. */
struct start {
	uint32_t offset;
	uint32_t id; /* the next one */
	size_t issues;
	bool is_name; /* nothing but names and dots so far */
};

static struct pq_cel_expression *parse_expression(struct parser *parser);

static void advance(struct parser *parser)
{
	parser->token = pq_cel_lex(parser->text, parser->token.offset + parser->token.length);
}

static bool accept(struct parser *parser, enum pq_cel_token_kind kind)
{
	if (parser->token.kind != kind)
		return false;
	advance(parser);
	return true;
}

static struct pq_string text_of(const struct parser *parser, struct pq_cel_token token)
{
	return pq_string_slice(parser->text, token.offset, token.length);
}

static uint32_t new_id(struct parser *parser)
{
	return pq_cel_build_id(&parser->builder);
}

static void raise_height(struct parser *parser, uint32_t height)
{
	if (parser->height < height)
		parser->height = height;
}

/* Whether an optional's question mark stands here and may. */
static bool accept_question(struct parser *parser, bool *is_refused)
{
	bool is_optional = accept(parser, PQ_CEL_TOKEN_QUESTION);
	*is_refused = is_optional && parser->builder.version < PQ_CEL_OPTIONALS_INTRODUCED;
	return is_optional;
}

/* Expressions with commas between them, at least one; the height is that of the highest. */
static bool parse_items(struct parser *parser, bool may_be_optional, struct pq_cel_parts *items)
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
		item.expression = parse_expression(parser);
		if (item.expression == NULL || is_refused)
			return false;
		pq_cel_parts_add(&parser->builder, items, item);
		raise_height(parser, height);
		height = parser->height;
	} while (accept(parser, PQ_CEL_TOKEN_COMMA));
	return true;
}

static bool parse_arguments(struct parser *parser, struct pq_cel_parts *arguments)
{
	pq_cel_parts_init(arguments);
	parser->height = 0;
	if (accept(parser, PQ_CEL_TOKEN_RIGHT_PARENTHESIS))
		return true;
	return parse_items(parser, false, arguments) &&
	       accept(parser, PQ_CEL_TOKEN_RIGHT_PARENTHESIS);
}

static struct pq_cel_expression *parse_list(struct parser *parser)
{
	uint32_t id = new_id(parser), offset = parser->token.offset;
	struct pq_cel_parts items;
	pq_cel_parts_init(&items);
	advance(parser);
	parser->height = 0;
	/* "[,]" is a list, too. */
	if (!accept(parser, PQ_CEL_TOKEN_COMMA) &&
	    parser->token.kind != PQ_CEL_TOKEN_RIGHT_BRACKET && !parse_items(parser, true, &items))
		return NULL;
	if (!accept(parser, PQ_CEL_TOKEN_RIGHT_BRACKET))
		return NULL;
	return pq_cel_build_list(&parser->builder, id, offset, &items);
}

/* Of a map with its key, of a message with its field. */
static bool parse_entry(struct parser *parser, enum pq_cel_expression_kind kind,
			struct pq_cel_entry *entry)
{
	bool is_refused;
	entry->id = new_id(parser);
	entry->optional = accept_question(parser, &is_refused);
	if (is_refused)
		return false;
	if (kind == PQ_CEL_MAP) {
		entry->key = parse_expression(parser);
		if (entry->key == NULL)
			return false;
	} else {
		entry->field = text_of(parser, parser->token);
		parser->height = 0;
		if (!accept(parser, PQ_CEL_TOKEN_IDENTIFIER))
			return false;
	}
	uint32_t height = parser->height;
	entry->offset = parser->token.offset;
	if (!accept(parser, PQ_CEL_TOKEN_COLON))
		return false;
	entry->value = parse_expression(parser);
	raise_height(parser, height);
	return entry->value != NULL;
}

static bool parse_entry_list(struct parser *parser, enum pq_cel_expression_kind kind,
			     struct pq_cel_entries *entries)
{
	uint32_t height = 0;
	while (parser->token.kind != PQ_CEL_TOKEN_RIGHT_BRACE) {
		struct pq_cel_entry entry = { 0 };
		if (!parse_entry(parser, kind, &entry))
			return false;
		pq_cel_entries_add(&parser->builder, entries, entry);
		raise_height(parser, height);
		height = parser->height;
		if (!accept(parser, PQ_CEL_TOKEN_COMMA))
			break;
	}
	return accept(parser, PQ_CEL_TOKEN_RIGHT_BRACE);
}

/* What stands in braces; name is a message's. */
static struct pq_cel_expression *
parse_entries(struct parser *parser, enum pq_cel_expression_kind kind, struct pq_string name)
{
	uint32_t id = new_id(parser), offset = parser->token.offset;
	struct pq_cel_entries entries = { 0 };
	advance(parser);
	parser->height = 0;
	if (accept(parser, PQ_CEL_TOKEN_COMMA)) {
		if (!accept(parser, PQ_CEL_TOKEN_RIGHT_BRACE))
			return NULL;
	} else if (!parse_entry_list(parser, kind, &entries)) {
		return NULL;
	}
	return pq_cel_build_entries(&parser->builder, kind, id, offset, name, &entries);
}

/* The name that begins at from and ends before the brace that comes next, without white space. */
static struct pq_string read_message_name(struct parser *parser, uint32_t from)
{
	struct pq_buffer name;
	pq_buffer_init_in(&name, parser->builder.arena, 0);
	for (struct pq_cel_token token = pq_cel_lex(parser->text, from);
	     token.kind != PQ_CEL_TOKEN_LEFT_BRACE;
	     token = pq_cel_lex(parser->text, token.offset + token.length))
		pq_buffer_append_string(&name, text_of(parser, token));
	return pq_buffer_view(&name);
}

static struct pq_cel_expression *parse_call(struct parser *parser, struct pq_cel_expression *target,
					    struct pq_string function)
{
	uint32_t id = new_id(parser), offset = parser->token.offset;
	struct pq_cel_parts arguments;
	advance(parser);
	if (!parse_arguments(parser, &arguments))
		return NULL;
	return pq_cel_build_call(&parser->builder, id, offset, function, target, &arguments);
}

/* A name, which may be the first part of a longer one, or the call of a global function. */
static struct pq_cel_expression *parse_name(struct parser *parser, struct start *start)
{
	struct pq_cel_name name = { .dot_offset = parser->token.offset };
	name.has_dot = accept(parser, PQ_CEL_TOKEN_DOT);
	name.offset = parser->token.offset;
	name.text = text_of(parser, parser->token);
	parser->height = 0;
	if (!accept(parser, PQ_CEL_TOKEN_IDENTIFIER))
		return NULL;
	if (parser->token.kind != PQ_CEL_TOKEN_LEFT_PARENTHESIS) {
		start->is_name = true;
		return pq_cel_build_identifier(&parser->builder, &name);
	}
	struct pq_string function = pq_cel_build_function_name(&parser->builder, &name);
	return function.data == NULL ? NULL : parse_call(parser, NULL, function);
}

/* Whether the minus sign that comes next belongs to a number. */
static bool is_negative_number(const struct parser *parser)
{
	struct pq_cel_token next =
		pq_cel_lex(parser->text, parser->token.offset + parser->token.length);
	return next.kind == PQ_CEL_TOKEN_INT || next.kind == PQ_CEL_TOKEN_DOUBLE;
}

static struct pq_cel_expression *parse_literal(struct parser *parser, bool is_negative,
					       uint32_t offset)
{
	struct pq_cel_token token = parser->token;
	advance(parser);
	parser->height = 0;
	return pq_cel_build_literal(&parser->builder, token, is_negative, offset);
}

static struct pq_cel_expression *parse_primary(struct parser *parser, struct start *start)
{
	uint32_t offset = parser->token.offset;
	struct pq_cel_expression *node;
	switch (parser->token.kind) {
	case PQ_CEL_TOKEN_DOT:
	case PQ_CEL_TOKEN_IDENTIFIER:
		return parse_name(parser, start);
	case PQ_CEL_TOKEN_LEFT_PARENTHESIS:
		advance(parser);
		node = parse_expression(parser);
		return accept(parser, PQ_CEL_TOKEN_RIGHT_PARENTHESIS) ? node : NULL;
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
		if (!is_negative_number(parser))
			return NULL;
		advance(parser);
		return parse_literal(parser, true, offset);
	default:
		return NULL;
	}
}

/* At a dot behind node. */
static struct pq_cel_expression *parse_select(struct parser *parser, struct pq_cel_expression *node,
					      struct start *start)
{
	uint32_t offset = parser->token.offset, height = parser->height;
	bool is_refused;
	advance(parser);
	bool is_optional = accept_question(parser, &is_refused);
	struct pq_cel_name field = {
		.text = text_of(parser, parser->token),
		.offset = parser->token.offset,
	};
	if (is_refused || !accept(parser, PQ_CEL_TOKEN_IDENTIFIER))
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
	raise_height(parser, height);
	parser->height++;
	return node;
}

/* At a bracket behind node. */
static struct pq_cel_expression *parse_index(struct parser *parser, struct pq_cel_expression *node)
{
	uint32_t id = new_id(parser), offset = parser->token.offset, height = parser->height;
	bool is_refused;
	advance(parser);
	bool is_optional = accept_question(parser, &is_refused);
	struct pq_cel_expression *index = parse_expression(parser);
	if (index == NULL || is_refused || !accept(parser, PQ_CEL_TOKEN_RIGHT_BRACKET))
		return NULL;
	raise_height(parser, height);
	parser->height++;
	return pq_cel_build_operator(&parser->builder, id, offset,
				     is_optional ? PQ_S("_[?_]") : PQ_S("_[_]"), node, index, NULL);
}

/* What looked like selects is the name of a message. */
static struct pq_cel_expression *parse_message(struct parser *parser, struct start *start)
{
	start->is_name = false;
	parser->builder.next_id = start->id;
	pq_cel_issues_cut(parser->builder.issues, start->issues);
	return parse_entries(parser, PQ_CEL_STRUCT, read_message_name(parser, start->offset));
}

/* What follows a primary expression. */
static struct pq_cel_expression *
parse_member_of(struct parser *parser, struct pq_cel_expression *node, struct start *start)
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

static struct pq_cel_expression *parse_member(struct parser *parser)
{
	struct start start = {
		.offset = parser->token.offset,
		.id = parser->builder.next_id,
		.issues = parser->builder.issues->count,
	};
	struct pq_cel_expression *node = parse_primary(parser, &start);
	return parse_member_of(parser, node, &start);
}

static struct pq_cel_expression *parse_unary(struct parser *parser)
{
	uint8_t sign = parser->token.kind;
	uint32_t offset = parser->token.offset, count = 0;
	if ((sign != PQ_CEL_TOKEN_MINUS || is_negative_number(parser)) &&
	    sign != PQ_CEL_TOKEN_EXCLAMATION)
		return parse_member(parser);
	while (accept(parser, (enum pq_cel_token_kind)sign))
		count++;
	/* Two cancel each other. */
	if (count % 2 == 0)
		return parse_member(parser);
	uint32_t id = new_id(parser);
	struct pq_cel_expression *node = parse_member(parser);
	if (node == NULL)
		return NULL;
	return pq_cel_build_operator(&parser->builder, id, offset,
				     sign == PQ_CEL_TOKEN_MINUS ? PQ_S("-_") : PQ_S("!_"), node,
				     NULL, NULL);
}

struct binary {
	uint8_t precedence; /* 0: the token is no such operator */
	struct pq_string function;
};

static const struct binary calculations[PQ_CEL_TOKEN_ERROR + 1] = {
	[PQ_CEL_TOKEN_STAR] = { 2, PQ_LITERAL("_*_") },
	[PQ_CEL_TOKEN_SLASH] = { 2, PQ_LITERAL("_/_") },
	[PQ_CEL_TOKEN_PERCENT] = { 2, PQ_LITERAL("_%_") },
	[PQ_CEL_TOKEN_PLUS] = { 1, PQ_LITERAL("_+_") },
	[PQ_CEL_TOKEN_MINUS] = { 1, PQ_LITERAL("_-_") },
};

static const struct binary relations[PQ_CEL_TOKEN_ERROR + 1] = {
	[PQ_CEL_TOKEN_EQUALS] = { 1, PQ_LITERAL("_==_") },
	[PQ_CEL_TOKEN_NOT_EQUALS] = { 1, PQ_LITERAL("_!=_") },
	[PQ_CEL_TOKEN_IN] = { 1, PQ_LITERAL("@in") },
	[PQ_CEL_TOKEN_LESS] = { 1, PQ_LITERAL("_<_") },
	[PQ_CEL_TOKEN_LESS_EQUALS] = { 1, PQ_LITERAL("_<=_") },
	[PQ_CEL_TOKEN_GREATER_EQUALS] = { 1, PQ_LITERAL("_>=_") },
	[PQ_CEL_TOKEN_GREATER] = { 1, PQ_LITERAL("_>_") },
};

/* Operators of at least the precedence, which bind to the left. */
static struct pq_cel_expression *parse_binary(struct parser *parser, const struct binary *operators,
					      uint8_t precedence, uint32_t *depth,
					      struct pq_cel_expression *(*parse)(struct parser *))
{
	if (++*depth > PQ_CEL_DEPTH_MAX)
		return NULL;
	struct pq_cel_expression *left = parse(parser);
	const struct binary *operator= & operators[parser->token.kind];
	while (left != NULL && operator->precedence >= precedence) {
		uint32_t offset = parser->token.offset, height = parser->height;
		uint32_t id = new_id(parser);
		advance(parser);
		struct pq_cel_expression *right =
			parse_binary(parser, operators, operator->precedence + 1, depth, parse);
		if (right == NULL)
			return NULL;
		raise_height(parser, height);
		parser->height++;
		left = pq_cel_build_operator(&parser->builder, id, offset, operator->function, left,
					     right, NULL);
		operator= & operators[parser->token.kind];
	}
	--*depth;
	return left;
}

static struct pq_cel_expression *parse_calculation(struct parser *parser)
{
	return parse_binary(parser, calculations, 1, &parser->depth.calculation, parse_unary);
}

static struct pq_cel_expression *parse_relation(struct parser *parser)
{
	return parse_binary(parser, relations, 1, &parser->depth.relation, parse_calculation);
}

/* Terms with one operator between them. */
static struct pq_cel_expression *parse_chain(struct parser *parser, enum pq_cel_token_kind kind,
					     struct pq_string function,
					     struct pq_cel_expression *(*parse)(struct parser *))
{
	struct pq_cel_part term = { .expression = parse(parser) };
	if (term.expression == NULL || parser->token.kind != kind)
		return term.expression;
	struct pq_cel_parts terms;
	pq_cel_parts_init(&terms);
	pq_cel_parts_add(&parser->builder, &terms, term);
	while (parser->token.kind == kind) {
		uint32_t height = parser->height;
		term.offset = parser->token.offset;
		advance(parser);
		term.expression = parse(parser);
		if (term.expression == NULL)
			return NULL;
		term.id = new_id(parser);
		raise_height(parser, height);
		pq_cel_parts_add(&parser->builder, &terms, term);
	}
	return pq_cel_build_chain(&parser->builder, function, &terms);
}

static struct pq_cel_expression *parse_and(struct parser *parser)
{
	return parse_chain(parser, PQ_CEL_TOKEN_AND, PQ_S("_&&_"), parse_relation);
}

static struct pq_cel_expression *parse_or(struct parser *parser)
{
	return parse_chain(parser, PQ_CEL_TOKEN_OR, PQ_S("_||_"), parse_and);
}

/* At a question mark behind the condition. */
static struct pq_cel_expression *parse_choice(struct parser *parser,
					      struct pq_cel_expression *condition)
{
	uint32_t id = new_id(parser), offset = parser->token.offset, height = parser->height;
	advance(parser);
	struct pq_cel_expression *yes = parse_or(parser);
	raise_height(parser, height);
	height = parser->height;
	if (yes == NULL || !accept(parser, PQ_CEL_TOKEN_COLON))
		return NULL;
	struct pq_cel_expression *no = parse_expression(parser);
	raise_height(parser, height);
	parser->height++;
	if (no == NULL)
		return NULL;
	return pq_cel_build_operator(&parser->builder, id, offset, PQ_S("_?_:_"), condition, yes,
				     no);
}

static struct pq_cel_expression *parse_expression(struct parser *parser)
{
	if (++parser->depth.expression > PQ_CEL_DEPTH_MAX)
		return NULL;
	struct pq_cel_expression *node = parse_or(parser);
	if (node != NULL && parser->token.kind == PQ_CEL_TOKEN_QUESTION)
		node = parse_choice(parser, node);
	parser->depth.expression--;
	return node;
}

/* The tree, or NULL when there is something to explain. */
static struct pq_cel_expression *parse_right(struct parser *parser, struct pq_cel_issues *issues)
{
	advance(parser);
	struct pq_cel_expression *node = parse_expression(parser);
	if (parser->token.kind != PQ_CEL_TOKEN_EOF || parser->height > PQ_CEL_DEPTH_MAX ||
	    !pq_cel_issues_is_empty(issues))
		return NULL;
	return node;
}

static bool check_size(struct pq_string text, struct pq_cel_issues *issues)
{
	if (text.length <= PQ_CEL_CODE_POINTS_MAX)
		return true;
	size_t size = pq_utf8_count(text);
	if (size <= PQ_CEL_CODE_POINTS_MAX)
		return true;
	pq_cel_issues_add(issues, PQ_CEL_NOWHERE,
			  "expression code point size exceeds limit: size: %zu, limit %d", size,
			  PQ_CEL_CODE_POINTS_MAX);
	return false;
}

bool pq_cel_parse(struct pq_arena *arena, struct pq_string text, uint8_t version,
		  struct pq_cel_tree *tree, struct pq_cel_issues *issues)
{
	struct parser parser = { .text = text };
	pq_cel_issues_init(issues, arena, text);
	if (!check_size(text, issues))
		return false;
	pq_cel_builder_init(&parser.builder, arena, version, issues);
	struct pq_cel_expression *root = parse_right(&parser, issues);
	if (parser.builder.too_large) {
		pq_cel_issues_add(issues, PQ_CEL_NOWHERE,
				  "expression has more than %d parts when its macros are expanded",
				  PQ_CEL_EXPRESSIONS_MAX);
		return false;
	}
	if (root == NULL) {
		pq_cel_issues_cut(issues, 0);
		pq_cel_explain(arena, version, issues);
		return false;
	}
	if (pq_arena_is_exhausted(arena))
		return false;
	tree->root = root;
	tree->id_count = parser.builder.next_id;
	return true;
}
