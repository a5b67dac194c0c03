/*
 * The explaining parser: reads an expression as the API server's ANTLR parser does, reporting what
 * is wrong with its syntax in the same words and going on behind it in the same way.
 *
 * Follows antlr4-go v4.13.0 (parser.go, error_strategy.go) and the limits that cel-go v0.26 puts on
 * it (parser/parser.go). The fast parser (parse.c) is for what is right; this one takes a hundred
 * times as long.
 */
#ifndef PQ_CEL_EXPLAIN_SYNTAX_H
#define PQ_CEL_EXPLAIN_SYNTAX_H

#include "cel/explain/predict.h"

enum {
	PQ_CEL_RECOVERIES_MAX = 30,       /* from errors of syntax */
	PQ_CEL_RECOVERY_TOKENS_MAX = 256, /* skipped at once */
};

struct pq_cel_parse_node;

/* A part of a node that its visitor may want: a token or a node. */
struct pq_cel_parse_part {
	struct pq_cel_parse_part *next;
	uint8_t label; /* enum pq_cel_label */
	struct pq_cel_token token;
	struct pq_string text;          /* of the token, "<missing …>" when it was made up */
	struct pq_cel_parse_node *node; /* NULL for a token */
};

struct pq_cel_parse_node {
	struct pq_cel_caller caller; /* who called the rule */
	uint8_t rule;
	uint8_t alternative; /* enum pq_cel_alternative_name */
	uint32_t offset;     /* of its first token */
	struct pq_cel_parse_part *parts;
	struct pq_cel_parse_part **last;
};

/* The tree, in the arena; or NULL when the parse ended early, with an issue, or the arena is
 * exhausted. Errors of syntax are issues. */
struct pq_cel_parse_node *pq_cel_syntax_parse(struct pq_arena *arena, struct pq_cel_issues *issues);

#endif
