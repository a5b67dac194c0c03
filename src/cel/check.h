/*
 * Type checker: resolves names and overloads of a tree and infers the types of its nodes.
 *
 * Follows cel-go v0.26 checker/checker.go with homogeneous aggregate literals and cross-type
 * numeric comparisons, and the validators of k8s.io/apiserver v0.36
 * pkg/cel/environment/base.go (cel/validator.go).
 */
#ifndef PQ_CEL_CHECK_H
#define PQ_CEL_CHECK_H

#include "cel/cel.h"
#include "cel/issues.h"
#include "cel/parse.h"

/* Annotates the tree, whose types live in the arena, and tells the compilation which variables of
 * the environment are named in it, be it by a macro's variable of the same name, and whether it is
 * partly untyped. True when there are no issues; false also when the arena is exhausted. */
PQ_CHECKED bool pq_cel_check(const struct pq_cel_environment *environment,
			     const struct pq_cel_tree *tree, struct pq_arena *arena,
			     struct pq_cel_compilation *compilation, struct pq_cel_issues *issues);

#endif
