/*
 * What a macro's call becomes, being built. Every node stands where the call does; nodes are
 * numbered in the order they are made in, which is cel-go's, so operands are made before what they
 * belong to.
 */
#ifndef PQ_CEL_EXPANSION_H
#define PQ_CEL_EXPANSION_H

#include "cel/build.h"

/* The variable of comprehensions that holds what they have so far. */
#define PQ_CEL_ACCUMULATOR PQ_S("@result")

struct pq_cel_expansion {
	struct pq_cel_builder *builder;
	struct pq_cel_expression *call;
	struct pq_cel_expression *target;
	struct pq_cel_expression **names; /* arguments that are variables */
	struct pq_cel_expression *filter; /* of macros that may have one, or NULL */
	struct pq_cel_expression *body;   /* the last argument */
	uint32_t refused_offset;
};

/* What a comprehension does beside going through a range. */
struct pq_cel_comprehension {
	struct pq_string variable;
	struct pq_string second_variable;
	struct pq_string accumulator;
	struct pq_cel_expression *initial;
	struct pq_cel_expression *condition;
	struct pq_cel_expression *step;
	struct pq_cel_expression *result;
};

struct pq_cel_expression *pq_cel_make(struct pq_cel_expansion *expansion,
				      enum pq_cel_expression_kind kind);
struct pq_cel_expression *pq_cel_make_bool(struct pq_cel_expansion *expansion, bool value);
struct pq_cel_expression *pq_cel_make_int(struct pq_cel_expansion *expansion, int64_t value);
struct pq_cel_expression *pq_cel_make_identifier(struct pq_cel_expansion *expansion,
						 struct pq_string name);
struct pq_cel_expression *pq_cel_make_accumulator(struct pq_cel_expansion *expansion);
/* A list of one item, or of none. */
struct pq_cel_expression *pq_cel_make_list(struct pq_cel_expansion *expansion,
					   struct pq_cel_expression *item);
struct pq_cel_expression *pq_cel_make_call(struct pq_cel_expansion *expansion, const char *function,
					   struct pq_cel_expression *first,
					   struct pq_cel_expression *second,
					   struct pq_cel_expression *third);
struct pq_cel_expression *pq_cel_make_member_call(struct pq_cel_expansion *expansion,
						  const char *function,
						  struct pq_cel_expression *target,
						  struct pq_cel_expression *argument);
struct pq_cel_expression *pq_cel_make_fold(struct pq_cel_expansion *expansion,
					   struct pq_cel_expression *range,
					   const struct pq_cel_comprehension *fold);

#endif
