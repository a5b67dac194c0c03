/* Why a document is refused, when it is for findings. Private to this folder. */
#ifndef PQ_POLICY_REFUSAL_H
#define PQ_POLICY_REFUSAL_H

#include "base/error.h"
#include "base/findings.h"

/* Sets error to the first of findings, of which there are some, with how many more there are, and
 * *offset to where it stands. Findings that could not be stored are a lack of memory. Returns
 * false. */
bool refuse_for_findings(const struct pq_findings *findings, uint32_t *offset,
			 struct pq_error *error);

#endif
