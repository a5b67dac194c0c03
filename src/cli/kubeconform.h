/* For those who come to `check` from kubeconform, whose flags have one dash. */
#ifndef PQ_CLI_KUBECONFORM_H
#define PQ_CLI_KUBECONFORM_H

#include "base/error.h"

/* Fails with PQ_ERROR_USAGE for a flag that only kubeconform has, with one dash or two, and says
 * what to use here. */
PQ_CHECKED bool pq_kubeconform_refuse_flags(int argc, char *const *argv, struct pq_error *error);

#endif
