/*
 * The grammar of CEL as a table, for explaining what is wrong with an expression: the rules of
 * cel-go v0.26's parser/gen/CEL.g4 in its order, since the order of alternatives and of loops is
 * part of what ANTLR's parsers do.
 */
#ifndef PQ_CEL_EXPLAIN_GRAMMAR_H
#define PQ_CEL_EXPLAIN_GRAMMAR_H

#include "cel/lexer.h"

enum pq_cel_rule_name {
	PQ_CEL_RULE_START,
	PQ_CEL_RULE_EXPRESSION,
	PQ_CEL_RULE_OR,
	PQ_CEL_RULE_AND,
	PQ_CEL_RULE_RELATION,
	PQ_CEL_RULE_CALCULATION,
	PQ_CEL_RULE_UNARY,
	PQ_CEL_RULE_MEMBER,
	PQ_CEL_RULE_PRIMARY,
	PQ_CEL_RULE_ARGUMENTS,
	PQ_CEL_RULE_ITEMS,
	PQ_CEL_RULE_FIELDS,
	PQ_CEL_RULE_FIELD,
	PQ_CEL_RULE_ENTRIES,
	PQ_CEL_RULE_NAME,
	PQ_CEL_RULE_ITEM,
	PQ_CEL_RULE_LITERAL,
	PQ_CEL_RULE_COUNT,
};

/* Which of a rule's alternatives a node of the parse tree is; also when there is only one. */
enum pq_cel_alternative_name {
	PQ_CEL_UNDECIDED, /* the parser could not choose */
	PQ_CEL_PLAIN,
	PQ_CEL_MEMBER_EXPRESSION,
	PQ_CEL_LOGICAL_NOT,
	PQ_CEL_NEGATE,
	PQ_CEL_PRIMARY_EXPRESSION,
	PQ_CEL_SELECTION,
	PQ_CEL_MEMBER_CALL,
	PQ_CEL_INDEX,
	PQ_CEL_IDENT,
	PQ_CEL_GLOBAL_CALL,
	PQ_CEL_NESTED,
	PQ_CEL_CREATE_LIST,
	PQ_CEL_CREATE_MAP,
	PQ_CEL_CREATE_MESSAGE,
	PQ_CEL_CONSTANT,
	PQ_CEL_SIMPLE_NAME,
	PQ_CEL_ESCAPED_NAME,
	PQ_CEL_NUMBER_OR_TEXT,
};

/* What a part of a node is to its visitor. */
enum pq_cel_label {
	PQ_CEL_LABEL_NONE,
	PQ_CEL_LABEL_FIRST, /* operands in their order */
	PQ_CEL_LABEL_SECOND,
	PQ_CEL_LABEL_THIRD,
	PQ_CEL_LABEL_OPERATOR,
	PQ_CEL_LABEL_OPTIONAL, /* a question mark */
	PQ_CEL_LABEL_DOT,      /* before a name */
	PQ_CEL_LABEL_NAME,
	PQ_CEL_LABEL_SIGN,
	PQ_CEL_LABEL_TEXT, /* of a literal */
	PQ_CEL_LABEL_KEY,  /* fields and keys */
	PQ_CEL_LABEL_COLON,
	PQ_CEL_LABEL_VALUE,
};

enum pq_cel_item_kind {
	PQ_CEL_ITEM_END, /* of a list of items */
	PQ_CEL_ITEM_TOKEN,
	PQ_CEL_ITEM_ONE_OF,   /* tokens */
	PQ_CEL_ITEM_RULE,     /* at a precedence */
	PQ_CEL_ITEM_OPTIONAL, /* items */
	PQ_CEL_ITEM_STAR,     /* items, any number of times */
	PQ_CEL_ITEM_PLUS,     /* at least once */
};

struct pq_cel_item {
	uint8_t kind;  /* enum pq_cel_item_kind */
	uint8_t label; /* enum pq_cel_label */
	uint8_t rule;  /* enum pq_cel_rule_name */
	uint8_t precedence;
	/* The next token is not enough to decide about another round of a loop. */
	bool predicts;
	uint64_t tokens; /* a bit for each kind */
	const struct pq_cel_item *body;
};

struct pq_cel_alternative {
	uint8_t name; /* enum pq_cel_alternative_name */
	/* Of an alternative that starts with the rule itself: it is one where operators of no
	 * lower precedence are asked for. */
	uint8_t precedence;
	const struct pq_cel_item *items;
};

enum { PQ_CEL_ALTERNATIVES_MAX = 8 };

struct pq_cel_rule {
	uint8_t count;
	bool predicts; /* as above, to decide about the alternative */
	/* What comes first when the alternatives start with the rule itself, else NULL. Then there
	 * is a loop over the alternatives instead of the left recursion, as ANTLR makes it. */
	const struct pq_cel_item *first;
	uint8_t first_name;
	struct pq_cel_alternative alternatives[PQ_CEL_ALTERNATIVES_MAX];
};

extern const struct pq_cel_rule pq_cel_rules[PQ_CEL_RULE_COUNT];

/* As in messages: "'=='", "IDENTIFIER", "<EOF>". */
extern const char *const pq_cel_token_names[PQ_CEL_TOKEN_ERROR];

#endif
