/* Schedules as CronJobs have them: github.com/robfig/cron/v3, ParseStandard. */
#ifndef PQ_FORMATS_CRON_H
#define PQ_FORMATS_CRON_H

#include "base/error.h"

/* Five fields, or a descriptor such as "@daily" and "@every 1h". Fails with that library's text. A
 * zone in front ("TZ=Asia/Tokyo ") is passed over, whether there is such a zone or not. */
PQ_CHECKED bool pq_cron_check(struct pq_string schedule, struct pq_error *error);

#endif
