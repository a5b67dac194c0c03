/* For those who come to `check` from kubeconform, whose flags have one dash. */
#ifndef PQ_CLI_KUBECONFORM_H
#define PQ_CLI_KUBECONFORM_H

#include "base/error.h"

/* A flag that only kubeconform has, and what to do without it. docs/check.md has a row for each. */
struct pq_kubeconform_flag {
	const char *name;
	const char *advice;
};

/* Ended by a row without name. */
extern const struct pq_kubeconform_flag pq_kubeconform_flags[];

/* Fails with PQ_ERROR_USAGE for a flag that only kubeconform has, with one dash or two, and says
 * what to use here. */
PQ_CHECKED bool pq_kubeconform_refuse_flags(int argc, char *const *argv, struct pq_error *error);

#endif
