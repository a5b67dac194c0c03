/*
 * A planned expression: a tree of nodes in which names are places and overloads are chosen.
 *
 * It keeps to cel-go's plan where that can be seen from outside: what is constant is evaluated
 * once, and a chain of selections from a variable, a conditional or any value is one attribute
 * with qualifiers, which decides how errors, optionals and costs come about
 * (interpreter/planner.go, attributes.go, decorators.go in v0.26).
 */
#ifndef PQ_CEL_PROGRAM_H
#define PQ_CEL_PROGRAM_H

#include "cel/cel.h"
#include "cel/container.h"
#include "cel/library.h"

enum pq_cel_operation {
	PQ_CEL_DO_CONSTANT,
	PQ_CEL_DO_ATTRIBUTE,
	PQ_CEL_DO_CONDITIONAL, /* an attribute whose root is one */
	PQ_CEL_DO_PRESENCE,    /* an attribute whose last qualifier is a test: has() */
	PQ_CEL_DO_AND,
	PQ_CEL_DO_OR,
	PQ_CEL_DO_NOT,
	PQ_CEL_DO_EQUAL,
	PQ_CEL_DO_NOT_EQUAL,
	PQ_CEL_DO_NOT_STRICTLY_FALSE,
	PQ_CEL_DO_CALL,
	PQ_CEL_DO_IS_IN_SET, /* x in [constants] */
	PQ_CEL_DO_OPTIONAL_OR,
	PQ_CEL_DO_OPTIONAL_OR_VALUE,
	PQ_CEL_DO_LIST,
	PQ_CEL_DO_MAP,
	PQ_CEL_DO_MESSAGE, /* a well-known message of protocol buffers */
	PQ_CEL_DO_FOLD,
};

struct pq_cel_node;
struct pq_cel_attribute;

enum pq_cel_root {
	PQ_CEL_ROOT_VARIABLE,    /* of the environment, at index */
	PQ_CEL_ROOT_ACCUMULATOR, /* of the comprehension whose frame is at index */
	PQ_CEL_ROOT_FIRST,       /* its first variable: an item, a key or an index */
	PQ_CEL_ROOT_SECOND,
	PQ_CEL_ROOT_OPERAND,     /* what a node gives */
	PQ_CEL_ROOT_CONDITIONAL, /* one of two attributes, by a node; qualifiers are theirs */
};

struct pq_cel_qualifier {
	bool is_optional;
	bool is_field;                            /* of a declaration, and not optional */
	bool is_test;                             /* has(): only whether it is there */
	bool is_constant;                         /* key, else attribute */
	uint32_t hash;                            /* of a constant string */
	struct pq_cel_value key;                  /* constant */
	const struct pq_cel_attribute *attribute; /* that gives the key */
	/* Of a constant string: what objects of a declaration have there, or NULL. */
	const struct pq_cel_declaration *declaration;
	const struct pq_cel_field *field;
	struct pq_cel_qualifier *next; /* while planning */
};

struct pq_cel_attribute {
	uint8_t root; /* enum pq_cel_root */
	uint32_t index;
	uint32_t count;
	const struct pq_cel_node *operand; /* or the condition */
	struct pq_cel_attribute *truthy;
	struct pq_cel_attribute *falsy;
	struct pq_cel_qualifier *first;
	struct pq_cel_qualifier *last;
};

struct pq_cel_fold {
	uint32_t frame;
	bool has_second;
	const struct pq_cel_node *range;
	const struct pq_cel_node *initial;
	const struct pq_cel_node *condition;
	const struct pq_cel_node *step;
	const struct pq_cel_node *result;
};

struct pq_cel_call {
	const struct pq_cel_overload *const *overloads;
	uint32_t overload_count;
	uint32_t count;
	pq_cel_cost *cost;    /* NULL: 1 */
	bool is_strict;       /* not made with an error among its arguments */
	bool stops_early;     /* at the first argument that is an error */
	bool is_unguarded;    /* the first overload takes whatever it is given */
	const void *prepared; /* struct pq_regex, or NULL */
	const struct pq_cel_node *arguments[];
};

struct pq_cel_element {
	bool is_optional;
	const struct pq_cel_node *key; /* of a map */
	struct pq_string field;        /* of a message */
	const struct pq_cel_node *value;
};

struct pq_cel_message; /* message.h */

struct pq_cel_node {
	uint8_t operation; /* enum pq_cel_operation */
	uint32_t count;    /* of elements */
	union {
		struct pq_cel_value constant;
		struct pq_cel_attribute *attribute;
		const struct pq_cel_node *operands[2];
		const struct pq_cel_call *call;
		const struct pq_cel_element *elements;
		const struct pq_cel_fold *fold;
		struct {
			const struct pq_cel_node *element;
			const struct pq_cel_map *set;
		} membership;
		struct {
			const struct pq_cel_element *fields;
			/* NULL: an object of a patch, which nobody evaluates. */
			const struct pq_cel_message *kind;
		} message;
	};
};

/* A regular expression that a program holds. */
struct pq_cel_held {
	const struct pq_regex *regex;
	struct pq_cel_held *next;
};

struct pq_cel_program {
	const struct pq_cel_node *root;
	uint32_t frame_count;
	const struct pq_cel_held *held;
};

/* Plans a checked tree. The program lives in the arena. NULL with *problem set when a constant part
 * cannot be evaluated ("type conversion error from 'string' to 'int'"), NULL without one (data
 * NULL) when the arena is exhausted. */
const struct pq_cel_program *pq_cel_plan(struct pq_arena *arena,
					 const struct pq_cel_environment *environment,
					 const struct pq_cel_expression *expression,
					 struct pq_string *problem);

#endif
