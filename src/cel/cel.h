/*
 * CEL, the Common Expression Language, as kube-apiserver runs it: compiling a rule against the
 * declaration of its data, estimating its cost, and evaluating it with the actual cost counted.
 *
 * A program is immutable and shared by threads; an evaluation belongs to one thread and allocates
 * only in the arena it is given. Nothing here knows of schemas or clusters.
 *
 * Sources: cel-go v0.26.0; k8s.io/apiserver v0.36 pkg/cel (environment/base.go for what is in the
 * language, library/ for functions and costs).
 */
#ifndef PQ_CEL_CEL_H
#define PQ_CEL_CEL_H

#include "base/error.h"
#include "base/interrupt.h"
#include "cel/declaration.h"
#include "cel/value.h"

struct pq_cel_variable {
	struct pq_string name;
	const struct pq_cel_type *type;
	const struct pq_cel_declaration *declaration; /* for sizes in estimates, or NULL */
};

enum { PQ_CEL_VARIABLES_MAX = 16 };

/* A type of declared data that expressions may name, which only the checker knows by it. */
struct pq_cel_named_type {
	struct pq_string name;
	const struct pq_cel_type *type;
};

struct pq_cel_environment {
	uint8_t version; /* minor of Kubernetes 1.x: libraries introduced later are unknown */
	const struct pq_cel_variable *variables;
	size_t variable_count; /* at most PQ_CEL_VARIABLES_MAX */
	const struct pq_cel_named_type *types;
	size_t type_count;
	bool makes_patches;    /* may use what patch_type.h describes, and jsonpatch.escapeKey() */
	bool leaves_cost_open; /* nobody asks for max_cost, which stays 0 */
};

struct pq_cel_program;

/* What the compiler says of an expression. */
struct pq_cel_compilation {
	const struct pq_cel_program *program; /* NULL when there are issues or a plan_error */
	const struct pq_cel_type *type;       /* of the result */
	uint64_t max_cost;                    /* the static estimate's upper end */
	bool uses[PQ_CEL_VARIABLES_MAX];      /* which variables are referred to */
	bool is_partly_untyped;               /* a part of it has the type pq_cel_nothing */
	/* "ERROR: <input>:1:6: undefined field 'foo'\n | self.foo\n | .....^", as cel-go joins
	 * them; data NULL when there are none. */
	struct pq_string issues;
	/* Why an expression without issues cannot be planned, such as "reference to undefined
	 * type: duration" (what cel-go's Env.Program answers); data NULL when it can. */
	struct pq_string plan_error;
};

/* Parses, checks, estimates and plans. The program and everything in the compilation live in
 * program_arena (which the caller keeps as long as the program); scratch is free to be reset
 * afterwards. False only when an arena is exhausted or the system has no memory. */
PQ_CHECKED bool pq_cel_compile(const struct pq_cel_environment *environment,
			       struct pq_string expression, struct pq_arena *program_arena,
			       struct pq_arena *scratch, struct pq_cel_compilation *compilation);

/* Regular expressions and the like that a program holds besides its arena. NULL is fine. */
void pq_cel_program_done(const struct pq_cel_program *program);

/* Values in each other that are looked into: more count as exceeded costs. */
enum { PQ_CEL_STEPS_MAX = 100000000 };

/* The error of an evaluation that exceeded its cost_limit. */
#define PQ_CEL_COST_LIMIT_EXCEEDED "operation cancelled: actual cost limit exceeded"

struct pq_cel_evaluation {
	struct pq_arena *arena;
	/* One a variable of the environment, in its order. The result may be one of them or a part
	 * of it: what they point to must outlive it. */
	const struct pq_cel_value *variables;
	uint64_t cost_limit; /* of this call; UINT64_MAX: none */
	/* Told of iterations and of values that are looked into: when it comes, the evaluation ends
	 * with the error "operation interrupted". Or NULL. */
	struct pq_interrupt *interrupt;
	/* In: values that evaluations before this one looked into, which it shares the limit with;
	 * out: with those of this one. */
	uint64_t steps;
	uint64_t cost; /* out: what it took, the part before an error included */
};

/* Evaluates; the result may be a PQ_CEL_ERROR. An exhausted arena is an error, too (the arena
 * remembers it). */
void pq_cel_evaluate(const struct pq_cel_program *program, struct pq_cel_evaluation *evaluation,
		     struct pq_cel_value *result);

/* A value of the data as CEL sees it; a PQ_CEL_ERROR when the data does not fit its declaration, or
 * the arena is exhausted. What is in lists, maps and objects is looked at, and found not to fit,
 * when it is asked for: so the data, the declaration and the arena must outlive the value. */
struct pq_cel_value pq_cel_from_data(struct pq_arena *arena, const struct pq_value *data,
				     const struct pq_cel_declaration *declaration);

#endif
