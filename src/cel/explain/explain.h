/* What is wrong with an expression that the fast parser gave up on. */
#ifndef PQ_CEL_EXPLAIN_EXPLAIN_H
#define PQ_CEL_EXPLAIN_EXPLAIN_H

#include "cel/issues.h"

enum { PQ_CEL_EXPLANATION_BYTES_MAX = 64 << 20 }; /* of memory that is given back at the end */

/* Adds the issues that cel-go's parser would: of syntax, and of what it visits of the tree that is
 * left (parser/parser.go of cel-go v0.26). version is the minor of Kubernetes 1.x. At least one,
 * unless the issues' arena is exhausted. */
void pq_cel_explain(uint8_t version, struct pq_cel_issues *issues);

#endif
