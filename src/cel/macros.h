/*
 * Macros: calls that the parser replaces by other expressions.
 *
 * Follows cel-go v0.26 parser/macro.go, cel/library.go (optional types), ext/comprehensions.go and
 * ext/lists.go (sortBy).
 */
#ifndef PQ_CEL_MACROS_H
#define PQ_CEL_MACROS_H

#include "cel/build.h"

/* One call of a macro, and the comprehension that is made of it: expansion.h. */
struct pq_cel_expansion;
struct pq_cel_comprehension;

struct pq_cel_macro {
	const char *name;
	bool is_member;
	uint8_t count;       /* of arguments */
	uint8_t names;       /* of them, those that are variables; to be read before */
	uint8_t introduced;  /* minor of Kubernetes 1.x */
	const char *problem; /* of a variable that is none */
	/* NULL, with an issue, when the arguments do not fit. */
	struct pq_cel_expression *(*expand)(struct pq_cel_expansion *expansion,
					    struct pq_cel_comprehension *fold);
};

/* All that there are; docs/cel.md follows. */
extern const struct pq_cel_macro pq_cel_macros[];
extern const size_t pq_cel_macro_count;

/* What the macro of a call's name, kind and count of arguments makes of it, with call as what was
 * written; an unspecified node and an issue when the arguments do not fit; the call itself when
 * there is no such macro. */
struct pq_cel_expression *pq_cel_macro_expand(struct pq_cel_builder *builder,
					      struct pq_cel_expression *call);

#endif
