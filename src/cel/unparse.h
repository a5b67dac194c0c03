/*
 * Unparser: an expression as text again, in one form whatever its spaces, quotes and needless
 * parentheses were.
 */
#ifndef PQ_CEL_UNPARSE_H
#define PQ_CEL_UNPARSE_H

#include "base/buffer.h"
#include "cel/expression.h"

/* Macros are written as calls again. What is written parses to a tree of the same meaning. */
void pq_cel_unparse(struct pq_buffer *buffer, const struct pq_cel_expression *expression);

#endif
