/* /convert. Private to this folder; pq_admission_review is the way in. */
#ifndef PQ_ADMISSION_CONVERSION_H
#define PQ_ADMISSION_CONVERSION_H

#include "admission/review.h"

/* As pq_admission_review, for a ConversionReview. */
void conversion_review(const struct pq_policy *policy, struct pq_string text,
		       const struct pq_admission_options *options, struct pq_arena *arena,
		       struct pq_admission_answer *answer);

#endif
