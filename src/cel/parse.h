/*
 * Parser: from the text of an expression to its tree, macros expanded.
 *
 * Follows cel-go v0.26 parser/gen/CEL.g4 and parser/parser.go with the macros and the syntax that
 * k8s.io/apiserver v0.36 pkg/cel/environment/base.go enables: the standard ones, optional types
 * (1.28), two-variable comprehensions (1.32), sortBy of the lists library (1.34); no identifiers in
 * backticks.
 */
#ifndef PQ_CEL_PARSE_H
#define PQ_CEL_PARSE_H

#include "cel/expression.h"
#include "cel/issues.h"

enum { PQ_CEL_OPTIONALS_INTRODUCED = 28 };

struct pq_cel_tree {
	struct pq_cel_expression *root; /* no node has two parents */
	uint32_t id_count;              /* ids are 1 to id_count - 1; not all are in use */
};

/* text is valid UTF-8, as all texts of JSON and YAML values are. version is the minor of
 * Kubernetes 1.x: macros introduced later are plain calls. The tree lives in the arena and refers
 * to the text. issues need no initialisation. On failure tree is untouched and there are issues,
 * unless the arena is exhausted. Takes up to a mebibyte of stack. Thread-safe for distinct
 * arenas. */
PQ_CHECKED bool pq_cel_parse(struct pq_arena *arena, struct pq_string text, uint8_t version,
			     struct pq_cel_tree *tree, struct pq_cel_issues *issues);

#endif
