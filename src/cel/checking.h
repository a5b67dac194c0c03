/*
 * Inside of the type checker: what its files share.
 */
#ifndef PQ_CEL_CHECKING_H
#define PQ_CEL_CHECKING_H

#include "cel/check.h"
#include "cel/environment.h"
#include "cel/unify.h"

/* A variable that a comprehension declares; lives on the stack of the check. */
struct pq_cel_checker_scope {
	const struct pq_cel_checker_scope *outer;
	struct pq_string name;
	const struct pq_cel_type *type;
};

struct pq_cel_checked {
	struct pq_cel_expression *node;
	bool in_format; /* below a call of "format", whose arguments may be of any types */
};

struct pq_cel_checker {
	const struct pq_cel_environment *environment;
	struct pq_arena *arena;
	struct pq_cel_issues *issues;
	const struct pq_cel_checker_scope *scope; /* innermost first */
	struct pq_cel_bindings bindings;
	/* All nodes, in the order in which they got their types. */
	struct pq_cel_checked *checked;
	size_t checked_count;
	size_t checked_capacity;
	uint32_t formats; /* calls of "format" around the node that is visited */
};

void pq_cel_checker_visit(struct pq_cel_checker *checker, struct pq_cel_expression *node);
void pq_cel_checker_set_type(struct pq_cel_checker *checker, struct pq_cel_expression *node,
			     const struct pq_cel_type *type);

/* NULL when the name is not declared. *name loses its leading dot. */
const struct pq_cel_type *pq_cel_checker_find_identifier(struct pq_cel_checker *checker,
							 struct pq_string *name);

/* The type that a name stands for, whatever variables there are; NULL when there is none. */
const struct pq_cel_type *pq_cel_checker_find_type(struct pq_cel_checker *checker,
						   struct pq_string name);

/* "a.b.c" of selects on an identifier, at the end of buffer; data NULL when the node is something
 * else or the name longer than that. */
struct pq_string pq_cel_checker_qualified_name(const struct pq_cel_expression *node, char *buffer,
					       size_t size);

/* The type of operand.field, the operand not checked yet. */
const struct pq_cel_type *pq_cel_checker_select(struct pq_cel_checker *checker,
						const struct pq_cel_expression *node,
						struct pq_cel_expression *operand,
						struct pq_string field, bool optional);

/* The value's type, of an optional item its content's; an issue when that is no optional. */
const struct pq_cel_type *pq_cel_checker_item_type(struct pq_cel_checker *checker,
						   const struct pq_cel_expression *item,
						   bool optional);

void pq_cel_checker_visit_call(struct pq_cel_checker *checker, struct pq_cel_expression *node);
void pq_cel_checker_visit_struct(struct pq_cel_checker *checker, struct pq_cel_expression *node);
void pq_cel_checker_visit_comprehension(struct pq_cel_checker *checker,
					struct pq_cel_expression *node);

/* Literals of durations, timestamps and patterns, and aggregates of one type, once there are no
 * issues. */
void pq_cel_checker_validate(struct pq_cel_checker *checker);
void pq_cel_checker_validate_format(struct pq_cel_checker *checker,
				    const struct pq_cel_expression *node);

void pq_cel_checker_report_mismatch(struct pq_cel_checker *checker, uint32_t offset,
				    const struct pq_cel_type *expected,
				    const struct pq_cel_type *found);
void pq_cel_checker_report_undeclared(struct pq_cel_checker *checker, uint32_t offset,
				      struct pq_string name);

/* "map(string, int)" for a format's %.*s; empty when the arena is exhausted. */
struct pq_string pq_cel_checker_show(struct pq_cel_checker *checker,
				     const struct pq_cel_type *type);

#endif
