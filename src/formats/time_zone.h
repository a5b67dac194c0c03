/* Names of time zones, as Kubernetes takes them from Go's copy of the IANA's database. */
#ifndef PQ_FORMATS_TIME_ZONE_H
#define PQ_FORMATS_TIME_ZONE_H

#include "base/string_view.h"

/* Whether there is such a zone ("Europe/Berlin", "UTC"). What the API server may find among the
 * files of its machine besides ("posix/UTC") is one, too. */
bool pq_time_zone_is_known(struct pq_string name);

/* Whether each part between slashes may be part of a name (validateTimeZone). */
bool pq_time_zone_is_well_formed(struct pq_string name);

#endif
