#include "cel/explain/grammar.h"

#define BIT(name) (UINT64_C(1) << PQ_CEL_TOKEN_##name)

#define TOKEN(label_, name)                                                                        \
	{                                                                                          \
		.kind = PQ_CEL_ITEM_TOKEN, .label = PQ_CEL_LABEL_##label_,                         \
		.tokens = UINT64_C(1) << PQ_CEL_TOKEN_##name                                       \
	}
#define ONE_OF(label_, tokens_)                                                                    \
	{                                                                                          \
		.kind = PQ_CEL_ITEM_ONE_OF, .label = PQ_CEL_LABEL_##label_, .tokens = (tokens_)    \
	}
#define RULE_AT(label_, name, precedence_)                                                         \
	{                                                                                          \
		.kind = PQ_CEL_ITEM_RULE, .label = PQ_CEL_LABEL_##label_,                          \
		.rule = PQ_CEL_RULE_##name, .precedence = (precedence_)                            \
	}
#define RULE(label_, name) RULE_AT(label_, name, 0)
#define OPTIONAL(body_)                                                                            \
	{                                                                                          \
		.kind = PQ_CEL_ITEM_OPTIONAL, .body = (body_)                                      \
	}
#define STAR(body_, predicts_)                                                                     \
	{                                                                                          \
		.kind = PQ_CEL_ITEM_STAR, .body = (body_), .predicts = (predicts_)                 \
	}
#define PLUS(body_, predicts_)                                                                     \
	{                                                                                          \
		.kind = PQ_CEL_ITEM_PLUS, .body = (body_), .predicts = (predicts_)                 \
	}
#define END                                                                                        \
	{                                                                                          \
		.kind = PQ_CEL_ITEM_END                                                            \
	}
#define ITEMS(...)                                                                                 \
	(const struct pq_cel_item[])                                                               \
	{                                                                                          \
		__VA_ARGS__, END                                                                   \
	}

static const struct pq_cel_item question[] = { TOKEN(OPTIONAL, QUESTION), END };
static const struct pq_cel_item dot[] = { TOKEN(DOT, DOT), END };
static const struct pq_cel_item minus[] = { TOKEN(SIGN, MINUS), END };
static const struct pq_cel_item comma[] = { TOKEN(NONE, COMMA), END };
static const struct pq_cel_item arguments[] = { RULE(SECOND, ARGUMENTS), END };

static const struct pq_cel_item start[] = {
	RULE(FIRST, EXPRESSION),
	TOKEN(NONE, EOF),
	END,
};

static const struct pq_cel_item expression[] = {
	RULE(FIRST, OR),
	OPTIONAL(ITEMS(TOKEN(OPERATOR, QUESTION), RULE(SECOND, OR), TOKEN(NONE, COLON),
		       RULE(THIRD, EXPRESSION))),
	END,
};

static const struct pq_cel_item or_items[] = {
	RULE(FIRST, AND),
	STAR(ITEMS(TOKEN(OPERATOR, OR), RULE(VALUE, AND)), false),
	END,
};

static const struct pq_cel_item and_items[] = {
	RULE(FIRST, RELATION),
	STAR(ITEMS(TOKEN(OPERATOR, AND), RULE(VALUE, RELATION)), false),
	END,
};

static const struct pq_cel_item relation_first[] = { RULE(FIRST, CALCULATION), END };

static const struct pq_cel_item relation[] = {
	ONE_OF(OPERATOR, BIT(LESS) | BIT(LESS_EQUALS) | BIT(GREATER_EQUALS) | BIT(GREATER) |
				 BIT(EQUALS) | BIT(NOT_EQUALS) | BIT(IN)),
	RULE_AT(SECOND, RELATION, 2),
	END,
};

static const struct pq_cel_item calculation_first[] = { RULE(FIRST, UNARY), END };

static const struct pq_cel_item product[] = {
	ONE_OF(OPERATOR, BIT(STAR) | BIT(SLASH) | BIT(PERCENT)),
	RULE_AT(SECOND, CALCULATION, 3),
	END,
};

static const struct pq_cel_item sum[] = {
	ONE_OF(OPERATOR, BIT(PLUS) | BIT(MINUS)),
	RULE_AT(SECOND, CALCULATION, 2),
	END,
};

