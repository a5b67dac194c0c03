/*
 * The parser of expressions that are right: by recursive descent, in one pass. It gives up at the
 * first thing that is wrong.
 */
#include "cel/parse.h"

#include "base/utf8.h"
#include "cel/explain/explain.h"
#include "cel/parsing.h"

static struct pq_cel_expression *parse_unary(struct pq_cel_parser *parser)
{
	uint8_t sign = parser->token.kind;
	uint32_t offset = parser->token.offset, count = 0;
	if ((sign != PQ_CEL_TOKEN_MINUS || pq_cel_parser_is_number_next(parser)) &&
	    sign != PQ_CEL_TOKEN_EXCLAMATION)
		return pq_cel_parse_member(parser);
	while (pq_cel_parser_accept(parser, (enum pq_cel_token_kind)sign))
		count++;
	/* Two cancel each other. */
	if (count % 2 == 0)
		return pq_cel_parse_member(parser);
	uint32_t id = pq_cel_parser_id(parser);
	struct pq_cel_expression *node = pq_cel_parse_member(parser);
	if (node == NULL)
		return NULL;
	return pq_cel_build_operator(&parser->builder, id, offset,
				     sign == PQ_CEL_TOKEN_MINUS ? PQ_S("-_") : PQ_S("!_"), node,
				     NULL, NULL);
}

struct binary {
	uint8_t precedence; /* 0: the token is no such binary */
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
static struct pq_cel_expression *
parse_binary(struct pq_cel_parser *parser, const struct binary *operators, uint8_t precedence,
	     uint32_t *depth, struct pq_cel_expression *(*parse)(struct pq_cel_parser *))
{
	if (++*depth > PQ_CEL_DEPTH_MAX)
		return NULL;
	struct pq_cel_expression *left = parse(parser);
	const struct binary *binary = &operators[parser->token.kind];
	while (left != NULL && binary->precedence >= precedence) {
		uint32_t offset = parser->token.offset, height = parser->height;
		uint32_t id = pq_cel_parser_id(parser);
		pq_cel_parser_advance(parser);
		struct pq_cel_expression *right =
			parse_binary(parser, operators, binary->precedence + 1, depth, parse);
		if (right == NULL)
			return NULL;
		pq_cel_parser_raise(parser, height);
		parser->height++;
		left = pq_cel_build_operator(&parser->builder, id, offset, binary->function, left,
					     right, NULL);
		binary = &operators[parser->token.kind];
	}
	--*depth;
	return left;
}

static struct pq_cel_expression *parse_calculation(struct pq_cel_parser *parser)
{
	return parse_binary(parser, calculations, 1, &parser->depth.calculation, parse_unary);
}

static struct pq_cel_expression *parse_relation(struct pq_cel_parser *parser)
{
	return parse_binary(parser, relations, 1, &parser->depth.relation, parse_calculation);
}

/* Terms with one operator between them. */
static struct pq_cel_expression *
parse_chain(struct pq_cel_parser *parser, enum pq_cel_token_kind kind, struct pq_string function,
	    struct pq_cel_expression *(*parse)(struct pq_cel_parser *))
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
		pq_cel_parser_advance(parser);
		term.expression = parse(parser);
		if (term.expression == NULL)
			return NULL;
		term.id = pq_cel_parser_id(parser);
		pq_cel_parser_raise(parser, height);
		pq_cel_parts_add(&parser->builder, &terms, term);
	}
	return pq_cel_build_chain(&parser->builder, function, &terms);
}

static struct pq_cel_expression *parse_and(struct pq_cel_parser *parser)
{
	return parse_chain(parser, PQ_CEL_TOKEN_AND, PQ_S("_&&_"), parse_relation);
}

static struct pq_cel_expression *parse_or(struct pq_cel_parser *parser)
{
	return parse_chain(parser, PQ_CEL_TOKEN_OR, PQ_S("_||_"), parse_and);
}

/* At a question mark behind the condition. */
static struct pq_cel_expression *parse_choice(struct pq_cel_parser *parser,
					      struct pq_cel_expression *condition)
{
	uint32_t id = pq_cel_parser_id(parser), offset = parser->token.offset,
		 height = parser->height;
	pq_cel_parser_advance(parser);
	struct pq_cel_expression *yes = parse_or(parser);
	pq_cel_parser_raise(parser, height);
	height = parser->height;
	if (yes == NULL || !pq_cel_parser_accept(parser, PQ_CEL_TOKEN_COLON))
		return NULL;
	struct pq_cel_expression *no = pq_cel_parse_expression(parser);
	pq_cel_parser_raise(parser, height);
	parser->height++;
	if (no == NULL)
		return NULL;
	return pq_cel_build_operator(&parser->builder, id, offset, PQ_S("_?_:_"), condition, yes,
				     no);
}

struct pq_cel_expression *pq_cel_parse_expression(struct pq_cel_parser *parser)
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
static struct pq_cel_expression *parse_right(struct pq_cel_parser *parser,
					     struct pq_cel_issues *issues)
{
	pq_cel_parser_advance(parser);
	struct pq_cel_expression *node = pq_cel_parse_expression(parser);
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
	struct pq_cel_parser parser = { .text = text };
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
		pq_cel_explain(version, issues);
		return false;
	}
	if (pq_arena_is_exhausted(arena))
		return false;
	tree->root = root;
	tree->id_count = parser.builder.next_id;
	return true;
}
