/* Answers to reviews of either kind. Private to this folder. */
#ifndef PQ_ADMISSION_ANSWER_H
#define PQ_ADMISSION_ANSWER_H

#include "admission/review.h"

/* The body is no JSON: what is wrong with it may be a value, which the client is told and nobody
 * else. False, with the error completed. */
bool answer_unreadable(struct pq_admission_answer *answer, struct pq_error *error);

/* The review could not be judged. */
void answer_error(const struct pq_error *error, struct pq_arena *arena,
		  struct pq_admission_answer *answer);

/* It was judged, and the answer has been written. False, the answer being a 413, when there was not
 * enough memory for it. */
bool answer_give(const struct pq_buffer *body, const struct pq_arena *arena,
		 struct pq_admission_answer *answer);

#endif
