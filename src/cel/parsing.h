/* The state of the fast parser and what its parts share. For parse.c and parse_member.c alone. */
#ifndef PQ_CEL_PARSING_H
#define PQ_CEL_PARSING_H

#include "cel/build.h"

/*
 * cel-go limits how often each rule of the grammar is open at once (recursionListener), and how
 * many nested operators its visitor meets. Of the rules, these three are open most.
 */
struct pq_cel_depth {
	uint32_t expression;
	uint32_t relation;
	uint32_t calculation;
};

struct pq_cel_parser {
	struct pq_cel_builder builder;
	struct pq_string text;
	struct pq_cel_token token; /* the next one */
	struct pq_cel_depth depth;
	uint32_t height; /* nested operators of what was parsed last */
};

/* Each gives NULL when something is to be explained. */
struct pq_cel_expression *pq_cel_parse_expression(struct pq_cel_parser *parser);
struct pq_cel_expression *pq_cel_parse_member(struct pq_cel_parser *parser);

/* Whether the minus sign that comes next belongs to a number. */
bool pq_cel_parser_is_number_next(const struct pq_cel_parser *parser);

static inline void pq_cel_parser_advance(struct pq_cel_parser *parser)
{
	parser->token = pq_cel_lex(parser->text, parser->token.offset + parser->token.length);
}

static inline bool pq_cel_parser_accept(struct pq_cel_parser *parser, enum pq_cel_token_kind kind)
{
	if (parser->token.kind != kind)
		return false;
	pq_cel_parser_advance(parser);
	return true;
}

static inline struct pq_string pq_cel_parser_text(const struct pq_cel_parser *parser,
						  struct pq_cel_token token)
{
	return pq_string_slice(parser->text, token.offset, token.length);
}

static inline uint32_t pq_cel_parser_id(struct pq_cel_parser *parser)
{
	return pq_cel_build_id(&parser->builder);
}

static inline void pq_cel_parser_raise(struct pq_cel_parser *parser, uint32_t height)
{
	if (parser->height < height)
		parser->height = height;
}

#endif
