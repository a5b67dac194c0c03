/* Whether an object that is about to be stored can be served. Private to this folder. */
#ifndef PQ_ADMISSION_CONVERTIBLE_H
#define PQ_ADMISSION_CONVERTIBLE_H

#include "admission/judge.h"

/* Converts an object as it would be stored and served, if there are ConversionRules for its kind,
 * and adds a finding for each version in which it would make a list fail for everybody who reads
 * it: since it cannot be converted, or since values are of other types than the version says.
 * Versions are forgiven in which old, the object before an update (or NULL), is as bad. What is
 * found is worth nothing when judging's work is over. False when the arena is exhausted. */
PQ_CHECKED bool convertible_check(const struct pq_judging *judging, const struct pq_value *object,
				  const struct pq_value *old, struct pq_findings *findings);

#endif
