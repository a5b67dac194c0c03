/* The first reading of the inputs. Private to this folder. */
#ifndef PQ_CHECK_SURVEY_H
#define PQ_CHECK_SURVEY_H

#include "check/inputs.h"
#include "check/world.h"

/* Cuts large files into parts, marks what cannot be read, and keeps in the world what others are
 * judged by. */
PQ_CHECKED bool check_survey(struct check_inputs *inputs, struct check_world *world,
			     unsigned workers, struct pq_error *error);

#endif