static const struct pq_cel_item member_expression[] = { RULE(FIRST, MEMBER), END };

static const struct pq_cel_item logical_not[] = {
	PLUS(ITEMS(TOKEN(OPERATOR, EXCLAMATION)), false),
	RULE(FIRST, MEMBER),
	END,
};

static const struct pq_cel_item negate[] = {
	PLUS(ITEMS(TOKEN(OPERATOR, MINUS)), true),
	RULE(FIRST, MEMBER),
	END,
};

static const struct pq_cel_item member_first[] = { RULE(FIRST, PRIMARY), END };

static const struct pq_cel_item selection[] = {
	TOKEN(OPERATOR, DOT),
	OPTIONAL(question),
	RULE(NAME, NAME),
	END,
};

static const struct pq_cel_item member_call[] = {
	TOKEN(DOT, DOT),     TOKEN(NAME, IDENTIFIER),        TOKEN(OPERATOR, LEFT_PARENTHESIS),
	OPTIONAL(arguments), TOKEN(NONE, RIGHT_PARENTHESIS), END,
};

static const struct pq_cel_item index_items[] = {
	TOKEN(OPERATOR, LEFT_BRACKET),
	OPTIONAL(question),
	RULE(SECOND, EXPRESSION),
	TOKEN(NONE, RIGHT_BRACKET),
	END,
};

static const struct pq_cel_item ident[] = {
	OPTIONAL(dot),
	TOKEN(NAME, IDENTIFIER),
	END,
};

static const struct pq_cel_item global_call[] = {
	OPTIONAL(dot),       TOKEN(NAME, IDENTIFIER),        TOKEN(OPERATOR, LEFT_PARENTHESIS),
	OPTIONAL(arguments), TOKEN(NONE, RIGHT_PARENTHESIS), END,
};

static const struct pq_cel_item nested[] = {
	TOKEN(NONE, LEFT_PARENTHESIS),
	RULE(FIRST, EXPRESSION),
	TOKEN(NONE, RIGHT_PARENTHESIS),
	END,
};

static const struct pq_cel_item create_list[] = {
	TOKEN(OPERATOR, LEFT_BRACKET),
	OPTIONAL(ITEMS(RULE(FIRST, ITEMS))),
	OPTIONAL(comma),
	TOKEN(NONE, RIGHT_BRACKET),
	END,
};

static const struct pq_cel_item create_map[] = {
	TOKEN(OPERATOR, LEFT_BRACE),
	OPTIONAL(ITEMS(RULE(FIRST, ENTRIES))),
	OPTIONAL(comma),
	TOKEN(NONE, RIGHT_BRACE),
	END,
};

static const struct pq_cel_item create_message[] = {
	OPTIONAL(dot),
	TOKEN(NAME, IDENTIFIER),
	STAR(ITEMS(TOKEN(NONE, DOT), TOKEN(NAME, IDENTIFIER)), false),
	TOKEN(OPERATOR, LEFT_BRACE),
	OPTIONAL(ITEMS(RULE(FIRST, FIELDS))),
	OPTIONAL(comma),
	TOKEN(NONE, RIGHT_BRACE),
	END,
};

static const struct pq_cel_item constant[] = { RULE(FIRST, LITERAL), END };

static const struct pq_cel_item argument_list[] = {
	RULE(VALUE, EXPRESSION),
	STAR(ITEMS(TOKEN(NONE, COMMA), RULE(VALUE, EXPRESSION)), false),
	END,
};

static const struct pq_cel_item item_list[] = {
	RULE(VALUE, ITEM),
	STAR(ITEMS(TOKEN(NONE, COMMA), RULE(VALUE, ITEM)), true),
	END,
};

static const struct pq_cel_item field_list[] = {
	RULE(KEY, FIELD),
	TOKEN(COLON, COLON),
	RULE(VALUE, EXPRESSION),
	STAR(ITEMS(TOKEN(NONE, COMMA), RULE(KEY, FIELD), TOKEN(COLON, COLON),
		   RULE(VALUE, EXPRESSION)),
	     true),
	END,
};

static const struct pq_cel_item field[] = {
	OPTIONAL(question),
	RULE(NAME, NAME),
	END,
};

