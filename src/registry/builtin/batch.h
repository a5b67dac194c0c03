/* The spec of a job, which CronJobs have, too. Private to this folder. */
#ifndef PQ_REGISTRY_BUILTIN_BATCH_H
#define PQ_REGISTRY_BUILTIN_BATCH_H

#include "registry/builtin/checks.h"

/* validateJobSpec, of a Job or of a template of one */
void batch_check_job_spec(const struct place *spec, bool is_job);

/* batch_policy.c */
void batch_check_failure_policy(const struct place *spec);
void batch_check_success_policy(const struct place *spec);
void batch_check_replacement_policy(const struct place *spec);

#endif
