/*
 * The tables of functions: each row is one overload, and serves the checker (signature), the
 * estimate of costs before anything runs, the evaluator (implementation and actual cost) and the
 * documentation (docs/cel.md).
 *
 * One file a library: library_<name>.c defines one struct pq_cel_library. Rows keep the order of
 * the Go libraries, since messages list overloads in it.
 */
#ifndef PQ_CEL_LIBRARY_H
#define PQ_CEL_LIBRARY_H

#include "cel/expression.h"
#include "cel/value.h"

struct pq_cel_run; /* one evaluation: evaluate.h */

/* Ranges of estimates; UINT64_MAX is "more than can be said". */
struct pq_cel_estimate {
	uint64_t min;
	uint64_t max;
};

/* One operand as the estimate of a call sees it (checker.AstNode). */
struct pq_cel_operand {
	const struct pq_cel_expression *expression;
	const struct pq_cel_type *type;
	struct pq_cel_estimate size; /* 0 to UINT64_MAX when nothing is known */
	bool size_known;
	struct pq_cel_estimate item_size; /* likewise, of a list's items */
};

/* Without the cost of the operands. An estimator finds a cost of 1 and no size in it, and leaves
 * them when it has nothing better to say. */
struct pq_cel_call_estimate {
	struct pq_cel_estimate cost;
	struct pq_cel_estimate result_size;
	bool result_size_known;
};

/* A call that has been made, for its cost. */
struct pq_cel_made_call {
	struct pq_cel_run *run;
	const struct pq_cel_value *arguments;
	uint32_t count;
	const struct pq_cel_value *result;
};

/* Arguments include the target of a member call, first. */
typedef void pq_cel_function(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			     struct pq_cel_value *result);
typedef uint64_t pq_cel_cost(const struct pq_cel_made_call *call);
typedef void pq_cel_estimator(const struct pq_cel_operand *operands, uint32_t count,
			      struct pq_cel_call_estimate *estimate);

enum { PQ_CEL_ARGUMENTS_MAX = 6 };

struct pq_cel_overload {
	const char *function; /* "startsWith", "_+_" */
	const char *id;       /* cel-go's: "starts_with_string" */
	bool is_member;
	bool non_strict; /* called with errors among its arguments, too */
	/* One implementation for all overloads of the function: it is called whatever its arguments
	 * are at run time, and refuses those it does not know in its own words. */
	bool unguarded;
	/* Stops at the first argument that is an error even with one or two of them, so that the
	 * call costs nothing: cel-go binds it as a function of many arguments. */
	bool stops_early;
	uint8_t count; /* arguments, the target included */
	const struct pq_cel_type *arguments[PQ_CEL_ARGUMENTS_MAX];
	const struct pq_cel_type *result;
	pq_cel_function *call;
	pq_cel_cost *cost; /* NULL: 1 */
	/* The same when the checker left several overloads to choose from, as cel-go then knows the
	 * function's name only. NULL: 1 */
	pq_cel_cost *unresolved_cost;
	/* NULL: 1, size of the result unknown. Those that there are: estimate.h. */
	pq_cel_estimator *estimator;
};

struct pq_cel_library {
	const char *name;    /* "strings" */
	uint8_t introduced;  /* minor version of Kubernetes 1.x whose new rules may use it */
	bool is_for_patches; /* only for expressions that make patches */
	const struct pq_cel_overload *overloads;
	size_t count;
	const struct pq_cel_type *const *types; /* that expressions may name, or NULL */
	size_t type_count;
};

extern const struct pq_cel_library pq_cel_library_standard;
extern const struct pq_cel_library pq_cel_library_urls;
extern const struct pq_cel_library pq_cel_library_regex;
extern const struct pq_cel_library pq_cel_library_lists;
extern const struct pq_cel_library pq_cel_library_authz;
extern const struct pq_cel_library pq_cel_library_optional;
extern const struct pq_cel_library pq_cel_library_quantity;
extern const struct pq_cel_library pq_cel_library_strings;
extern const struct pq_cel_library pq_cel_library_formatting;
extern const struct pq_cel_library pq_cel_library_sets;
extern const struct pq_cel_library pq_cel_library_ip;
extern const struct pq_cel_library pq_cel_library_cidr;
extern const struct pq_cel_library pq_cel_library_format;
extern const struct pq_cel_library pq_cel_library_authz_selectors;
extern const struct pq_cel_library pq_cel_library_comprehensions;
extern const struct pq_cel_library pq_cel_library_semver;
extern const struct pq_cel_library pq_cel_library_extended_lists;
extern const struct pq_cel_library pq_cel_library_json_patch;

/* Of the variables authorizer and authorizer.requestResource, which admission policies have. */
extern const struct pq_cel_type pq_cel_authorizer;
extern const struct pq_cel_type pq_cel_resource_check;

/* All libraries of the Kubernetes environment, the standard one first. */
extern const struct pq_cel_library *const pq_cel_libraries[];
extern const size_t pq_cel_library_count;

#endif
