/* Durations in Scala's way, which strfmt takes where Go's parser fails: anywhere in the text a
 * number and a unit in words, "about 1 day 2h". */
#ifndef PQ_FORMATS_WORDY_DURATION_H
#define PQ_FORMATS_WORDY_DURATION_H

#include "base/string_view.h"

/* Adds all of them up; false when there is none. *nanoseconds is set on success only. */
bool pq_wordy_duration_parse(struct pq_string text, int64_t *nanoseconds);

#endif
