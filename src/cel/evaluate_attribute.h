/* The nodes of a plan; attributes, which are values by a chain of selections. */
#ifndef PQ_CEL_EVALUATE_ATTRIBUTE_H
#define PQ_CEL_EVALUATE_ATTRIBUTE_H

#include "cel/evaluate.h"
#include "cel/program.h"

/* One comprehension that is being folded. */
struct pq_cel_frame {
	const struct pq_cel_fold *fold;
	bool is_initialized; /* the accumulator: it is made when it is first asked for */
	bool grows;          /* it is a list or map that changes in place */
	struct pq_cel_value accumulator;
	struct pq_cel_value first;
	struct pq_cel_value second;
};

void pq_cel_run_operation(struct pq_cel_run *run, const struct pq_cel_node *node,
			  struct pq_cel_value *result);

/* The value of a node; what it costs is added to the run. Recursion is bounded by the depth of
 * expressions. */
static inline void pq_cel_run_node(struct pq_cel_run *run, const struct pq_cel_node *node,
				   struct pq_cel_value *result)
{
	if (node->operation == PQ_CEL_DO_CONSTANT)
		*result = node->constant;
	else
		pq_cel_run_operation(run, node, result);
}

/* Whether a value can select from a map or list. */
bool pq_cel_is_key(const struct pq_cel_value *value);

/* The nodes of an attribute. */
void pq_cel_run_attribute(struct pq_cel_run *run, const struct pq_cel_node *node,
			  struct pq_cel_value *result);
void pq_cel_run_conditional(struct pq_cel_run *run, const struct pq_cel_node *node,
			    struct pq_cel_value *result);
void pq_cel_run_presence(struct pq_cel_run *run, const struct pq_cel_node *node,
			 struct pq_cel_value *result);

void pq_cel_run_call(struct pq_cel_run *run, const struct pq_cel_node *node,
		     struct pq_cel_value *result);
void pq_cel_run_fold(struct pq_cel_run *run, const struct pq_cel_node *node,
		     struct pq_cel_value *result);
void pq_cel_run_message(struct pq_cel_run *run, const struct pq_cel_node *node,
			struct pq_cel_value *result);

/* Ends the run when the value is a fatal error. */
static inline void pq_cel_watch(struct pq_cel_run *run, const struct pq_cel_value *value)
{
	if (__builtin_expect(value->kind == PQ_CEL_ERROR && value->form == PQ_CEL_FATAL, 0))
		pq_cel_end_run(run, *value);
}

#endif
