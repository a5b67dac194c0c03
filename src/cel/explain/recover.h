/* The state of the explaining parser, and how it reports errors and recovers from them
 * (error_strategy.go of antlr4-go v4.13.0). For syntax.c alone. */
#ifndef PQ_CEL_EXPLAIN_RECOVER_H
#define PQ_CEL_EXPLAIN_RECOVER_H

#include "cel/explain/syntax.h"

enum pq_cel_syntax_error { PQ_CEL_NO_ERROR, PQ_CEL_MISMATCH, PQ_CEL_NO_VIABLE };

struct pq_cel_syntax {
	struct pq_arena *arena;
	struct pq_cel_issues *issues;
	const struct pq_cel_atn *atn;
	struct pq_cel_tokens tokens;
	struct pq_cel_predictor predictor;
	struct pq_cel_parse_node *node; /* the innermost rule */
	uint32_t index;                 /* of the next token */
	uint16_t state;
	uint8_t precedence; /* what the innermost left-recursive rule was asked for */
	bool stopped;       /* with an issue that says why, or for want of memory */
	uint32_t depths[PQ_CEL_RULE_COUNT];

	/* What keeps the innermost rule from going on. */
	enum pq_cel_syntax_error error;
	uint32_t error_first; /* of PQ_CEL_NO_VIABLE: tokens that were looked at */
	uint32_t error_last;
	uint64_t error_expected; /* of PQ_CEL_MISMATCH */

	bool is_recovering; /* no token has been taken since the last error */
	uint32_t recoveries;
	uint32_t last_index; /* of the last recovery, UINT32_MAX when there was none */
	bool last_states[PQ_CEL_STATES_MAX];
};

/* The kind of the next token (0 ahead) or of one behind it; behind the last one there is
 * PQ_CEL_TOKEN_EOF. */
uint8_t pq_cel_syntax_look(struct pq_cel_syntax *syntax, uint32_t ahead);

/* Goes on behind the next token, but never behind the end. */
void pq_cel_syntax_consume(struct pq_cel_syntax *syntax);

/* A token has been taken where it was expected: errors are over. */
void pq_cel_syntax_matched(struct pq_cel_syntax *syntax);

/* Before a block or another round of a loop: makes sure that the next token fits, by leaving
 * tokens out if need be. */
void pq_cel_syntax_sync(struct pq_cel_syntax *syntax);

/* Where a token is missing: leaves one out or makes one up, if that helps. False, with the error
 * set, when it does not. */
bool pq_cel_syntax_recover_inline(struct pq_cel_syntax *syntax, struct pq_cel_parse_part *part);

/* At the end of a rule that could not go on: reports why, and skips what cannot follow it. */
void pq_cel_syntax_recover(struct pq_cel_syntax *syntax);

/* Keeps the innermost rule from going on; said by pq_cel_syntax_recover. first and last are indices
 * of tokens: what was looked at until the error showed. */
void pq_cel_syntax_fail(struct pq_cel_syntax *syntax, enum pq_cel_syntax_error error,
			uint32_t first, uint32_t last);

#endif
