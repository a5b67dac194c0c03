/* A review without what a Secret keeps, so that it can be kept itself. */
#ifndef PQ_ADMISSION_BLANK_H
#define PQ_ADMISSION_BLANK_H

#include "base/buffer.h"
#include "base/error.h"

/* Appends the review that text is, with every value of data and stringData of its object and
 * oldObject empty, their keys kept, and without the annotation in which kubectl keeps all of it
 * once more. For reviews of Secrets; memory is taken from arena. */
PQ_CHECKED bool pq_admission_blank_secret(struct pq_arena *arena, struct pq_string text,
					  struct pq_buffer *blanked, struct pq_error *error);

#endif