static const struct pq_cel_item entry_list[] = {
	RULE(KEY, ITEM),
	TOKEN(COLON, COLON),
	RULE(VALUE, EXPRESSION),
	STAR(ITEMS(TOKEN(NONE, COMMA), RULE(KEY, ITEM), TOKEN(COLON, COLON),
		   RULE(VALUE, EXPRESSION)),
	     true),
	END,
};

static const struct pq_cel_item simple_name[] = { TOKEN(NAME, IDENTIFIER), END };
static const struct pq_cel_item escaped_name[] = { TOKEN(NAME, ESCAPED_IDENTIFIER), END };

static const struct pq_cel_item item[] = {
	OPTIONAL(question),
	RULE(FIRST, EXPRESSION),
	END,
};

static const struct pq_cel_item int_items[] = { OPTIONAL(minus), TOKEN(TEXT, INT), END };
static const struct pq_cel_item uint_items[] = { TOKEN(TEXT, UINT), END };
static const struct pq_cel_item double_items[] = { OPTIONAL(minus), TOKEN(TEXT, DOUBLE), END };
static const struct pq_cel_item string_items[] = { TOKEN(TEXT, STRING), END };
static const struct pq_cel_item bytes_items[] = { TOKEN(TEXT, BYTES), END };
static const struct pq_cel_item true_items[] = { TOKEN(TEXT, TRUE), END };
static const struct pq_cel_item false_items[] = { TOKEN(TEXT, FALSE), END };
static const struct pq_cel_item null_items[] = { TOKEN(TEXT, NULL), END };

#define PLAIN(items_)                                                                              \
	{                                                                                          \
		.count = 1, .alternatives = { { PQ_CEL_PLAIN, 0, (items_) } },                     \
	}

const struct pq_cel_rule pq_cel_rules[PQ_CEL_RULE_COUNT] = {
	[PQ_CEL_RULE_START] = PLAIN(start),
	[PQ_CEL_RULE_EXPRESSION] = PLAIN(expression),
	[PQ_CEL_RULE_OR] = PLAIN(or_items),
	[PQ_CEL_RULE_AND] = PLAIN(and_items),
	[PQ_CEL_RULE_RELATION] = {
		.first = relation_first,
		.first_name = PQ_CEL_PLAIN,
		.count = 1,
		.alternatives = { { PQ_CEL_PLAIN, 1, relation } },
	},
	[PQ_CEL_RULE_CALCULATION] = {
		.first = calculation_first,
		.first_name = PQ_CEL_PLAIN,
		.count = 2,
		.alternatives = {
			{ PQ_CEL_PLAIN, 2, product },
			{ PQ_CEL_PLAIN, 1, sum },
		},
	},
	[PQ_CEL_RULE_UNARY] = {
		.count = 3,
		.predicts = true,
		.alternatives = {
			{ PQ_CEL_MEMBER_EXPRESSION, 0, member_expression },
			{ PQ_CEL_LOGICAL_NOT, 0, logical_not },
			{ PQ_CEL_NEGATE, 0, negate },
		},
	},
	[PQ_CEL_RULE_MEMBER] = {
		.first = member_first,
		.first_name = PQ_CEL_PRIMARY_EXPRESSION,
		.count = 3,
		.alternatives = {
			{ PQ_CEL_SELECTION, 3, selection },
			{ PQ_CEL_MEMBER_CALL, 2, member_call },
			{ PQ_CEL_INDEX, 1, index_items },
		},
	},
	[PQ_CEL_RULE_PRIMARY] = {
		.count = 7,
		.predicts = true,
		.alternatives = {
			{ PQ_CEL_IDENT, 0, ident },
			{ PQ_CEL_GLOBAL_CALL, 0, global_call },
			{ PQ_CEL_NESTED, 0, nested },
			{ PQ_CEL_CREATE_LIST, 0, create_list },
			{ PQ_CEL_CREATE_MAP, 0, create_map },
			{ PQ_CEL_CREATE_MESSAGE, 0, create_message },
			{ PQ_CEL_CONSTANT, 0, constant },
		},
	},
	[PQ_CEL_RULE_ARGUMENTS] = PLAIN(argument_list),
	[PQ_CEL_RULE_ITEMS] = PLAIN(item_list),
	[PQ_CEL_RULE_FIELDS] = PLAIN(field_list),
	[PQ_CEL_RULE_FIELD] = PLAIN(field),
	[PQ_CEL_RULE_ENTRIES] = PLAIN(entry_list),
	[PQ_CEL_RULE_NAME] = {
		.count = 2,
		.alternatives = {
			{ PQ_CEL_SIMPLE_NAME, 0, simple_name },
			{ PQ_CEL_ESCAPED_NAME, 0, escaped_name },
		},
	},
	[PQ_CEL_RULE_ITEM] = PLAIN(item),
	[PQ_CEL_RULE_LITERAL] = {
		.count = 8,
		.predicts = true,
		.alternatives = {
			{ PQ_CEL_NUMBER_OR_TEXT, 0, int_items },
			{ PQ_CEL_NUMBER_OR_TEXT, 0, uint_items },
			{ PQ_CEL_NUMBER_OR_TEXT, 0, double_items },
			{ PQ_CEL_NUMBER_OR_TEXT, 0, string_items },
			{ PQ_CEL_NUMBER_OR_TEXT, 0, bytes_items },
			{ PQ_CEL_NUMBER_OR_TEXT, 0, true_items },
			{ PQ_CEL_NUMBER_OR_TEXT, 0, false_items },
			{ PQ_CEL_NUMBER_OR_TEXT, 0, null_items },
		},
	},
};

