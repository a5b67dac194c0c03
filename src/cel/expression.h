/*
 * The tree of an expression: made by the parser, with macros expanded; annotated by the checker.
 *
 * Nodes live in the arena of the compilation. Recursion over a tree is bounded by
 * PQ_CEL_DEPTH_MAX (the parser refuses what is deeper; macros add a bounded number of levels).
 *
 * Follows cel-go v0.26 common/ast and parser. Ids are numbered as cel-go numbers them, because
 * the accounting of costs (interpreter/runtimecost.go) tells expressions apart by them; macros make
 * nodes that share an id.
 */
#ifndef PQ_CEL_EXPRESSION_H
#define PQ_CEL_EXPRESSION_H

#include "cel/type.h"

enum {
	PQ_CEL_DEPTH_MAX = 250,          /* nested rules of the grammar, as cel-go has it */
	PQ_CEL_CODE_POINTS_MAX = 100000, /* of an expression */
	PQ_CEL_EXPRESSIONS_MAX = 200000, /* nodes after macros: they can be nested */
};

enum pq_cel_expression_kind {
	PQ_CEL_UNSPECIFIED, /* what could not be parsed; never in a tree without issues */
	PQ_CEL_LITERAL,
	PQ_CEL_IDENTIFIER,
	PQ_CEL_SELECT,
	PQ_CEL_CALL,
	PQ_CEL_LIST,
	PQ_CEL_MAP,
	PQ_CEL_STRUCT,
	PQ_CEL_COMPREHENSION,
};

enum pq_cel_literal_kind {
	PQ_CEL_LITERAL_NULL,
	PQ_CEL_LITERAL_BOOL,
	PQ_CEL_LITERAL_INT,
	PQ_CEL_LITERAL_UINT,
	PQ_CEL_LITERAL_DOUBLE,
	PQ_CEL_LITERAL_STRING,
	PQ_CEL_LITERAL_BYTES,
};

struct pq_cel_literal {
	uint8_t kind; /* enum pq_cel_literal_kind */
	union {
		bool boolean;
		int64_t integer;
		uint64_t natural;
		double number;
		struct pq_string text; /* a string's UTF-8 or any bytes, unescaped */
	};
};

struct pq_cel_expression;

struct pq_cel_entry {
	uint32_t id;
	uint32_t offset;               /* of the colon */
	bool optional;                 /* {?key: value} */
	struct pq_string field;        /* of a struct */
	struct pq_cel_expression *key; /* of a map, else NULL */
	struct pq_cel_expression *value;
};

struct pq_cel_overload;

/* Functions of operators carry cel-go's names: "_+_", "_?_:_", "_[_]", "_[?_]", "_?._", "@in",
 * "@not_strictly_false", "!_", "-_". */
struct pq_cel_expression {
	uint8_t kind;  /* enum pq_cel_expression_kind */
	bool is_macro; /* made by a macro: call holds what was written */
	uint32_t id;
	uint32_t offset; /* in the text, in bytes: where messages about it point */

	/* By the checker, which also rewrites what turns out to be a qualified name: a select such
	 * as google.protobuf.Duration becomes an identifier, the member call optional.of(x) a call
	 * of the function "optional.of" without target. */
	const struct pq_cel_type *type;
	/* Of an identifier whose type is that of a type: the type that the evaluator knows by the
	 * name, or NULL when it knows none and the expression cannot be planned ("reference to
	 * undefined type: duration"). */
	const struct pq_cel_type *type_value;
	/* Of a call: the overloads that may apply, in the order of their table. */
	const struct pq_cel_overload *const *overloads;
	uint32_t overload_count;

	const struct pq_cel_expression *call; /* as written, for a macro's expansion, or NULL */
	union {
		struct pq_cel_literal literal;
		struct pq_string name; /* of an identifier */
		struct {
			struct pq_cel_expression *operand;
			struct pq_string field;
			bool test_only; /* has(operand.field) */
		} select;
		struct {
			struct pq_cel_expression *target; /* of a member call, or NULL */
			struct pq_string function;
			struct pq_cel_expression **arguments;
			uint32_t count;
		} function;
		struct {
			struct pq_cel_expression **items;
			const bool *optional; /* an item [?x], or NULL: none is */
			uint32_t count;
		} list;
		struct {
			struct pq_string
				name; /* of a struct's type, as resolved; empty for a map */
			struct pq_cel_entry *entries;
			uint32_t count;
		} entries;
		struct {
			struct pq_cel_expression *range;
			struct pq_string variable;
			struct pq_string second_variable; /* data NULL for one-variable macros */
			struct pq_string accumulator;
			struct pq_cel_expression *initial;
			struct pq_cel_expression *condition;
			struct pq_cel_expression *step;
			struct pq_cel_expression *result;
		} comprehension;
	};
};

#endif
