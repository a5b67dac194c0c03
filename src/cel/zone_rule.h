/* The rule at the end of a TZif file (RFC 8536 3.3): "CET-1CEST,M3.5.0,M10.5.0/3". */
#ifndef PQ_CEL_ZONE_RULE_H
#define PQ_CEL_ZONE_RULE_H

#include "base/string_view.h"

/* The offset from UTC in seconds at a time; false for a rule that cannot be read. */
bool pq_cel_zone_rule_offset(struct pq_string rule, int64_t seconds, int32_t *offset);

#endif
