/*
 * The tokens of an expression as ANTLR's parsers see them: read when they are asked for, what no
 * rule of the lexer takes being reported and left out.
 */
#ifndef PQ_CEL_EXPLAIN_TOKENS_H
#define PQ_CEL_EXPLAIN_TOKENS_H

#include "cel/issues.h"
#include "cel/lexer.h"

enum { PQ_CEL_SYNTAX_ERRORS_MAX = 100 }; /* reported; another one ends the parse */

struct pq_cel_tokens {
	struct pq_arena *arena;
	struct pq_cel_issues *issues; /* its text is the expression's */
	struct pq_cel_token **items;  /* the last one may be the end */
	uint32_t count;
	uint32_t capacity;
	uint32_t errors; /* of syntax, reported so far */
	bool stopped;    /* there were too many errors, or the arena is exhausted */
};

void pq_cel_tokens_init(struct pq_cel_tokens *tokens, struct pq_arena *arena,
			struct pq_cel_issues *issues);

/* The token at index; behind the last one there is the end, again and again. Valid as long as the
 * arena. */
const struct pq_cel_token *pq_cel_tokens_at(struct pq_cel_tokens *tokens, uint32_t index);

/* Reports an error of syntax, as cel-go's listener does: with its words before the message. */
void pq_cel_tokens_report(struct pq_cel_tokens *tokens, uint32_t offset, struct pq_string message);

/* Appends the text from the token at first to that at last, with what is hidden between them, but
 * without what no rule takes. */
void pq_cel_tokens_write(struct pq_cel_tokens *tokens, struct pq_buffer *buffer, uint32_t first,
			 uint32_t last);

#endif
