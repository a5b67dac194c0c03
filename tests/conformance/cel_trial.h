/* One expression, compiled and evaluated as kube-apiserver does for a new rule: for tests that
 * compare with published suites. */
#ifndef PQ_TESTS_CONFORMANCE_CEL_TRIAL_H
#define PQ_TESTS_CONFORMANCE_CEL_TRIAL_H

#include "cel/cel.h"

struct cel_trial {
	struct pq_arena arena;
	struct pq_cel_variable variables[PQ_CEL_VARIABLES_MAX];
	struct pq_cel_value values[PQ_CEL_VARIABLES_MAX];
	size_t count;
	struct pq_cel_compilation compilation;
	struct pq_cel_value result; /* an error when the expression was refused */
	uint64_t cost;
};

void cel_trial_init(struct cel_trial *trial);
void cel_trial_done(struct cel_trial *trial);

/* The declaration tells sizes; NULL when nothing is known of them. */
void cel_trial_declare(struct cel_trial *trial, struct pq_string name,
		       const struct pq_cel_type *type, const struct pq_cel_declaration *sizes,
		       struct pq_cel_value value);

/* Once for each trial. */
void cel_trial_run(struct cel_trial *trial, struct pq_string expression);

/* Why there is no value: issues, or an error; data NULL when there is one. */
struct pq_string cel_trial_problem(const struct cel_trial *trial);

/* A value, or an error, as people read it; it lives as long as the trial. */
struct pq_string cel_trial_show(struct cel_trial *trial, const struct pq_cel_value *value);

#endif
