/* One rule, checked and compiled. Private to this folder. */
#ifndef PQ_CONVERSION_COMPILE_RULE_H
#define PQ_CONVERSION_COMPILE_RULE_H

#include "conversion/source.h"

/* Compiles a rule of a pairing whose versions are known. On failure the compiler's error and offset
 * are set. */
PQ_CHECKED bool compile_rule(const struct compiler *compiler, const struct pq_value *source,
			     const struct pairing *pairing, struct rule *rule);

#endif
