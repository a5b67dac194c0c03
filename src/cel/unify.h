/*
 * Unification: which types may stand for which, and what the checker's type variables stand for.
 *
 * Follows cel-go v0.26 checker/types.go and mapping.go. Where that copies its mapping before it
 * tries something, a trail takes back what was bound in vain.
 */
#ifndef PQ_CEL_UNIFY_H
#define PQ_CEL_UNIFY_H

#include "cel/type.h"

enum {
	/* Types that are looked at in one check; those that are made count for several. */
	PQ_CEL_TYPE_STEPS_MAX = 16 * 1000 * 1000,
	PQ_CEL_TYPE_STEPS_TO_MAKE = 32,
};

struct pq_cel_binding_change;

struct pq_cel_bindings {
	struct pq_arena *arena;                    /* of types and of what is remembered */
	uint32_t count;                            /* of variables */
	const struct pq_cel_binding_change *trail; /* newest first */
	uint32_t steps; /* that are left. Without any, nothing is assignable, and what should be
			 * substituted becomes the type of errors */
};

static inline void pq_cel_bindings_init(struct pq_cel_bindings *bindings, struct pq_arena *arena)
{
	*bindings = (struct pq_cel_bindings){ .arena = arena, .steps = PQ_CEL_TYPE_STEPS_MAX };
}

/* A fresh type variable; the type of errors when the arena is exhausted. */
const struct pq_cel_type *pq_cel_bindings_new_variable(struct pq_cel_bindings *bindings);

/* Whether a may stand where b is wanted; binds variables when it may, and only then. */
bool pq_cel_is_assignable(struct pq_cel_bindings *bindings, const struct pq_cel_type *a,
			  const struct pq_cel_type *b);
bool pq_cel_is_assignable_list(struct pq_cel_bindings *bindings, const struct pq_cel_type *const *a,
			       const struct pq_cel_type *const *b, size_t count);

/* The more general of two types that unify. */
const struct pq_cel_type *pq_cel_most_general(const struct pq_cel_type *a,
					      const struct pq_cel_type *b);

/* With bound variables replaced; those that are free become dyn when to_dyn says so. */
const struct pq_cel_type *pq_cel_substitute(struct pq_cel_bindings *bindings,
					    const struct pq_cel_type *type, bool to_dyn);

static inline bool pq_cel_type_is_dyn(const struct pq_cel_type *type)
{
	return type->kind == PQ_CEL_TYPE_DYN || type->kind == PQ_CEL_TYPE_ANY;
}

static inline bool pq_cel_type_is_dyn_or_error(const struct pq_cel_type *type)
{
	return pq_cel_type_is_dyn(type) || type->kind == PQ_CEL_TYPE_ERROR;
}

#endif
