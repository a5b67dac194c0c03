/* The formats that are regular expressions in Kubernetes' strfmt and govalidator, each compiled
 * when it is first needed and kept. */
#ifndef PQ_FORMATS_PATTERN_H
#define PQ_FORMATS_PATTERN_H

#include "base/string_view.h"

enum pq_pattern {
	PQ_PATTERN_HOSTNAME,
	PQ_PATTERN_UUID,
	PQ_PATTERN_UUID3,
	PQ_PATTERN_UUID4,
	PQ_PATTERN_UUID5,
	PQ_PATTERN_HEXCOLOR,
	PQ_PATTERN_RGBCOLOR,
	PQ_PATTERN_BASE64,
	PQ_PATTERN_CARD,
	PQ_PATTERN_SSN,
	PQ_PATTERN_CLOCK,
};

/* Thread-safe. Without memory to compile the expression, nothing matches it: refusing is the safe
 * side. */
bool pq_pattern_matches(enum pq_pattern name, struct pq_string text);

#endif
