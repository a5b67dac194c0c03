/*
 * Tokens of CEL, as the lexer rules of cel-go's parser/gen/CEL.g4 cut them: the longest match, the
 * first rule among equals. White space and comments are skipped.
 */
#ifndef PQ_CEL_LEXER_H
#define PQ_CEL_LEXER_H

#include "base/string_view.h"

/* In the order of the grammar, which is that of "expecting {…}" in messages. */
enum pq_cel_token_kind {
	PQ_CEL_TOKEN_EOF,
	PQ_CEL_TOKEN_EQUALS,
	PQ_CEL_TOKEN_NOT_EQUALS,
	PQ_CEL_TOKEN_IN,
	PQ_CEL_TOKEN_LESS,
	PQ_CEL_TOKEN_LESS_EQUALS,
	PQ_CEL_TOKEN_GREATER_EQUALS,
	PQ_CEL_TOKEN_GREATER,
	PQ_CEL_TOKEN_AND,
	PQ_CEL_TOKEN_OR,
	PQ_CEL_TOKEN_LEFT_BRACKET,
	PQ_CEL_TOKEN_RIGHT_BRACKET,
	PQ_CEL_TOKEN_LEFT_BRACE,
	PQ_CEL_TOKEN_RIGHT_BRACE,
	PQ_CEL_TOKEN_LEFT_PARENTHESIS,
	PQ_CEL_TOKEN_RIGHT_PARENTHESIS,
	PQ_CEL_TOKEN_DOT,
	PQ_CEL_TOKEN_COMMA,
	PQ_CEL_TOKEN_MINUS,
	PQ_CEL_TOKEN_EXCLAMATION,
	PQ_CEL_TOKEN_QUESTION,
	PQ_CEL_TOKEN_COLON,
	PQ_CEL_TOKEN_PLUS,
	PQ_CEL_TOKEN_STAR,
	PQ_CEL_TOKEN_SLASH,
	PQ_CEL_TOKEN_PERCENT,
	PQ_CEL_TOKEN_TRUE,
	PQ_CEL_TOKEN_FALSE,
	PQ_CEL_TOKEN_NULL,
	PQ_CEL_TOKEN_DOUBLE,
	PQ_CEL_TOKEN_INT,
	PQ_CEL_TOKEN_UINT,
	PQ_CEL_TOKEN_STRING,
	PQ_CEL_TOKEN_BYTES,
	PQ_CEL_TOKEN_IDENTIFIER,
	PQ_CEL_TOKEN_ESCAPED_IDENTIFIER,
	/* What no rule takes, up to and with the character where the last one gave up: cel-go's
	 * lexer goes on behind it. */
	PQ_CEL_TOKEN_ERROR,
};

struct pq_cel_token {
	uint8_t kind; /* enum pq_cel_token_kind */
	uint32_t offset;
	uint32_t length;
};

/* The first token at or after from; the text must be shorter than 4 GiB. At the end of the text it
 * is PQ_CEL_TOKEN_EOF, of length 0. */
struct pq_cel_token pq_cel_lex(struct pq_string text, size_t from);

#endif
