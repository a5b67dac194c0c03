/*
 * Macros: calls that the parser replaces by other expressions.
 *
 * Follows cel-go v0.26 parser/macro.go, cel/library.go (optional types), ext/comprehensions.go and
 * ext/lists.go (sortBy).
 */
#ifndef PQ_CEL_MACROS_H
#define PQ_CEL_MACROS_H

#include "cel/build.h"

/* What the macro of a call's name, kind and count of arguments makes of it, with call as what was
 * written; an unspecified node and an issue when the arguments do not fit; the call itself when
 * there is no such macro. */
struct pq_cel_expression *pq_cel_macro_expand(struct pq_cel_builder *builder,
					      struct pq_cel_expression *call);

#endif