const char *const pq_cel_token_names[PQ_CEL_TOKEN_ERROR] = {
	[PQ_CEL_TOKEN_EOF] = "<EOF>",
	[PQ_CEL_TOKEN_EQUALS] = "'=='",
	[PQ_CEL_TOKEN_NOT_EQUALS] = "'!='",
	[PQ_CEL_TOKEN_IN] = "'in'",
	[PQ_CEL_TOKEN_LESS] = "'<'",
	[PQ_CEL_TOKEN_LESS_EQUALS] = "'<='",
	[PQ_CEL_TOKEN_GREATER_EQUALS] = "'>='",
	[PQ_CEL_TOKEN_GREATER] = "'>'",
	[PQ_CEL_TOKEN_AND] = "'&&'",
	[PQ_CEL_TOKEN_OR] = "'||'",
	[PQ_CEL_TOKEN_LEFT_BRACKET] = "'['",
	[PQ_CEL_TOKEN_RIGHT_BRACKET] = "']'",
	[PQ_CEL_TOKEN_LEFT_BRACE] = "'{'",
	[PQ_CEL_TOKEN_RIGHT_BRACE] = "'}'",
	[PQ_CEL_TOKEN_LEFT_PARENTHESIS] = "'('",
	[PQ_CEL_TOKEN_RIGHT_PARENTHESIS] = "')'",
	[PQ_CEL_TOKEN_DOT] = "'.'",
	[PQ_CEL_TOKEN_COMMA] = "','",
	[PQ_CEL_TOKEN_MINUS] = "'-'",
	[PQ_CEL_TOKEN_EXCLAMATION] = "'!'",
	[PQ_CEL_TOKEN_QUESTION] = "'?'",
	[PQ_CEL_TOKEN_COLON] = "':'",
	[PQ_CEL_TOKEN_PLUS] = "'+'",
	[PQ_CEL_TOKEN_STAR] = "'*'",
	[PQ_CEL_TOKEN_SLASH] = "'/'",
	[PQ_CEL_TOKEN_PERCENT] = "'%'",
	[PQ_CEL_TOKEN_TRUE] = "'true'",
	[PQ_CEL_TOKEN_FALSE] = "'false'",
	[PQ_CEL_TOKEN_NULL] = "'null'",
	[PQ_CEL_TOKEN_DOUBLE] = "NUM_FLOAT",
	[PQ_CEL_TOKEN_INT] = "NUM_INT",
	[PQ_CEL_TOKEN_UINT] = "NUM_UINT",
	[PQ_CEL_TOKEN_STRING] = "STRING",
	[PQ_CEL_TOKEN_BYTES] = "BYTES",
	[PQ_CEL_TOKEN_IDENTIFIER] = "IDENTIFIER",
	[PQ_CEL_TOKEN_ESCAPED_IDENTIFIER] = "ESC_IDENTIFIER",
};
