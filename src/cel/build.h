/*
 * Builder: makes the nodes of a tree, numbered and placed as cel-go's parser does it, with macros
 * expanded (parser/helper.go and the visitor in parser/parser.go of cel-go v0.26).
 *
 * Failure is sticky: when the arena is exhausted, or the tree has PQ_CEL_EXPRESSIONS_MAX nodes, the
 * functions give a spare node that must only be handed back to them, and pq_cel_builder_failed says
 * so in the end. What is wrong with an expression is an issue, and its node unspecified.
 */
#ifndef PQ_CEL_BUILD_H
#define PQ_CEL_BUILD_H

#include "cel/expression.h"
#include "cel/issues.h"
#include "cel/lexer.h"

struct pq_cel_builder {
	struct pq_arena *arena;
	struct pq_cel_issues *issues; /* its text is the expression's */
	uint8_t version;              /* minor of Kubernetes 1.x: which macros there are */
	bool too_large;
	uint32_t next_id;
	uint32_t count; /* of nodes */
	struct pq_cel_expression spare;
};

void pq_cel_builder_init(struct pq_cel_builder *builder, struct pq_arena *arena, uint8_t version,
			 struct pq_cel_issues *issues);

static inline bool pq_cel_builder_failed(const struct pq_cel_builder *builder)
{
	return builder->too_large || pq_arena_is_exhausted(builder->arena);
}

/* Operands of a call, items of a list or terms of a chain, as they are collected. */
struct pq_cel_part {
	struct pq_cel_expression *expression;
	bool is_optional; /* of a list's item */
	uint32_t id;      /* of the operator before a term */
	uint32_t offset;
};

enum { PQ_CEL_PARTS_ON_STACK = 4 };

struct pq_cel_parts {
	struct pq_cel_part *items;
	uint32_t count;
	uint32_t capacity;
	struct pq_cel_part first[PQ_CEL_PARTS_ON_STACK];
};

void pq_cel_parts_init(struct pq_cel_parts *parts);
void pq_cel_parts_add(struct pq_cel_builder *builder, struct pq_cel_parts *parts,
		      struct pq_cel_part part);

/* Entries of a map or message. */
struct pq_cel_entries {
	struct pq_cel_entry *items;
	uint32_t count;
	uint32_t capacity;
};

void pq_cel_entries_add(struct pq_cel_builder *builder, struct pq_cel_entries *entries,
			struct pq_cel_entry entry);

static inline uint32_t pq_cel_build_id(struct pq_cel_builder *builder)
{
	return builder->next_id++;
}

/* A node with nothing but its kind, id and place. */
struct pq_cel_expression *pq_cel_build(struct pq_cel_builder *builder,
				       enum pq_cel_expression_kind kind, uint32_t id,
				       uint32_t offset);

/* Adds an issue; the node that stands for what is wrong. */
struct pq_cel_expression *pq_cel_build_issue(struct pq_cel_builder *builder, uint32_t offset,
					     const char *format, ...) PQ_PRINTF(3, 4);

/* A number, text, true, false or null. is_negative: a minus sign of its own stands at offset. */
struct pq_cel_expression *pq_cel_build_literal(struct pq_cel_builder *builder,
					       struct pq_cel_token token, bool is_negative,
					       uint32_t offset);

/* A name as it is written. */
struct pq_cel_name {
	struct pq_string text;
	uint32_t offset;
	bool has_dot;        /* before it */
	uint32_t dot_offset; /* offset when there is none */
};

/* Reserved words are refused. */
struct pq_cel_expression *pq_cel_build_identifier(struct pq_cel_builder *builder,
						  const struct pq_cel_name *name);

/* The name of a global function, with its dot; data NULL when it is a reserved word, of which there
 * is an issue then, or the arena is exhausted. */
struct pq_string pq_cel_build_function_name(struct pq_cel_builder *builder,
					    const struct pq_cel_name *name);

/* offset is that of the dot. */
struct pq_cel_expression *pq_cel_build_select(struct pq_cel_builder *builder,
					      struct pq_cel_expression *operand, uint32_t offset,
					      struct pq_string field);
struct pq_cel_expression *pq_cel_build_optional_select(struct pq_cel_builder *builder,
						       struct pq_cel_expression *operand,
						       uint32_t offset,
						       const struct pq_cel_name *field);

/* An operator: a call that is no macro. Those of the operands that are not there are NULL. */
struct pq_cel_expression *pq_cel_build_operator(struct pq_cel_builder *builder, uint32_t id,
						uint32_t offset, struct pq_string function,
						struct pq_cel_expression *first,
						struct pq_cel_expression *second,
						struct pq_cel_expression *third);

/* A call, or the expansion of the macro of that name. target is NULL for a global function. */
struct pq_cel_expression *pq_cel_build_call(struct pq_cel_builder *builder, uint32_t id,
					    uint32_t offset, struct pq_string function,
					    struct pq_cel_expression *target,
					    const struct pq_cel_parts *arguments);

/* Terms with one operator between them, as a balanced tree. */
struct pq_cel_expression *pq_cel_build_chain(struct pq_cel_builder *builder,
					     struct pq_string function,
					     const struct pq_cel_parts *terms);

struct pq_cel_expression *pq_cel_build_list(struct pq_cel_builder *builder, uint32_t id,
					    uint32_t offset, const struct pq_cel_parts *items);

/* kind is PQ_CEL_MAP, or PQ_CEL_STRUCT with the message's name. */
struct pq_cel_expression *pq_cel_build_entries(struct pq_cel_builder *builder,
					       enum pq_cel_expression_kind kind, uint32_t id,
					       uint32_t offset, struct pq_string name,
					       const struct pq_cel_entries *entries);

#endif
